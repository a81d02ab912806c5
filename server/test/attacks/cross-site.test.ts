// Group X, as far as there is something for a browser: what another site makes a browser send is refused where it
// would do something, reads nothing, and is never allowed by CORS. Programs, which send no such header, are not.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import {
  assertRefused,
  carry,
  carryWrite,
  doors,
  eventsDuring,
  type Headers,
  inject,
  makeToken,
  type SignedIn,
  setCookies,
  signIn,
  signInBody,
  trySignIn,
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

/** What counts where absence does not: `none` is a browser's address bar, which posts nothing. */
const saysOwn = (headers: Headers): boolean =>
  headers['origin'] !== undefined || headers['sec-fetch-site'] === 'same-origin'

for (const door of doors) {
  const login = (headers: Headers) =>
    house.app.inject({
      method: 'POST',
      url: door.signInPath,
      headers: { ...headers },
      payload: signInBody(door, 'visitor', password),
    })
  const logout = (headers: Headers) =>
    house.app.inject({ method: door.signOutMethod, url: door.signOutPath, headers: { ...headers } })
  const write = (headers: Headers) => inject(house, door.tokens.make(personId, password), headers)
  const mine = (): Headers => carryWrite(door, session)
  /** Without the browser's word that it is ours. */
  const bare = (): Headers => {
    const names = Object.keys(door.fromOwnPage ?? {})
    return Object.fromEntries(Object.entries(mine()).filter(([name]) => !names.includes(name)))
  }
  const isByCookie = door.cookie !== undefined

  for (const headers of foreign) {
    const where = isByCookie ? 'sign-in, sign-out and writes by cookie' : 'sign-in and sign-out'
    test(`${door.name} refuses ${JSON.stringify(headers)} at ${where} [X02] [X03]`, async () => {
      session = await signIn(house, door, 'visitor', password)
      const { crossSite } = door
      await assertRefused(house, crossSite, 'csrf.blocked', () => login(headers))
      await assertRefused(house, crossSite, 'csrf.blocked', () => logout({ ...bare(), ...headers }))
      if (isByCookie) await assertRefused(house, crossSite, 'csrf.blocked', () => write({ ...bare(), ...headers }))
      assert.equal(await who(house, door, carry(door, session)), 200)
    })
  }

  const needsWord = door.fromOwnPage !== undefined
  for (const headers of ours.filter((one) => !needsWord || saysOwn(one))) {
    test(`${door.name} takes ${JSON.stringify(headers)} at sign-in, writes and sign-out [X02]`, async () => {
      const answer = await login(headers)
      assert.equal(answer.statusCode, door.signedIn)
      session = await signIn(house, door, 'visitor', password)
      assert.equal((await write({ ...mine(), ...headers })).statusCode, door.tokens.made)
      assert.equal((await logout({ ...mine(), ...headers })).statusCode, door.signedOut)
      assert.equal(await who(house, door, carry(door, session)), 401)
    })
  }

  for (const headers of needsWord ? ours.filter((one) => !saysOwn(one)) : []) {
    test(`${door.name} takes no cookie from whoever sends ${JSON.stringify(headers)}: silence is no word for it [X02]`, async () => {
      session = await signIn(house, door, 'visitor', password)
      const silent: Headers = { ...carry(door, session), ...headers }
      for (const ask of [() => login(headers), () => write(silent), () => logout(silent)]) {
        const { answer, events } = await eventsDuring(house, ask)
        assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [403, 'cross-site'])
        assert.deepEqual([setCookies(answer), events], [[], ['csrf.blocked']])
      }
      assert.equal(await who(house, door, carry(door, session)), 200)
      assert.equal((await logout(mine())).statusCode, door.signedOut)
    })
  }

  test(`${door.name} believes a header that no browser adds by itself, from any site, and a cookie from none but ours [X02]`, async () => {
    session = await signIn(house, door, 'visitor', password)
    const token = await makeToken(house, door, session, personId, password)
    const evil = { ...own, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const byToken = needsWord ? undefined : door.tokens.headers?.(token)
    const bearer = session.jwt === undefined ? byToken : { authorization: `Bearer ${session.jwt}` }
    if (bearer !== undefined) assert.equal((await write({ ...evil, ...bearer })).statusCode, door.tokens.made)
    if (isByCookie) assert.equal((await write({ ...mine(), ...evil })).statusCode, 403)
    assert.equal((await write(mine())).statusCode, door.tokens.made)
  })

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    undefined,
  ]) {
    test(`${door.name} takes no simple request (${type}), also from a browser that says nothing else [X01]`, async () => {
      const payload = JSON.stringify(signInBody(door, 'visitor', password))
      const headers = type === undefined ? {} : { 'content-type': type }
      const answer = await house.app.inject({ method: 'POST', url: door.signInPath, headers, payload })
      assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [415, undefined])
      assert.equal((await login(door.fromOwnPage ?? {})).statusCode, door.signedIn)
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
      const read = await house.app.inject({ url: door.whoPath, headers: { ...own, origin, ...carry(door, session) } })
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
      '/cloudendure/api/v5/me',
      '/extremecloudiq/users/me',
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
    const headers = { host, origin: `http://${host}` }
    for (const door of doors) {
      const answer = await trySignIn(house, door, 'visitor', password, { headers })
      if (isOwn) assert.ok([door.signedIn, 403].includes(answer.statusCode))
      else assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [400, undefined])
    }
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
    for (const door of doors) {
      const from = async (origin: string) => {
        const headers = { host: 'inside.example', origin }
        return (await trySignIn(there, door, 'visitor', password, { headers })).statusCode
      }
      assert.equal(await from('https://login.example.org'), door.signedIn)
      assert.equal(await from('https://login.example.org.evil'), 403)
    }
  } finally {
    await there.close()
  }
})
