// What is tried against forward-auth: a client that plays the proxy, hosts nobody allowed, cookies carried to another host or to our own door, and credentials of other doors.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bearer, makeApiToken, ownPage, signInApi, signInByCookie } from '../_kit/api.ts'
import {
  newcomer,
  portainerKey,
  semaphoreToken,
  setCookies,
  signInPortainer,
  signInSemaphore,
} from '../_kit/clients.ts'
import {
  appHost,
  ask,
  assertNobody,
  browser,
  forwarded,
  type Headers,
  loginHost,
  newJar,
  openForwardHouse,
  original,
  otherHost,
  throughFlow,
  visit,
} from '../_kit/forward.ts'
import type { TestHouse } from '../_kit/house.ts'

let house: TestHouse
let username: string
let personId: number
let access: string

before(async () => {
  house = await openForwardHouse()
  const person = await newcomer(house, 'victim')
  username = person.username
  personId = person.id
  access = await signInApi(house.app, username)
})
after(() => house.close())

test('only a trusted proxy is believed, and whoever sets it up reads what to set', async () => {
  for (const description of [forwarded(), original(), {}]) {
    for (const address of ['192.0.2.1', '127.0.0.2', '::1']) {
      const answer = await ask(house, { ...description, ...bearer(access), ...browser }, address)
      assertNobody(answer, 401)
      assert.match(String(answer.headers['x-gatehouse-hint']), /GATEHOUSE_TRUSTED_PROXIES/)
      assert.equal(answer.headers['location'], undefined)
    }
  }
  for (const path of ['/.gatehouse/start', `/.gatehouse/callback?flow=${'a'.repeat(43)}&code=${'b'.repeat(43)}`]) {
    const headers = { host: '127.0.0.1', ...forwarded({ host: appHost }) }
    const answer = await house.app.inject({ url: path, headers, remoteAddress: '192.0.2.1' })
    assertNobody(answer, 401)
    assert.deepEqual(setCookies(answer), [])
  }
  assert.equal((await ask(house, { ...forwarded(), ...bearer(access) })).statusCode, 200)
})

test('nobody is trusted without the setting, not even loopback', async () => {
  const other = await openForwardHouse({ GATEHOUSE_TRUSTED_PROXIES: '' })
  try {
    const { username } = await newcomer(other, 'plain')
    const token = await signInApi(other.app, username)
    assertNobody(await ask(other, { ...forwarded(), ...bearer(token) }), 401)
  } finally {
    await other.close()
  }
})

test('an incomplete or contradictory description lets nobody in', async () => {
  const { 'x-forwarded-method': _, ...incomplete } = forwarded()
  const wrong: readonly Headers[] = [
    {},
    incomplete,
    { ...forwarded(), ...original({ method: 'POST' }) },
    { ...forwarded(), ...original({ host: appHost }) },
    { ...original(), 'x-forwarded-host': appHost },
    { ...forwarded(), 'x-original-url': `https://${loginHost}/public` },
    { ...forwarded({ host: `${appHost}, ${loginHost}` }) },
  ]
  for (const headers of wrong) {
    const answer = await ask(house, { ...headers, ...bearer(access), ...browser })
    assertNobody(answer, 401)
    assert.match(String(answer.headers['x-gatehouse-hint']), /X-Forwarded-Method/)
  }
})

test('a scope for reading is not widened by a second description', async () => {
  const { secret } = await makeApiToken(house.app, access, { scope: 'read' })
  assertNobody(await ask(house, { ...original({ method: 'POST' }), ...bearer(secret) }), 403)
  assertNobody(
    await ask(house, { ...original({ method: 'POST' }), ...bearer(secret), 'x-forwarded-method': 'GET' }),
    401,
  )
  assertNobody(
    await ask(house, { ...forwarded({ method: 'POST' }), ...bearer(secret), 'x-original-method': 'GET' }),
    401,
  )
})

test('a host that nobody allowed learns nobody and gets nobody', async () => {
  for (const host of [
    'evil.example',
    'app.example.org.evil.example',
    `${appHost}:444`,
    'wiki.example.org',
    `${appHost}.`,
  ]) {
    for (const description of [forwarded({ host }), original({ host })]) {
      assertNobody(await ask(house, { ...description, ...bearer(access), ...browser }), 403)
      assertNobody(await ask(house, { ...description, ...browser }), 403)
    }
    const answer = await visit(house, newJar(), `https://${host}/.gatehouse/start?return=/`)
    assertNobody(answer, 403)
    assert.deepEqual(setCookies(answer), [])
  }
})

