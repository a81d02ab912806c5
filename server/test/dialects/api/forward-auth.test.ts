// GET /api/v1/forward-auth: identity in headers for a live cookie, bearer token or API key; a browser is sent to sign
// in, a program gets 401; and the way of a session to an application's own host.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { addAccount, makeApiToken, ownPage, signInApi } from '../../_kit/api.ts'
import { type Answer, assertCommon, newcomer, password, setCookies, sql } from '../../_kit/clients.ts'
import {
  appHost,
  ask,
  browser,
  forwarded,
  locationOf,
  loginHost,
  newJar,
  openForwardHouse,
  original,
  otherHost,
  submitSignIn,
  throughFlow,
  toCallback,
  toSignIn,
  visit,
} from '../../_kit/forward.ts'
import type { TestHouse } from '../../_kit/house.ts'

let house: TestHouse
let username: string
let access: string

before(async () => {
  house = await openForwardHouse()
  username = (await newcomer(house, 'reader')).username
  access = await signInApi(house.app, username)
})
after(() => house.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function ownCookie(name = username): Promise<{ cookie: string }> {
  const jar = newJar()
  await submitSignIn(house, jar, `https://${loginHost}/sign-in`, name)
  return jar.header(loginHost) as { cookie: string }
}

async function assertionOf(answer: Answer, audience: string) {
  const keys = (await house.app.inject({ url: '/.well-known/jwks.json' })).json<JSONWebKeySet>()
  return jwtVerify(String(answer.headers['x-gatehouse-identity']), createLocalJWKSet(keys), {
    audience,
    issuer: `https://${loginHost}`,
    algorithms: ['ES256'],
  })
}

function assertIdentity(answer: Answer, groups = 'member'): void {
  assertCommon(answer)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.body, '')
  assert.equal(answer.headers['remote-user'], username)
  assert.equal(answer.headers['remote-name'], username)
  assert.equal(answer.headers['remote-email'], `${username}@example.org`)
  assert.equal(answer.headers['remote-groups'], groups)
}

function assertNobody(answer: Answer, status: number): void {
  assertCommon(answer)
  assert.equal(answer.statusCode, status, answer.body)
  for (const name of ['remote-user', 'remote-name', 'remote-email', 'remote-groups', 'x-gatehouse-identity']) {
    assert.equal(answer.headers[name], undefined)
  }
  assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined)
}

