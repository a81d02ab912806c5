// POST /users/{id}/tokens (contract 3.9, trap 17): one's own keys only, with the password again and from a session,
// not from a key. The raw key is shown once, and there is no `digest`.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import {
  assertCommon,
  assertSaid,
  newcomer,
  password,
  portainerBase,
  portainerKey,
  prolongWaits,
  setCookies,
  signInPortainer,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const invalid = 'Invalid request payload'
const mismatch = 'Current password does not match the password provided. Please try again'
let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let jwt: string
let cookie: string

before(async () => {
  house = await openTestHouse()
})
beforeEach(async () => {
  person = await newcomer(house)
  ;({ jwt, cookie } = await signInPortainer(house.app, person.username))
})
after(() => house.close())

const create = (payload: object, headers: object = { authorization: jwt }, id: number | string = person.id) =>
  house.app.inject({ method: 'POST', url: `${portainerBase}/users/${id}/tokens`, headers: { ...headers }, payload })
const keysOf = async () =>
  (await house.app.inject({ url: `${portainerBase}/users/${person.id}/tokens`, headers: { authorization: jwt } })).json<
    { description: string }[]
  >()

describe('POST /users/{id}/tokens', () => {
  it('is 201 with the raw key once and the key’s data, without a digest', async () => {
    const answer = await create({ password, description: 'ci' })
    assertCommon(answer)
    assert.equal(answer.statusCode, 201)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.deepEqual(setCookies(answer), [])
    const { rawAPIKey, apiKey, ...rest } = answer.json<{ rawAPIKey: string; apiKey: Record<string, unknown> }>()
    assert.deepEqual(rest, {})
    assert.match(rawAPIKey, /^ptr_[A-Za-z0-9+/]{43}=$/)
    assert.deepEqual(Object.keys(apiKey), ['id', 'userId', 'description', 'prefix', 'dateCreated', 'lastUsed'])
    assert.equal(apiKey['userId'], person.id)
    assert.equal(apiKey['description'], 'ci')
    assert.equal(apiKey['prefix'], rawAPIKey.slice(0, 7))
    assert.equal(apiKey['lastUsed'], 0)
    assert.ok(Number.isInteger(apiKey['id']) && Number.isInteger(apiKey['dateCreated']))
    assert.equal(String(apiKey['dateCreated']).length, 10)
  })

  it('takes JWT or cookie, and member names in any case', async () => {
    assert.equal((await create({ Password: password, DESCRIPTION: 'a' }, { cookie })).statusCode, 201)
    assert.equal((await create({ password, Description: 'b' }, { authorization: `Bearer ${jwt}` })).statusCode, 201)
  })

  it('takes a description of 127 characters and refuses one of 128', async () => {
    assert.equal((await create({ password, description: 'x'.repeat(127) })).statusCode, 201)
    const details = 'Invalid description: cannot be longer than 128 characters'
    assertSaid(await create({ password, description: 'x'.repeat(128) }), 400, invalid, details)
  })

  it('is 400 for a missing, empty, blank or non-text description', async () => {
    const cannotBeEmpty = 'Invalid description: cannot be empty'
    assertSaid(await create({ password }), 400, invalid, cannotBeEmpty)
    assertSaid(await create({ password, description: '' }), 400, invalid, cannotBeEmpty)
    assertSaid(await create({ password, description: 7 }), 400, invalid, cannotBeEmpty)
    const blank = 'Invalid description: cannot contain only whitespaces'
    assertSaid(await create({ password, description: ' \t\n' }), 400, invalid, blank)
  })

  it('is 400 without the password', async () => {
    const details = 'Invalid password: cannot be empty'
    assertSaid(await create({ description: 'ci' }), 400, invalid, details)
    assertSaid(await create({ description: 'ci', password: '' }), 400, invalid, details)
  })

  it('is 403 with a wrong password, and makes no key', async () => {
    const answer = await create({ password: 'wrong', description: 'ci' })
    assertSaid(answer, 403, "Current password doesn't match", mismatch)
    assert.deepEqual(await keysOf(), [])
  })

  it('shares the throttle with signing in: five wrong passwords make every door wait', async () => {
    for (let failed = 0; failed < 5; failed += 1) {
      assertSaid(await create({ password: 'no', description: 'ci' }), 403, "Current password doesn't match", mismatch)
    }
    prolongWaits(house)
    const answer = await create({ password, description: 'ci' })
    assertSaid(answer, 429, 'Too many attempts', 'Try again after the time in Retry-After')
    assert.match(String(answer.headers['retry-after']), /^360[01]$/)
    const login = {
      method: 'POST',
      url: '/semaphore/api/auth/login',
      payload: { auth: person.username, password },
    } as const
    assert.equal((await house.app.inject(login)).statusCode, 429)
  })

  it('is 403 from an API key, and the key learns nothing about the password', async () => {
    const { raw } = await portainerKey(house.app, jwt, person.id)
    const headers = { 'x-api-key': raw }
    for (const guess of [password, 'wrong']) {
      assertSaid(await create({ password: guess, description: 'ci' }, headers), 403, 'Access denied', 'Unauthorized')
    }
    assert.equal((await keysOf()).length, 1)
  })

  it('is 403 for somebody else, for an operator and for nobody’s id alike', async () => {
    const other = await newcomer(house)
    const denied = 'Permission denied to create user access token'
    for (const id of [other.id, 1, 999_999]) {
      assertSaid(
        await create({ password, description: 'ci' }, { authorization: jwt }, id),
        403,
        'Access denied',
        denied,
      )
    }
    const operator = await signInPortainer(house.app, (await newcomer(house, 'operator', true)).username)
    const answer = await create({ password, description: 'ci' }, { authorization: operator.jwt })
    assertSaid(answer, 403, 'Access denied', denied)
  })

  it('is 401 without a live session', async () => {
    const body = { password, description: 'ci' }
    assertSaid(await create(body, {}), 401, 'A valid authorization token is missing', 'Unauthorized')
    assertSaid(await create(body, { authorization: 'dead' }), 401, 'Invalid JWT token', 'Unauthorized')
  })

  it('is 403 by cookie from another site, and 201 by JWT, which no browser adds by itself', async () => {
    const body = { password, description: 'ci' }
    const origin = 'https://evil.example'
    const answer = await create(body, { cookie, origin })
    assertSaid(answer, 403, 'Forbidden - origin invalid', 'The request comes from another site.')
    assert.equal((await create(body, { authorization: jwt, origin })).statusCode, 201)
    assert.equal((await create(body, { cookie, host: 'localhost', origin: 'http://localhost' })).statusCode, 201)
    assert.equal((await keysOf()).length, 2)
  })

  it('is 400 for an id that is no number, and for a body that is not read', async () => {
    const body = { password, description: 'ci' }
    for (const id of ['me', '-1', '1.5', '1e3', '%31x']) {
      assertSaid(await create(body, { authorization: jwt }, id), 400, invalid, invalid)
    }
    assertSaid(await create([]), 400, invalid, invalid)
  })

  it('is 409 beyond 200 live keys', async () => {
    sql(
      house,
      `insert into tokens (hash, kind, dialect, scope, person_id, account_id, shown, epoch, created_at)
       with recursive n (i) as (select 1 union all select i + 1 from n where i < 200)
       select 'filler-' || i, 'api', 'portainer', 'default', ${person.id}, 1, 'f' || i, 1, 0 from n`,
    )
    const answer = await create({ password, description: 'ci' })
    assertSaid(answer, 409, 'Conflict', 'There are 200 API tokens already; delete one first.')
  })
})
