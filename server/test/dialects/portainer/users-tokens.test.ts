// GET /users/{id}/tokens and DELETE /users/{id}/tokens/{keyID} (contract 3.9, model.md's table): one's own, and an
// operator's word for those who are none. A key that is missing or somebody else's is 404.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import {
  assertCommon,
  assertSaid,
  newcomer,
  type PortainerKey,
  portainerBase,
  portainerKey,
  setCookies,
  signInPortainer,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const missing = 'Object not found inside the database'
let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let jwt: string
let cookie: string
let key: PortainerKey
let operator: Awaited<ReturnType<typeof newcomer>>
let operatorJwt: string

before(async () => {
  house = await openTestHouse()
  operator = await newcomer(house, 'operator', true)
  operatorJwt = (await signInPortainer(house.app, operator.username)).jwt
})
beforeEach(async () => {
  person = await newcomer(house)
  ;({ jwt, cookie } = await signInPortainer(house.app, person.username))
  key = await portainerKey(house.app, jwt, person.id)
})
after(() => house.close())

const at = (id: number | string, keyId?: number | string) =>
  `${portainerBase}/users/${id}/tokens${keyId === undefined ? '' : `/${keyId}`}`
const list = (id: number | string, headers: object = { authorization: jwt }) =>
  house.app.inject({ url: at(id), headers: { ...headers } })
const remove = (id: number | string, keyId: number | string, headers: object = { authorization: jwt }) =>
  house.app.inject({ method: 'DELETE', url: at(id, keyId), headers: { ...headers } })
const keyStatus = async (raw = key.raw) =>
  (await house.app.inject({ url: `${portainerBase}/users/me`, headers: { 'x-api-key': raw } })).statusCode

describe('GET /users/{id}/tokens', () => {
  it('lists one’s own keys, the newest first, without secret and digest', async () => {
    const second = await portainerKey(house.app, jwt, person.id)
    const answer = await list(person.id)
    assertCommon(answer)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json')
    const body = answer.json<Record<string, unknown>[]>()
    assert.deepEqual(
      body.map((one) => one['id']),
      [second.id, key.id],
    )
    assert.deepEqual(Object.keys(body[0] ?? {}), ['id', 'userId', 'description', 'prefix', 'dateCreated', 'lastUsed'])
    assert.ok(!answer.body.includes(key.raw) && !answer.body.includes(key.raw.slice(7)))
  })

  it('answers JWT, cookie and API key, and an empty list with []', async () => {
    for (const headers of [{ authorization: jwt }, { cookie }, { 'x-api-key': key.raw }]) {
      assert.equal((await list(person.id, headers)).json<unknown[]>().length, 1)
    }
    await remove(person.id, key.id)
    assert.equal((await list(person.id)).body, '[]')
  })

  it('tells when a key was last used, in whole seconds', async () => {
    assert.equal(await keyStatus(), 200)
    await house.house.core.tokens.flushUses()
    const [listed] = (await list(person.id)).json<{ lastUsed: number; dateCreated: number }[]>()
    assert.ok(listed !== undefined && listed.lastUsed >= listed.dateCreated && String(listed.lastUsed).length === 10)
  })

  it('shows an operator the keys of those who are none, and of nobody else', async () => {
    const other = await newcomer(house, 'operator', true)
    assert.equal((await list(person.id, { authorization: operatorJwt })).json<unknown[]>().length, 1)
    assert.equal((await list(operator.id, { authorization: operatorJwt })).statusCode, 200)
    assertSaid(await list(other.id, { authorization: operatorJwt }), 403, 'Access denied', 'Unauthorized')
    assertSaid(await list(999_999, { authorization: operatorJwt }), 404, missing, missing)
  })

  it('is 403 for anybody else’s, whether there is such a person or not', async () => {
    for (const id of [operator.id, 1, 999_999, 0]) assertSaid(await list(id), 403, 'Access denied', 'Unauthorized')
  })

  it('is 401 without a live credential, and 400 for an id that is no number', async () => {
    assertSaid(await list(person.id, {}), 401, 'A valid authorization token is missing', 'Unauthorized')
    assertSaid(await list(person.id, { 'x-api-key': 'ptr_dead' }), 401, 'Invalid JWT token', 'Unauthorized')
    for (const id of ['me', '-1', '1'.repeat(16)]) {
      assertSaid(await list(id), 400, 'Invalid request payload', 'Invalid request payload')
    }
  })
})