describe('a live credential', () => {
  it('is the identity in headers: cookie, access token, API token, either header', async () => {
    const { secret } = await makeApiToken(house.app, access)
    for (const credential of [await ownCookie(), bearer(access), bearer(secret), { 'x-api-key': secret }]) {
      for (const description of [forwarded(), original()]) {
        assertIdentity(await ask(house, { ...description, ...credential }))
      }
    }
  })

  it('is a JWT for the application, good for a minute, that our published keys verify', async () => {
    for (const host of [loginHost, appHost, otherHost]) {
      const answer = await ask(house, { ...forwarded({ host }), ...bearer(access) })
      const { payload, protectedHeader } = await assertionOf(answer, host)
      assert.equal(protectedHeader.typ, 'at+jwt')
      assert.equal(Number(payload.exp) - Number(payload.iat), 60)
      assert.match(String(payload.sub), /^[0-9a-f-]{36}$/)
      const { preferred_username, name, email, role, groups, account } = payload
      assert.deepEqual(
        { preferred_username, name, email, role, groups },
        {
          preferred_username: username,
          name: username,
          email: `${username}@example.org`,
          role: 'member',
          groups: ['member'],
        },
      )
      assert.match(String(account), /^[0-9a-f-]{36}$/)
    }
  })

  it('tells role and operator as they are now', async () => {
    const operator = await newcomer(house, 'operator', true)
    const token = await signInApi(house.app, operator.username)
    const groups = async () => (await ask(house, { ...forwarded(), ...bearer(token) })).headers['remote-groups']
    assert.equal(await groups(), 'owner,operator')
    sql(house, `update memberships set role = 'read-only' where person_id = ${operator.id}`)
    assert.equal(await groups(), 'read-only,operator')
  })

  it('acts in the account it was made for', async () => {
    const person = await newcomer(house, 'branch')
    addAccount(house, 'branch', person, 'read-only')
    const wish = { username: person.username, password, account: 'branch' }
    const answer = await house.app.inject({ method: 'POST', url: '/api/v1/session', payload: wish })
    const { accessToken } = answer.json<{ accessToken: string }>()
    assert.equal((await ask(house, { ...forwarded(), ...bearer(accessToken) })).headers['remote-groups'], 'read-only')
  })

  it('says a name without e-mail and ASCII in legal headers', async () => {
    const person = await house.house.core.people.create(
      { username: 'günther', displayName: 'Günther "G" Öz, 100%' },
      { kind: 'command' },
    )
    sql(
      house,
      `update persons set display_name = display_name || char(13, 10) || 'Remote-User: root' where id = ${person.id}`,
    )
    const { minted } = await house.house.core.tokens.issueApiFor(person, 'api', { name: 'x' }, { kind: 'command' })
    const { headers } = await ask(house, { ...forwarded(), ...bearer(minted.secret.reveal()) })
    assert.equal(headers['remote-user'], 'g%C3%BCnther')
    assert.equal(headers['remote-name'], 'G%C3%BCnther "G" %C3%96z, 100%25%0D%0ARemote-User: root')
    assert.equal(headers['remote-email'], '')
  })

  it('with the scope read is good for GET and HEAD only', async () => {
    const { secret } = await makeApiToken(house.app, access, { scope: 'read' })
    for (const method of ['GET', 'HEAD']) {
      assertIdentity(await ask(house, { ...forwarded({ method }), ...bearer(secret) }))
      assertIdentity(await ask(house, { ...original({ method }), ...bearer(secret) }))
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'get', 'PROPFIND']) {
      assertNobody(await ask(house, { ...forwarded({ method }), ...bearer(secret), ...browser }), 403)
      assertNobody(await ask(house, { ...original({ method }), ...bearer(secret) }), 403)
    }
  })

  it('goes on counting as used: an application in use keeps the session awake', async () => {
    const cookie = await ownCookie()
    sql(house, 'update sessions set seen_at = seen_at - 1800000')
    await ask(house, { ...forwarded(), ...cookie })
    await house.house.core.tokens.flushUses()
    sql(house, 'update sessions set seen_at = seen_at - 1800001')
    assertIdentity(await ask(house, { ...forwarded(), ...cookie }))
  })

  it('stands beside an authorization that is the application’s own', async () => {
    const cookie = await ownCookie()
    for (const authorization of ['Bearer of-the-application', 'Basic YTpi', 'Digest x']) {
      assertIdentity(await ask(house, { ...forwarded(), ...cookie, authorization }))
    }
    assertNobody(await ask(house, { ...forwarded(), ...cookie, authorization: 'Bearer gth_dead' }), 401)
  })
})

describe('nobody', () => {
  it('is 401 for a program', async () => {
    const dead = [{}, bearer('gth_unknown'), bearer('x'), { cookie: '__Host-gatehouse=unknown' }, { 'x-api-key': 'x' }]
    for (const credential of dead) {
      for (const description of [forwarded(), original(), forwarded({ host: appHost })]) {
        const answer = await ask(house, { ...description, ...credential })
        assertNobody(answer, 401)
        assert.equal(answer.headers['location'], undefined)
        assert.equal(answer.headers['x-gatehouse-location'], undefined)
      }
    }
  })

  it('is sent to sign in as a browser, and comes back to the same address', async () => {
    const answer = await ask(house, { ...forwarded({ uri: '/grafana?a=1&b=%20' }), ...browser })
    assertNobody(answer, 302)
    assert.equal(locationOf(answer), `https://${loginHost}/sign-in?return=${encodeURIComponent('/grafana?a=1&b=%20')}`)
    const other = await ask(house, { ...forwarded({ host: otherHost, uri: '/x' }), ...browser })
    assert.equal(locationOf(other), `https://${otherHost}/.gatehouse/start?return=%2Fx`)
  })

  it('gets 401 and the way in a header through nginx, which cannot redirect', async () => {
    const answer = await ask(house, { ...original({ host: appHost, uri: '/x' }), ...browser })
    assertNobody(answer, 401)
    assert.equal(answer.headers['x-gatehouse-location'], `https://${appHost}/.gatehouse/start?return=%2Fx`)
  })

  it('is not sent anywhere with anything but a page in mind', async () => {
    for (const asked of [forwarded({ method: 'POST' }), forwarded({ method: 'HEAD' })]) {
      assertNobody(await ask(house, { ...asked, ...browser }), 401)
    }
    assertNobody(await ask(house, { ...forwarded(), accept: '*/*' }), 401)
    assertNobody(await ask(house, { ...forwarded(), ...browser, 'sec-fetch-mode': 'cors' }), 401)
  })
})

