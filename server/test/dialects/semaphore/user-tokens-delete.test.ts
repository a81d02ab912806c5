// DELETE /user/tokens/{api_token_id} (contract 5.7, 8.1, 8.2, trap 8): by the 8 characters a list shows or by the
// whole secret, percent-encoded or not, never by a pattern. 204 tells nothing: a token that is missing or somebody
// else's is answered the same and stays.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import {
  assertCommon,
  assertEmpty,
  newcomer,
  semaphoreBase,
  semaphoreToken,
  setCookies,
  signInSemaphore,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${semaphoreBase}/user/tokens`
let house: TestHouse
let cookie: string
let token: string

before(async () => {
  house = await openTestHouse()
})
beforeEach(async () => {
  cookie = await signInSemaphore(house.app, (await newcomer(house)).username)
  token = await semaphoreToken(house.app, cookie)
})
after(() => house.close())

const remove = (id: string, headers: object = { cookie }) =>
  house.app.inject({ method: 'DELETE', url: `${url}/${id}`, headers: { ...headers } })
const bearerStatus = async (secret: string) =>
  (await house.app.inject({ url, headers: { authorization: `Bearer ${secret}` } })).statusCode

describe('DELETE /user/tokens/{api_token_id}', () => {
  it('is 204 without a body, by the 8 characters of the list, and the token is dead', async () => {
    const answer = await remove(token.slice(0, 8))
    assertCommon(answer)
    assert.equal(answer.statusCode, 204)
    assert.equal(answer.body, '')
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.deepEqual(setCookies(answer), [])
    assert.equal(await bearerStatus(token), 401)
    assert.equal((await house.app.inject({ url, headers: { cookie } })).body, '[]')
  })

  it('takes the whole secret with `=` as it is, as %3D, as %3d, and in capitals', async () => {
    for (const spell of [
      (id: string) => id,
      (id: string) => id.replace('=', '%3D'),
      (id: string) => id.replace('=', '%3d'),
      (id: string) => id.toUpperCase(),
    ]) {
      const secret = await semaphoreToken(house.app, cookie)
      assert.equal((await remove(spell(secret))).statusCode, 204)
      assert.equal(await bearerStatus(secret), 401)
    }
    assert.equal(await bearerStatus(token), 200)
  })

  it('takes the 8 characters in capitals, and a trailing slash', async () => {
    assert.equal((await remove(`${token.slice(0, 8).toUpperCase()}/`)).statusCode, 204)
    assert.equal(await bearerStatus(token), 401)
  })

  it('is 204 for a token that never was, and a second time', async () => {
    for (const id of ['abcdefgh', 'kwofd61g93-yuqvex8efmhjkgnbxlo8mp1tin6spyhu=', token, token]) {
      assert.equal((await remove(id)).statusCode, 204)
    }
  })

  it('is 204 for somebody else’s token, which lives on, by either name', async () => {
    const other = await signInSemaphore(house.app, (await newcomer(house)).username)
    for (const id of [token, token.slice(0, 8)]) {
      const answer = await remove(id, { cookie: other })
      assert.deepEqual([answer.statusCode, answer.body], [204, ''])
    }
    assert.equal(await bearerStatus(token), 200)
  })

  it('deletes by no other prefix and by no wildcard', async () => {
    for (const id of [token.slice(0, 9), token.slice(0, 43), '________', `${token.slice(0, 7)}_`]) {
      assert.equal((await remove(id)).statusCode, 204)
    }
    assert.equal(await bearerStatus(token), 200)
  })

  it('is 400 and empty for an id of fewer than 8 characters or of others than a token has', async () => {
    for (const id of [
      'abc',
      token.slice(0, 7),
      '%25%25%25%25%25%25%25%25',
      'a%2Fbcdefgh',
      '%00%00%00%00%00%00%00%00',
    ]) {
      assertEmpty(await remove(id), 400)
    }
    assertEmpty(await remove('%zz'), 400)
    assertEmpty(await remove('a'.repeat(600)), 400)
  })

  it('lets a token delete itself, and others of its person', async () => {
    const second = await semaphoreToken(house.app, cookie)
    const headers = { authorization: `Bearer ${token}` }
    assert.equal((await remove(second, headers)).statusCode, 204)
    assert.equal((await remove(token, headers)).statusCode, 204)
    assert.deepEqual([await bearerStatus(second), await bearerStatus(token)], [401, 401])
    assertEmpty(await remove(token, headers), 401)
  })

  it('looks at no body', async () => {
    for (const [type, payload] of [
      ['application/json', '{'],
      ['text/plain', 'x'],
      ['garbage', 'x'],
    ] as const) {
      const secret = await semaphoreToken(house.app, cookie)
      const headers = { cookie, 'content-type': type }
      const answer = await house.app.inject({ method: 'DELETE', url: `${url}/${secret}`, headers, payload })
      assert.deepEqual([answer.statusCode, await bearerStatus(secret)], [204, 401])
    }
  })

  it('is 401 and empty without a live credential, and 403 by cookie from another site; the token lives', async () => {
    for (const headers of [{}, { cookie: 'semaphore=dead' }, { authorization: 'Bearer dead' }]) {
      assertEmpty(await remove(token, headers), 401)
    }
    const crossed = await remove(token, { cookie, 'sec-fetch-site': 'cross-site' })
    assert.deepEqual([crossed.statusCode, crossed.body], [403, '{"error":"CROSS_ORIGIN_REQUEST_BLOCKED"}'])
    assert.equal(await bearerStatus(token), 200)
    const own = await remove(token, { cookie, 'sec-fetch-site': 'same-origin' })
    assert.deepEqual([own.statusCode, await bearerStatus(token)], [204, 401])
  })

  it('is 405 with Allow for any other method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH'] as const) {
      const answer = await house.app.inject({ method, url: `${url}/${token}`, headers: { cookie } })
      assertEmpty(answer, 405)
      assert.equal(answer.headers['allow'], 'DELETE')
    }
  })
})
