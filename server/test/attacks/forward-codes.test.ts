// What is tried against the way of a session to an application's host: codes used twice, at another host, by another
// browser, without the flow's cookie or too late, and ways back that lead elsewhere.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ownPage } from '../_kit/api.ts'
import { newcomer, setCookies, sql } from '../_kit/clients.ts'
import {
  appHost,
  ask,
  assertNobody,
  browser,
  forwarded,
  locationOf,
  loginHost,
  newJar,
  openForwardHouse,
  otherHost,
  throughFlow,
  toCallback,
  toSignIn,
  visit,
} from '../_kit/forward.ts'
import type { TestHouse } from '../_kit/house.ts'

let house: TestHouse
let username: string

before(async () => {
  house = await openForwardHouse()
  username = (await newcomer(house, 'victim')).username
})
after(() => house.close())

/** A jar and the address with the code, not visited yet. */
async function coded(host = appHost) {
  const jar = newJar()
  return { jar, callback: await toCallback(house, jar, username, host) }
}

test('a code never goes to a host that nobody allowed, or past the callback', async () => {
  const jar = newJar()
  await throughFlow(house, jar, username)
  const flow = 'a'.repeat(43)
  const asked = [
    `https://evil.example/.gatehouse/callback?flow=${flow}`,
    `http://${appHost}/.gatehouse/callback?flow=${flow}`,
    `https://${appHost}/elsewhere?flow=${flow}`,
    `https://${appHost}/.gatehouse/callback/?flow=${flow}`,
    `https://${appHost}/.gatehouse/callback?flow=${flow}&x=y`,
    `https://${appHost}/.gatehouse/callback?flow=${flow}#x`,
    `https://${appHost}/.gatehouse/callback?flow=short`,
    `https://evil@${appHost}/.gatehouse/callback?flow=${flow}`,
  ]
  const codes = () => sql(house, "select count(*) as n from tokens where scope = 'forward'")[0]?.['n']
  const before = codes()
  for (const target of asked) {
    const answer = await visit(house, jar, `https://${loginHost}/sign-in?return=${encodeURIComponent(target)}`)
    assert.equal(answer.statusCode, 200)
    assert.doesNotMatch(answer.body, /evil/)
  }
  assert.equal(codes(), before)
  const right = `https://${appHost}/.gatehouse/callback?flow=${flow}`
  const answer = await visit(house, jar, `https://${loginHost}/sign-in?return=${encodeURIComponent(right)}`)
  assert.match(locationOf(answer), /^https:\/\/app\.example\.org\/\.gatehouse\/callback\?flow=a{43}&code=[\w-]{43}$/)
})

test('a code works once', async () => {
  const { jar, callback } = await coded()
  const before = { ...jar.header(appHost) }
  assert.equal((await visit(house, jar, callback)).statusCode, 302)
  const url = new URL(callback)
  const again = await house.app.inject({
    url: url.pathname + url.search,
    headers: { host: '127.0.0.1', ...forwarded({ host: appHost }), ...before },
  })
  assertNobody(again, 401)
  assertNobody(await visit(house, jar, callback), 401)
})

test('a code redeemed twenty times at once gives one cookie', async () => {
  const { jar, callback } = await coded()
  const url = new URL(callback)
  const headers = { host: '127.0.0.1', ...forwarded({ host: appHost }), ...jar.header(appHost) }
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => house.app.inject({ url: url.pathname + url.search, headers })),
  )
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [302, ...Array(19).fill(401)])
})

test('a code is nothing at another host, and stays good at its own', async () => {
  const { jar, callback } = await coded()
  const elsewhere = newJar()
  await toSignIn(house, elsewhere, otherHost)
  const moved = callback.replace(appHost, otherHost)
  // The attacker brings the very flow cookie along.
  const url = new URL(moved)
  const headers = { host: '127.0.0.1', ...forwarded({ host: otherHost }), ...jar.header(appHost) }
  assertNobody(await house.app.inject({ url: url.pathname + url.search, headers }), 401)
  assertNobody(await visit(house, newJar(), callback.replace(appHost, loginHost)), 401)
  assert.equal((await visit(house, jar, callback)).statusCode, 302)
})

