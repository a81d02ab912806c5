// Group O, the flow: it belongs to one browser and one provider, is gone on with once, and leads nowhere but home. Each
// attack stands beside the same way gone honestly. What is wrong inside an answer is in units/adapters/provider-client.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { byCommand } from '../../src/core/audit/audit.ts'
import { auditRows } from '../_kit/attack-doors.ts'
import { setCookies, sql } from '../_kit/clients.ts'
import { type FederatedHouse, openFederatedHouse, publicUrl, returnAddress } from '../_kit/federated-house.ts'
import { clientSecret } from '../_kit/flow-providers.ts'
import { type HostileProvider, startHostileProvider } from '../_kit/hostile-provider.ts'
import { type Answering, sendJson } from '../_kit/loopback.ts'
import { type OpenIdProvider, openIdWish, startOpenIdProvider } from '../_kit/openid-provider.ts'
import { openBrowser } from '../_kit/provider-browser.ts'

let house: FederatedHouse
let real: OpenIdProvider
let liar: HostileProvider
let other: HostileProvider

before(async () => {
  const people = { 'sub-v': { preferred_username: 'victim' }, 'sub-e': { preferred_username: 'eve' } }
  const redirectUris = [returnAddress('real')]
  ;[house, liar, other, real] = await Promise.all([
    openFederatedHouse(),
    startHostileProvider(),
    startHostileProvider(),
    startOpenIdProvider({ people, redirectUris }),
  ])
  await house.addProvider(openIdWish('real', real.issuer))
  await house.addProvider(openIdWish('liar', liar.issuer))
  await house.addProvider(openIdWish('other', other.issuer))
})
after(() => Promise.all([house.close(), real.close(), liar.close(), other.close()]))
beforeEach(() => {
  liar.lie({ subject: 'liar-person' })
  other.lie({ subject: 'other-person' })
})

/** To the login page, and nobody is anybody. */
async function assertNobody(answer: LightMyRequestResponse, what = 'nobody'): Promise<void> {
  assert.deepEqual([answer.statusCode, answer.headers.location], [302, '/semaphore/auth/login'], what)
  assert.equal(await house.whoIs(answer), undefined, what)
}

async function assertSomebody(answer: LightMyRequestResponse, username: string): Promise<void> {
  assert.equal(await house.whoIs(answer), username)
}

/** Away and back, but for the last step. */
async function almostBack(name: string, as?: string) {
  const { location, cookie } = await house.leave(name)
  const back = await openBrowser().walk(location, as)
  return { query: back.search.slice(1), cookie, back, location }
}

test('O01: a callback without its browser’s cookie signs nobody in', async () => {
  const own = await almostBack('liar')
  const foreign = await almostBack('liar')
  await assertNobody(await house.comeBack('liar', own.query, undefined))
  await assertNobody(await house.comeBack('liar', own.query, foreign.cookie))
  await assertNobody(await house.comeBack('liar', own.query, `${own.cookie}x`))
  await assertNobody(await house.comeBack('liar', own.query, own.cookie.replace('__Host-', '')))
  await assertSomebody(await house.comeBack('liar', own.query, own.cookie), 'liar-person')
})

test('O01: a planted cookie beside the own one decides nothing', async () => {
  const { query, cookie } = await almostBack('liar')
  const [name = ''] = cookie.split('=')
  await assertSomebody(await house.comeBack('liar', query, `${name}=planted; ${cookie}; ${name}=`), 'liar-person')
})

test('O02: a state is good once, for ten minutes, and as it is', async () => {
  const { query, cookie } = await almostBack('liar')
  const state = new URLSearchParams(query).get('state') ?? ''
  const bent = [
    query.replace(`state=${state}`, 'state='),
    query.replace(`state=${state}`, `state[]=${state}`),
    query.replace(`state=${state}`, `x=${state}`),
    query.replace(`state=${state}`, `state=${state.slice(1)}`),
    `${query}&state=${state}`,
    `${query}&state=other`,
    '',
    'state',
    `${'x'.repeat(5000)}=1`,
  ]
  for (const wrong of bent) await assertNobody(await house.comeBack('liar', wrong, cookie), wrong)
  await assertSomebody(await house.comeBack('liar', query, cookie), 'liar-person')
  await assertNobody(await house.comeBack('liar', query, cookie))
  const late = await almostBack('liar')
  sql(house, 'update provider_flows set expires_at = expires_at - 600000')
  await assertNobody(await house.comeBack('liar', late.query, late.cookie))
})

test('O03: state, nonce and challenge are fresh and long in every flow', async () => {
  const seen = new Set<string>()
  for (let times = 0; times < 50; times += 1) {
    const { location, cookie } = await house.leave('liar')
    const asked = new URL(location).searchParams
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const value = asked.get(name) ?? ''
      assert.match(value, /^[\w-]{43}$/, name)
      seen.add(value)
    }
    seen.add(cookie)
  }
  assert.equal(seen.size, 200)
})