describe('DELETE /users/{id}/tokens/{keyID}', () => {
  it('is 204 without body and content type, and the key is dead', async () => {
    const answer = await remove(person.id, key.id)
    assertCommon(answer)
    assert.deepEqual([answer.statusCode, answer.body], [204, ''])
    assert.equal(answer.headers['content-type'], undefined)
    assert.deepEqual(setCookies(answer), [])
    assert.equal(await keyStatus(), 401)
  })

  it('lets a key delete itself, and a cookie do it', async () => {
    assert.equal((await remove(person.id, key.id, { 'x-api-key': key.raw })).statusCode, 204)
    assert.equal(await keyStatus(), 401)
    const second = await portainerKey(house.app, jwt, person.id)
    assert.equal((await remove(person.id, second.id, { cookie })).statusCode, 204)
    assert.equal(await keyStatus(second.raw), 401)
  })

  it('is 404 for a key that never was, a second time, and for somebody else’s key under one’s own id', async () => {
    const other = await newcomer(house)
    const { jwt: otherJwt } = await signInPortainer(house.app, other.username)
    assertSaid(await remove(other.id, key.id, { authorization: otherJwt }), 404, missing, 'API Key not found')
    assert.equal(await keyStatus(), 200)
    assertSaid(await remove(person.id, 999_999), 404, missing, 'API Key not found')
    await remove(person.id, key.id)
    assertSaid(await remove(person.id, key.id), 404, missing, 'API Key not found')
  })

  it('is 403 under somebody else’s id, and the key lives', async () => {
    const { jwt: otherJwt } = await signInPortainer(house.app, (await newcomer(house)).username)
    const answer = await remove(person.id, key.id, { authorization: otherJwt })
    assertSaid(answer, 403, 'Access denied', 'Unauthorized')
    assert.equal(await keyStatus(), 200)
  })

  it('lets an operator delete the key of one who is none, and 404 for nobody', async () => {
    const headers = { authorization: operatorJwt }
    assertSaid(await remove(999_999, key.id, headers), 404, missing, missing)
    assert.equal((await remove(person.id, key.id, headers)).statusCode, 204)
    assert.equal(await keyStatus(), 401)
  })

  it('cannot delete a session’s token by its number', async () => {
    for (let id = key.id - 3; id < key.id; id += 1) {
      assertSaid(await remove(person.id, id), 404, missing, 'API Key not found')
    }
    assert.equal((await list(person.id)).statusCode, 200)
  })

  it('looks at no body, and is 400 for a number that is none', async () => {
    const request = { method: 'DELETE', url: at(person.id, key.id), payload: '{' } as const
    const answer = await house.app.inject({ ...request, headers: { cookie, 'content-type': 'application/json' } })
    assert.deepEqual([answer.statusCode, await keyStatus()], [204, 401])
    // The prefix that a list shows; base64 may have a slash in it, which would be another path.
    for (const id of ['x', '-1', key.raw.slice(0, 7).replaceAll('/', '_')]) {
      assertSaid(await remove(person.id, id), 400, 'Invalid request payload', 'Invalid request payload')
    }
  })

  it('is 401 without a live credential, and 403 by cookie from another site; the key lives', async () => {
    assertSaid(await remove(person.id, key.id, {}), 401, 'A valid authorization token is missing', 'Unauthorized')
    const crossed = await remove(person.id, key.id, { cookie, 'sec-fetch-site': 'same-site' })
    assertSaid(crossed, 403, 'Forbidden - origin invalid', 'The request comes from another site.')
    assert.equal(await keyStatus(), 200)
    assert.equal((await remove(person.id, key.id, { cookie, 'sec-fetch-site': 'same-origin' })).statusCode, 204)
  })
})