describe('the way to an application’s own host', () => {
  it('goes through the sign-in and back to where it began, with a cookie for that host only', async () => {
    const jar = newJar()
    const form = await toSignIn(house, jar)
    const flowCookie = jar.names(appHost)[0] ?? ''
    assert.match(flowCookie, /^__Host-gatehouse-flow-[\w-]{43}$/)
    const target = new URL(new URL(form).searchParams.get('return') ?? '')
    assert.equal(target.origin + target.pathname, `https://${appHost}/.gatehouse/callback`)
    assert.equal(`__Host-gatehouse-flow-${target.searchParams.get('flow')}`, flowCookie)
    const signedIn = await submitSignIn(house, jar, form, username)
    const coded = await visit(house, jar, new URL(locationOf(signedIn), form).href)
    assert.equal(coded.statusCode, 303)
    const back = await visit(house, jar, locationOf(coded))
    assert.equal(back.statusCode, 302)
    assert.equal(back.headers['location'], '/x?y=1')
    assert.deepEqual(jar.names(appHost), ['__Host-gatehouse-app'])
    assert.match(setCookies(back)[0] ?? '', /^__Host-gatehouse-app=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    assertIdentity(await ask(house, { ...forwarded({ host: appHost }), ...jar.header(appHost) }))
  })

  it('needs no form for somebody who is signed in, and is one more token of the same session', async () => {
    const jar = newJar()
    await throughFlow(house, jar, username)
    const sessions = sql(house, 'select count(*) as n from sessions')[0]?.['n']
    const form = await toSignIn(house, jar, otherHost)
    const coded = await visit(house, jar, form)
    assert.equal(coded.statusCode, 303)
    await visit(house, jar, locationOf(coded))
    assertIdentity(await ask(house, { ...forwarded({ host: otherHost }), ...jar.header(otherHost) }))
    assert.equal(sql(house, 'select count(*) as n from sessions')[0]?.['n'], sessions)
  })

  it('is over at once when the person signs out at our own door', async () => {
    const jar = newJar()
    await throughFlow(house, jar, username)
    const atApp = { ...forwarded({ host: appHost }), ...jar.header(appHost) }
    assertIdentity(await ask(house, atApp))
    const headers = { host: loginHost, ...ownPage, ...jar.header(loginHost) }
    await house.app.inject({ method: 'POST', url: '/sign-out', headers })
    assertNobody(await ask(house, atApp), 401)
    assertNobody(await ask(house, { ...atApp, ...browser }), 302)
  })

  it('is written down once, with the session and the host', async () => {
    const jar = newJar()
    await throughFlow(house, jar, username)
    const rows = sql(house, "select body from audit where event = 'session.carried' order by at desc, seq desc")
    const body = JSON.parse(String(rows[0]?.['body'])) as { actor: object; target: { kind: string }; detail: object }
    assert.equal(body.target.kind, 'session')
    assert.deepEqual(body.detail, { host: appHost })
  })

  it('in two tabs at once ends in both', async () => {
    const jar = newJar()
    const [one, two] = [await toSignIn(house, jar), await toSignIn(house, jar)]
    await submitSignIn(house, jar, one, username)
    for (const form of [two, one]) {
      const back = await visit(house, jar, locationOf(await visit(house, jar, form)))
      assert.equal(back.statusCode, 302)
    }
  })

  it('from our own host needs no flow', async () => {
    const answer = await visit(house, newJar(), `https://${loginHost}/.gatehouse/start?return=/x`)
    assert.equal(locationOf(answer), `https://${loginHost}/sign-in?return=%2Fx`)
  })

  it('keeps the code for a minute', async () => {
    const jar = newJar()
    await toCallback(house, jar, username)
    const rows = sql(
      house,
      "select expires_at - created_at as life from tokens where kind = 'one-time' and scope = 'forward'",
    )
    assert.deepEqual([...new Set(rows.map(({ life }) => life))], [60_000])
  })
})