test('a code of another flow is nothing: somebody else’s finished address signs nobody in (login CSRF)', async () => {
  const attacker = await coded()
  const victim = newJar()
  const form = new URL(await toSignIn(house, victim))
  assertNobody(await visit(house, victim, attacker.callback), 401)
  // With the victim's own flow and the attacker's code.
  const flow = new URL(form.searchParams.get('return') ?? '').searchParams.get('flow') ?? ''
  const mixed = new URL(attacker.callback)
  mixed.searchParams.set('flow', flow)
  assertNobody(await visit(house, victim, mixed.href), 401)
  // With a cookie that is named after the attacker's flow and holds the victim's secret.
  const [name = ''] = victim.names(appHost)
  const value = String(victim.header(appHost)['cookie']).slice(name.length + 1)
  const url = new URL(attacker.callback)
  const cookie = `__Host-gatehouse-flow-${url.searchParams.get('flow')}=${value}`
  const headers = { host: '127.0.0.1', ...forwarded({ host: appHost }), cookie }
  assertNobody(await house.app.inject({ url: url.pathname + url.search, headers }), 401)
  assert.equal((await visit(house, attacker.jar, attacker.callback)).statusCode, 302)
})

test('a code without its flow cookie is nothing', async () => {
  const { jar, callback } = await coded()
  for (const cookie of ['', 'gatehouse-flow-x=y', String(jar.header(appHost)['cookie']).replace('__Host-', '')]) {
    const url = new URL(callback)
    const headers = { host: '127.0.0.1', ...forwarded({ host: appHost }), cookie }
    assertNobody(await house.app.inject({ url: url.pathname + url.search, headers }), 401)
  }
  assert.equal((await visit(house, jar, callback)).statusCode, 302)
})

test('a code is over after a minute', async () => {
  const { jar, callback } = await coded()
  sql(house, "update tokens set expires_at = expires_at - 60000 where scope = 'forward' and revoked_at is null")
  assertNobody(await visit(house, jar, callback), 401)
})

test('a code is dead with its session', async () => {
  const { jar, callback } = await coded()
  const headers = { host: loginHost, ...ownPage, ...jar.header(loginHost) }
  await house.app.inject({ method: 'POST', url: '/sign-out', headers })
  assertNobody(await visit(house, jar, callback), 401)
})

test('the way back is a path of the application, whatever the flow began with', async () => {
  for (const back of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/%0d%0aX:y',
  ]) {
    const jar = newJar()
    const start = `https://${appHost}/.gatehouse/start?return=${encodeURIComponent(back)}`
    const form = locationOf(await visit(house, jar, start))
    assert.match(form, /^https:\/\/login\.example\.org\/sign-in\?return=https%3A%2F%2Fapp\.example\.org%2F\.gatehouse/)
    const uri = await ask(house, { ...forwarded({ host: appHost, uri: back }), ...browser })
    assert.equal(locationOf(uri), `https://${appHost}/.gatehouse/start?return=%2F`)
  }
  // A forged flow cookie sends nobody away either.
  const { jar, callback } = await coded()
  const url = new URL(callback)
  const evil = Buffer.from('//evil.example').toString('base64url')
  const cookie = String(jar.header(appHost)['cookie']).replace(/\.[\w-]*$/, `.${evil}`)
  const headers = { host: '127.0.0.1', ...forwarded({ host: appHost }), cookie }
  const answer = await house.app.inject({ url: url.pathname + url.search, headers })
  assert.deepEqual([answer.statusCode, answer.headers['location']], [302, '/'])
})

test('nothing at an application’s host may be begun in clear where people sign in over https', async () => {
  const answer = await visit(house, newJar(), `http://${appHost}/.gatehouse/start?return=/`)
  assertNobody(answer, 403)
  assert.deepEqual(setCookies(answer), [])
})
