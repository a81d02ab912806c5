// POST /auth/logout (contract 5.6, model.md "Doors on the wire"): always 204 and a cleared cookie; every session
// whose cookie was presented is over on the server; API tokens live on. Only another site is refused.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  assertCommon,
  assertEmpty,
  newcomer,
  onlyCookie,
  password,
  semaphoreBase,
  semaphoreToken,
  setCookies,
  signInSemaphore,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${semaphoreBase}/auth/logout`
const cleared = 'semaphore=; Path=/semaphore; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax; Max-Age=0'
let house: TestHouse
let username: string

before(async () => {
  house = await openTestHouse()
  username = (await newcomer(house)).username
})
after(() => house.close())

const logout = (headers = {}, payload?: string) =>
  house.app.inject({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) })
const statusBy = async (headers: Record<string, string>) =>
  (await house.app.inject({ url: `${semaphoreBase}/user`, headers })).statusCode
const signedIn = () => signInSemaphore(house.app, username)

describe('POST /auth/logout', () => {
  it('is 204 with a cleared cookie, and the session is over on the server', async () => {
    const cookie = await signedIn()
    const answer = await logout({ cookie })
    assertCommon(answer)
    assert.equal(answer.statusCode, 204)
    assert.equal(answer.body, '')
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(onlyCookie(answer), cleared)
    assert.equal(await statusBy({ cookie }), 401)
  })

  it('is 204 with a cleared cookie without a session, with a dead one, and a second time', async () => {
    const cookie = await signedIn()
    await logout({ cookie })
    for (const headers of [{}, { cookie }, { cookie: 'semaphore=never-was' }, { cookie: 'semaphore=' }]) {
      const answer = await logout(headers)
      assert.deepEqual([answer.statusCode, onlyCookie(answer)], [204, cleared])
    }
  })

  it('ends this session only', async () => {
    const [one, two] = [await signedIn(), await signedIn()]
    await logout({ cookie: one })
    assert.deepEqual([await statusBy({ cookie: one }), await statusBy({ cookie: two })], [401, 200])
  })

  it('ends every session presented, doubled and among dead ones', async () => {
    const pairs = [await signedIn(), await signedIn()].map((line) => line.split(';')[0] ?? '')
    const answer = await logout({ cookie: `semaphore=dead; ${pairs[0]}; ${pairs[1]}; ${pairs[0]}` })
    assert.equal(answer.statusCode, 204)
    assert.deepEqual([await statusBy({ cookie: pairs[0]! }), await statusBy({ cookie: pairs[1]! })], [401, 401])
  })

  it('ends the sessions of two people presented together', async () => {
    const other = await newcomer(house)
    const [mine, theirs] = [await signedIn(), await signInSemaphore(house.app, other.username)]
    assert.equal((await logout({ cookie: `${mine.split(';')[0]}; ${theirs}` })).statusCode, 204)
    assert.deepEqual([await statusBy({ cookie: mine }), await statusBy({ cookie: theirs })], [401, 401])
  })

  it('leaves an API token alive, whether presented alone or with the cookie', async () => {
    const cookie = await signedIn()
    const token = await semaphoreToken(house.app, cookie)
    assert.equal((await logout({ authorization: `Bearer ${token}` })).statusCode, 204)
    assert.equal(await statusBy({ cookie }), 200)
    assert.equal((await logout({ authorization: `Bearer ${token}`, cookie })).statusCode, 204)
    assert.equal(await statusBy({ cookie }), 401)
    assert.equal(await statusBy({ authorization: `Bearer ${token}` }), 200)
  })

  it('looks at no body: none, empty with a JSON type, JSON, no JSON, a form, no media type', async () => {
    const bodies: readonly (readonly [string, string | undefined])[] = [
      ['application/json', undefined],
      ['application/json', ''],
      ['application/json', '{}'],
      ['application/json', '{'],
      ['application/x-www-form-urlencoded', 'a=b'],
      ['text/plain', 'bye'],
      ['garbage', 'bye'],
      ['garbage', undefined],
    ]
    for (const [type, payload] of bodies) {
      const cookie = await signedIn()
      const answer = await logout({ cookie, 'content-type': type }, payload)
      assert.deepEqual([answer.statusCode, await statusBy({ cookie })], [204, 401], `${type} ${payload}`)
    }
  })

  it('is 403 from another site, ends nothing and clears nothing', async () => {
    const cookie = await signedIn()
    for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await logout({ cookie, ...foreign })
      assert.equal(answer.statusCode, 403)
      assert.equal(answer.body, '{"error":"CROSS_ORIGIN_REQUEST_BLOCKED"}')
      assert.deepEqual(setCookies(answer), [])
    }
    assert.equal(await statusBy({ cookie }), 200)
    const own = await logout({ cookie, host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'same-origin' })
    assert.deepEqual([own.statusCode, await statusBy({ cookie })], [204, 401])
  })

  it('is 405 with Allow for any other method, and 204 however long a body is', async () => {
    const get = await house.app.inject({ url })
    assertEmpty(get, 405)
    assert.equal(get.headers['allow'], 'POST')
    const cookie = await signedIn()
    assert.equal((await logout({ cookie }, 'x'.repeat(65_537))).statusCode, 204)
    assert.equal((await house.app.inject({ url: `${semaphoreBase}/user`, headers: { cookie } })).statusCode, 401)
  })

  it('makes the cookie useless for signing in anew, too', async () => {
    const cookie = await signedIn()
    await logout({ cookie })
    const answer = await house.app.inject({
      method: 'POST',
      url: `${semaphoreBase}/auth/login`,
      headers: { cookie },
      payload: { auth: username, password },
    })
    assert.equal(answer.statusCode, 204)
    assert.equal(await statusBy({ cookie: onlyCookie(answer) }), 200)
    assert.equal(await statusBy({ cookie }), 401)
  })
})