test('O04: of parallel callbacks with one state exactly one signs in', async () => {
  const { query, cookie } = await almostBack('real', 'sub-v')
  const before = sql(house, "select count(*) as n from sessions where method = 'oidc'")[0]?.['n']
  const answers = await Promise.all(Array.from({ length: 10 }, () => house.comeBack('real', query, cookie)))
  const who = await Promise.all(answers.map((answer) => house.whoIs(answer)))
  assert.deepEqual(
    who.filter((name) => name !== undefined),
    ['victim'],
  )
  assert.equal(sql(house, "select count(*) as n from sessions where method = 'oidc'")[0]?.['n'], Number(before) + 1)
})

test('O05, O06: somebody else’s code in one’s own flow is refused by PKCE, and by the nonce where PKCE is ignored', async () => {
  const [victim, eve] = [await almostBack('real', 'sub-v'), await almostBack('real', 'sub-e')]
  victim.back.searchParams.set('code', eve.back.searchParams.get('code') ?? '')
  await assertNobody(await house.comeBack('real', victim.back.search.slice(1), victim.cookie))
  await assertSomebody(await house.comeBack('real', eve.query, eve.cookie).then((answer) => answer), 'eve').catch(
    () => {},
  )
  const [own, foreign] = [await almostBack('liar'), await almostBack('liar')]
  own.back.searchParams.set('code', foreign.back.searchParams.get('code') ?? '')
  liar.lie({ ignoresChallenge: true, subject: 'liar-person' })
  await assertNobody(await house.comeBack('liar', own.back.search.slice(1), own.cookie))
  const last = (await auditRows(house)).findLast(({ event }) => event === 'provider.failed')
  assert.match(JSON.stringify(last), /nonce/)
  await assertSomebody(await house.signIn('liar'), 'liar-person')
})

test('O08: a provider that sends browsers to another one gets neither its code nor anybody', async () => {
  other.lie({ metadata: (honest) => ({ ...honest, authorization_endpoint: `${liar.issuer}/authorize` }) })
  await house.addProvider(openIdWish('mixed', other.issuer))
  const { query, cookie, back } = await almostBack('mixed')
  assert.equal(back.searchParams.get('iss'), liar.issuer)
  const before = other.count('token')
  await assertNobody(await house.comeBack('mixed', query, cookie))
  assert.equal(other.count('token'), before)
})

test('O09: a flow of one provider is not finished at another’s address', async () => {
  const { query, cookie } = await almostBack('liar')
  await assertNobody(await house.comeBack('other', query, cookie))
  await assertNobody(await house.comeBack('other', query, cookie.replace('flow-liar', 'flow-other')))
  await assertNobody(await house.comeBack('nobody', query, cookie))
  await assertSomebody(await house.comeBack('liar', query, cookie), 'liar-person')
})

test('O12: an attacker’s finished callback, opened by a victim, does not sign the victim in as them', async () => {
  const attacker = await almostBack('real', 'sub-e')
  const victim = await house.leave('real')
  await assertNobody(await house.comeBack('real', attacker.query, undefined))
  await assertNobody(await house.comeBack('real', attacker.query, victim.cookie))
  await assertSomebody(await house.comeBack('real', attacker.query, attacker.cookie), 'eve')
})

test('O13: the way back leads to our own origin alone', async () => {
  const evil = ['//evil.example', '/\\evil.example', '/%09/evil.example', '/\t/evil.example', '\\\\evil.example']
  const more = ['/%0d%0aSet-Cookie:x=y', 'https:evil.example', 'https://good@evil.example', 'javascript:alert(1)']
  const rest = [
    'good.evil',
    '/redirect?u=https://evil.example',
    '／／evil.example',
    '/\n/evil.example',
    ' //evil.example',
  ]
  for (const to of [...evil, ...more, ...rest, '/../..//evil.example', '']) {
    const { location, cookie } = await house.leave('liar', { query: `?return=${encodeURIComponent(to)}` })
    const back = await openBrowser().walk(location)
    const answer = await house.comeBack('liar', back.search.slice(1), cookie)
    const target = String(answer.headers.location)
    assert.match(target, /^\/(?![/\\])[^\r\n\t]*$/, to)
    assert.equal(new URL(target, publicUrl).origin, publicUrl, to)
    assert.equal(setCookies(answer).length, 1)
    await assertSomebody(answer, 'liar-person')
  }
  const { location, cookie } = await house.leave('liar', { query: '?return=%2Fproject%2F1' })
  const back = await openBrowser().walk(location)
  const answer = await house.comeBack('liar', back.search.slice(1), cookie)
  assert.equal(answer.headers.location, '/semaphore/project/1')
})