test('the cookie of an application is nothing at another host, nor at our own door', async () => {
  const jar = newJar()
  await throughFlow(house, jar, username)
  const [, value = ''] = /=(.*)$/.exec(String(jar.header(appHost)['cookie'])) ?? []
  const names = ['__Host-gatehouse', '__Host-gatehouse-app']
  const cookie = names.map((name) => `${name}=${value}`).join('; ')
  assertNobody(await ask(house, { ...forwarded({ host: otherHost }), cookie }), 401)
  assertNobody(await ask(house, { ...forwarded({ host: loginHost }), cookie }), 401)
  for (const [method, url] of [
    ['GET', '/api/v1/session'],
    ['GET', '/api/v1/me/sessions'],
    ['GET', '/api/v1/me/tokens'],
    ['POST', '/api/v1/me/tokens'],
  ] as const) {
    const payload = method === 'POST' ? { payload: { name: 'stolen' } } : {}
    const answer = await house.app.inject({ method, url, headers: { host: loginHost, ...ownPage, cookie }, ...payload })
    assert.equal(answer.statusCode, 403, `${method} ${url}`)
  }
  assertNobody(await ask(house, { ...forwarded({ host: appHost }), authorization: `Bearer ${value}` }), 401)
  assert.equal((await ask(house, { ...forwarded({ host: appHost }), cookie })).statusCode, 200)
})

test('our own cookie is nothing at an application’s host', async () => {
  const jar = newJar()
  await throughFlow(house, jar, username)
  const own = String(jar.header(loginHost)['cookie'])
  assertNobody(await ask(house, { ...forwarded({ host: appHost }), cookie: own }), 401)
  assertNobody(await ask(house, { ...forwarded({ host: appHost }), cookie: own.replace('=', '-app=') }), 401)
  assert.equal((await ask(house, { ...forwarded(), cookie: own })).statusCode, 200)
})

test('credentials of other doors are nothing here', async () => {
  const portainer = await signInPortainer(house.app, username)
  const semaphore = await signInSemaphore(house.app, username)
  const key = await portainerKey(house.app, portainer.jwt, personId)
  const token = await semaphoreToken(house.app, semaphore)
  const value = (line: string): string => /^[^=]+=([^;]+)/.exec(line)?.[1] ?? ''
  for (const secret of [portainer.jwt, key.raw, token, value(semaphore), value(portainer.cookie)]) {
    for (const headers of [bearer(secret), { 'x-api-key': secret }, { cookie: `__Host-gatehouse=${secret}` }]) {
      assertNobody(await ask(house, { ...forwarded(), ...headers }), 401)
    }
  }
})

test('an identity that was told to an application signs nobody in', async () => {
  const assertion = String((await ask(house, { ...forwarded(), ...bearer(access) })).headers['x-gatehouse-identity'])
  for (const headers of [bearer(assertion), { 'x-api-key': assertion }, { 'x-gatehouse-identity': assertion }]) {
    assertNobody(await ask(house, { ...forwarded(), ...headers }), 401)
  }
  assertNobody(await ask(house, { ...forwarded(), 'remote-user': username }), 401)
})

test('two live credentials of different people are nobody, in words that nginx knows', async () => {
  const other = await newcomer(house, 'other')
  const token = await signInApi(house.app, other.username)
  const jar = newJar()
  await throughFlow(house, jar, username)
  assertNobody(await ask(house, { ...forwarded(), ...bearer(token), ...jar.header(loginHost), ...browser }), 403)
})

test('a token for introspection alone opens no application', async () => {
  const operator = await newcomer(house, 'root', true)
  const token = await signInApi(house.app, operator.username)
  const { secret } = await makeApiToken(house.app, token, { scope: 'introspect' })
  assertNobody(await ask(house, { ...forwarded(), ...bearer(secret), ...browser }), 403)
})

test('whoever is disabled is nobody at once, at every host', async () => {
  const gone = await newcomer(house, 'gone')
  const jar = newJar()
  await throughFlow(house, jar, gone.username)
  const atApp = { ...forwarded({ host: appHost }), ...jar.header(appHost) }
  assert.equal((await ask(house, atApp)).statusCode, 200)
  await house.house.core.people.disable(gone.username, { kind: 'command' })
  assertNobody(await ask(house, atApp), 401)
})

test('a second cookie that was planted decides nothing', async () => {
  const cookie = await signInByCookie(house.app, username).then((pair) => pair.replace(/^[^=]+/, '__Host-gatehouse'))
  assert.equal((await ask(house, { ...forwarded(), cookie: `__Host-gatehouse=planted; ${cookie}` })).statusCode, 200)
  assertNobody(await ask(house, { ...forwarded(), cookie: cookie.replace('__Host-', '') }), 401)
})

test('what is sent along does not matter: no body, no type, no upgrade', async () => {
  const strange = { 'content-type': 'nonsense', 'content-length': '0', connection: 'upgrade', upgrade: 'websocket' }
  assert.equal((await ask(house, { ...forwarded(), ...bearer(access), ...strange })).statusCode, 200)
})
