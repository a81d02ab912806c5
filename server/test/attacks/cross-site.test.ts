// Group X, as far as there is something for a browser: what another site makes a browser send is refused where it
// would do something, reads nothing, and is never allowed by CORS. Programs, which send no such header, are not.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import {
  apiTokens,
  assertRefused,
  doors,
  type Headers,
  makeToken,
  type SignedIn,
  signIn,
  who,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'a hundred paper lanterns'
const own = { host: 'localhost:8080' }
let house: TestHouse
let personId: number
let session: SignedIn

before(async () => {
  house = await openTestHouse()
  personId = (await house.addPerson('visitor', password)).id
})

beforeEach(async () => {
  await house.house.core.throttles.forget('visitor')
})

after(() => house.close())

const foreign: readonly Headers[] = [
  { ...own, origin: 'https://evil.example' },
  { ...own, origin: 'null' },
  { ...own, origin: '' },
  { ...own, origin: 'http://localhost:8080.evil.example' },
  { ...own, origin: 'http://localhost:8081' },
  { ...own, origin: 'http://localhost' },
  { ...own, origin: 'http://localhost:8080@evil.example' },
  { ...own, origin: 'http://evil.example/localhost:8080' },
  { ...own, origin: 'ftp://localhost:8080' },
  { ...own, origin: 'chrome-extension://localhost:8080' },
  { ...own, origin: 'http://localhost:8080, https://evil.example' },
  { ...own, origin: 'localhost:8080' },
  { ...own, 'sec-fetch-site': 'cross-site' },
  { ...own, 'sec-fetch-site': 'same-site' },
  { ...own, 'sec-fetch-site': 'CROSS-SITE' },
  { ...own, 'sec-fetch-site': 'same-origin, cross-site' },
  { ...own, 'sec-fetch-site': 'none, cross-site' },
  { ...own, 'sec-fetch-site': 'anything else' },
  { ...own, 'sec-fetch-site': '' },
  { ...own, origin: 'http://localhost:8080', 'sec-fetch-site': 'cross-site' },
  { ...own, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { ...own, origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
]

const ours: readonly Headers[] = [
  {},
  { ...own, origin: 'http://localhost:8080' },
  { ...own, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' },
  { ...own, 'sec-fetch-site': 'none' },
]

for (const door of doors) {
  const login = (headers: Headers) =>
    house.app.inject({
      method: 'POST',
      url: door.signInPath,
      headers: { ...headers },
      payload: { [door.nameField]: 'visitor', password },
    })
  const logout = (headers: Headers) =>
    house.app.inject({ method: 'POST', url: door.signOutPath, headers: { ...headers } })
  const mint = (headers: Headers) =>
    house.app.inject({
      method: 'POST',
      url: apiTokens[door.name].path(personId),
      headers: { ...headers },
      payload: apiTokens[door.name].wish(password),
    })
  const cookie = (): Headers => ({ cookie: `${door.cookie}=${session.cookie}` })

  for (const headers of foreign) {
    test(`${door.name} refuses ${JSON.stringify(headers)} at sign-in, sign-out and writes by cookie [X02] [X03]`, async () => {
      session = await signIn(house, door, 'visitor', password)
      const { crossSite } = door
      await assertRefused(house, crossSite, 'csrf.blocked', () => login(headers))
      await assertRefused(house, crossSite, 'csrf.blocked', () => logout({ ...headers, ...cookie() }))
      await assertRefused(house, crossSite, 'csrf.blocked', () => mint({ ...headers, ...cookie() }))
      assert.equal(await who(house, door, cookie()), 200)
    })
  }

  for (const headers of ours) {
    test(`${door.name} takes ${JSON.stringify(headers)} at sign-in, writes by cookie and sign-out [X02]`, async () => {
      const answer = await login(headers)
      assert.equal(answer.statusCode, door.signedIn)
      session = await signIn(house, door, 'visitor', password)
      assert.equal((await mint({ ...headers, ...cookie() })).statusCode, 201)
      assert.equal((await logout({ ...headers, ...cookie() })).statusCode, 204)
      assert.equal(await who(house, door, cookie()), 401)
    })
  }

  test(`${door.name} believes a header that no browser adds by itself, from any site [X02]`, async () => {
    session = await signIn(house, door, 'visitor', password)
    const headers = door.name === 'portainer' ? { authorization: `Bearer ${session.jwt}` } : undefined
    const token = await makeToken(house, door, session, personId, password)
    const evil = { ...own, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const made = await mint({ ...evil, ...(headers ?? apiTokens[door.name].headers(token)) })
    assert.equal(made.statusCode, 201)
    assert.equal((await mint({ ...evil, ...cookie() })).statusCode, 403)
  })

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    undefined,
  ]) {
    test(`${door.name} takes no simple request (${type}), also from a browser that says nothing else [X01]`, async () => {
      const payload = JSON.stringify({ [door.nameField]: 'visitor', password })
      const headers = type === undefined ? {} : { 'content-type': type }
      const answer = await house.app.inject({ method: 'POST', url: door.signInPath, headers, payload })
      assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [415, undefined])
      assert.equal((await login({})).statusCode, door.signedIn)
    })
  }

  for (const origin of ['https://evil.example', 'null', 'http://localhost:8080.evil', 'http://localhost:8080']) {
    test(`${door.name} answers a preflight from ${origin} with no permission at all [X05]`, async () => {
      session = await signIn(house, door, 'visitor', password)
      const preflight = {
        ...own,
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      }
      const asked = await house.app.inject({ method: 'OPTIONS', url: door.signInPath, headers: preflight })
      assert.equal(asked.statusCode, 405)
      const read = await house.app.inject({ url: door.whoPath, headers: { ...own, origin, ...cookie() } })
      assert.equal(read.statusCode, 200)
      for (const { headers } of [asked, read]) {
        assert.deepEqual(
          Object.keys(headers).filter((name) => name.startsWith('access-control-')),
          [],
        )
      }
    })
  }
}

const hosts: readonly { readonly host: string; readonly isOwn: boolean }[] = [
  { host: 'localhost', isOwn: true },
  { host: 'LOCALHOST:8080', isOwn: true },
  { host: '127.0.0.1:8080', isOwn: true },
  { host: '[::1]:8080', isOwn: true },
  { host: 'anything.localhost', isOwn: true },
  { host: 'evil.example', isOwn: false },
  { host: 'localhost.evil.example', isOwn: false },
  { host: 'evil.example:8080', isOwn: false },
  { host: '127.0.0.1.evil.example', isOwn: false },
  { host: 'localhost@evil.example', isOwn: false },
  { host: 'evil.example@localhost', isOwn: false },
  { host: 'localhost/../evil.example', isOwn: false },
  { host: 'localhost evil.example', isOwn: false },
  { host: 'xn--localhost-abc', isOwn: false },
]

for (const { host, isOwn } of hosts) {
  test(`a request for ${JSON.stringify(host)} is ${isOwn ? 'served' : 'refused everywhere, whatever it carries'} [O14]`, async () => {
    const paths = [
      '/',
      '/health/live',
      '/portainer/api/status',
      '/semaphore/api/ping',
      '/setup/x',
      '/.well-known/jwks.json',
      '/nowhere',
    ]
    for (const url of paths) {
      const { statusCode, body } = await house.app.inject({ url, headers: { host } })
      if (isOwn) assert.notEqual(statusCode, 400, url)
      else assert.equal(statusCode, 400, url)
      assert.ok(!body.includes('<svg'))
    }
    const [portainer] = doors
    const headers = { host, origin: `http://${host}` }
    const answer = await house.app.inject({
      method: 'POST',
      url: portainer!.signInPath,
      headers,
      payload: { username: 'visitor', password },
    })
    if (isOwn) assert.ok([200, 403].includes(answer.statusCode))
    else assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [400, undefined])
  })
}

test('with a public URL its own host is served and loopback names are not, and its origin may write [O14]', async () => {
  const there = await openTestHouse({
    GATEHOUSE_PUBLIC_URL: 'https://login.example.org',
    GATEHOUSE_HOSTS: 'inside.example',
  })
  try {
    const status = async (host: string) =>
      (await there.app.inject({ url: '/portainer/api/status', headers: { host } })).statusCode
    assert.deepEqual(
      [
        await status('login.example.org'),
        await status('inside.example:8080'),
        await status('127.0.0.1'),
        await status('localhost'),
        await status('evil.example'),
      ],
      [200, 200, 200, 400, 400],
    )
    await there.addPerson('visitor', password)
    const from = (origin: string) =>
      there.app.inject({
        method: 'POST',
        url: '/portainer/api/auth',
        headers: { host: 'inside.example', origin },
        payload: { username: 'visitor', password },
      })
    assert.equal((await from('https://login.example.org')).statusCode, 200)
    assert.equal((await from('https://login.example.org.evil')).statusCode, 403)
  } finally {
    await there.close()
  }
})