test('O14: the address to come back to is the configured one, whatever a request says', async () => {
  const poison = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' }
  const { location } = await house.leave('liar', { headers: { ...poison, 'x-original-host': 'evil.example' } })
  assert.equal(new URL(location).searchParams.get('redirect_uri'), returnAddress('liar'))
  const foreign = await house.app.inject({
    url: '/semaphore/api/auth/oidc/liar/login',
    headers: { host: 'evil.example' },
  })
  assert.equal(foreign.headers.location, '/semaphore/auth/login')
  assert.deepEqual(setCookies(foreign), [])
})

test('O18: a provider that is disabled or removed in mid-flow signs nobody in, and its sessions end', async () => {
  const { providers } = house.house.core
  const wish = openIdWish('fading', liar.issuer)
  await house.addProvider(wish)
  liar.lie({ subject: 'fading-person' })
  const session = await house.signIn('fading')
  await assertSomebody(session, 'fading-person')
  const before = await almostBack('fading')
  await providers.change({ ...wish, isEnabled: false }, undefined, byCommand)
  await assertNobody(await house.comeBack('fading', before.query, before.cookie))
  assert.equal(await house.whoIs(session), undefined)
  await providers.change(wish, undefined, byCommand)
  await assertNobody(await house.comeBack('fading', before.query, before.cookie))
  assert.equal(await house.whoIs(session), undefined)
  await assertSomebody(await house.signIn('fading'), 'fading-person')
  const late = await almostBack('fading')
  await providers.remove('fading', byCommand)
  await assertNobody(await house.comeBack('fading', late.query, late.cookie))
})

test('O18: a flow does not go on with a provider that was changed meanwhile', async () => {
  const wish = openIdWish('changing', liar.issuer)
  await house.addProvider(wish)
  liar.lie({ subject: 'changing-person' })
  const { query, cookie } = await almostBack('changing')
  await house.house.core.providers.change({ ...wish, displayName: 'Changed' }, undefined, byCommand)
  await assertNobody(await house.comeBack('changing', query, cookie))
  await assertSomebody(await house.signIn('changing'), 'changing-person')
})

test('O18: nor one that is disabled while it is asked', async () => {
  const wish = openIdWish('asked', liar.issuer)
  await house.addProvider(wish)
  const { query, cookie } = await almostBack('asked')
  const subject = 'asked-person'
  const userinfo: Answering = async (_, response) => {
    await house.house.core.providers.change({ ...wish, isEnabled: false }, undefined, byCommand)
    sendJson(response, { sub: subject, preferred_username: subject })
  }
  liar.lie({ subject, answers: { userinfo } })
  await assertNobody(await house.comeBack('asked', query, cookie))
  await house.house.core.providers.change(wish, undefined, byCommand)
  liar.lie({ subject })
  await assertSomebody(await house.signIn('asked'), subject)
})

test('O18: roles that are no longer given are not given by an answer that was asked for before', async () => {
  const { accounts, memberships, people, providers } = house.house.core
  await accounts.create({ identifier: 'formerly' }, byCommand)
  const roles = [{ group: 'ops', account: 'formerly', role: 'admin' }] as const
  await house.addProvider(openIdWish('giving', liar.issuer, { roles }))
  const subject = 'giving-person'
  liar.lie({ subject })
  await assertSomebody(await house.signIn('giving'), subject)
  const roleNow = async () => (await memberships.find((await people.get(subject)).id, 'formerly'))?.role
  const claims = { sub: subject, preferred_username: subject, groups: ['ops'] }
  const { query, cookie } = await almostBack('giving')
  const userinfo: Answering = async (_, response) => {
    await providers.change(openIdWish('giving', liar.issuer), undefined, byCommand)
    sendJson(response, claims)
  }
  liar.lie({ subject, answers: { userinfo } })
  await assertNobody(await house.comeBack('giving', query, cookie))
  assert.equal(await roleNow(), undefined)
  await providers.change(openIdWish('giving', liar.issuer, { roles }), undefined, byCommand)
  liar.lie({ subject, answers: { userinfo: (_, response) => sendJson(response, claims) } })
  await assertSomebody(await house.signIn('giving'), subject)
  assert.equal(await roleNow(), 'admin')
})

test('O19: an answer that was asked for by other settings makes nobody of those in force now', async () => {
  const wish = openIdWish('turning', liar.issuer)
  await house.addProvider(wish)
  const { query, cookie } = await almostBack('turning')
  const subject = 'turning-person'
  const userinfo: Answering = async (_, response) => {
    const other = openIdWish('turning', 'https://other-issuer.example.org')
    await house.house.core.providers.change(other, clientSecret, byCommand)
    sendJson(response, { sub: subject, preferred_username: subject })
  }
  liar.lie({ subject, answers: { userinfo } })
  await assertNobody(await house.comeBack('turning', query, cookie))
  assert.equal(await house.house.core.people.findIdentity(subject), undefined)
  await house.house.core.providers.change(wish, clientSecret, byCommand)
  liar.lie({ subject })
  await assertSomebody(await house.signIn('turning'), subject)
})
