// GET /auth/apitoken/info (contract 3.5): what the presented token is, a JWT or an API token; `expiration_time` is left
// out, never null, for one that does not expire.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newcomer, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { apiToken, assertPlain, assertSaid, base, bearer, memberAs, signIn, unauthorized } from './kit.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const info = (headers: object) => house.app.inject({ url: `${base}/auth/apitoken/info`, headers: { ...headers } })

describe('GET /auth/apitoken/info', () => {
  it('tells of the JWT of a sign-in, exactly', async () => {
    const { person, account } = await memberAs(house, 'admin', { region: 'US_West' })
    const answer = await info(bearer(await signIn(house.app, person.username)))
    assertPlain(answer)
    assert.equal(answer.statusCode, 200)
    const { issued_at: issued, expiration_time: expires, ...rest } = answer.json<Record<string, unknown>>()
    assert.deepEqual(rest, {
      user_name: person.username,
      user_id: person.id,
      role: 'Administrator',
      owner_id: account.id,
      data_center: 'US_West',
      scopes: ['auth', 'logout', 'user-me:r'],
    })
    assert.match(String(issued), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.equal(Date.parse(String(expires)) - Date.parse(String(issued)), 86_400_000)
  })

  it('tells of an API token when it expires', async () => {
    const person = await newcomer(house)
    const expiresAt = Date.now() + 3_600_000
    const { secret } = await apiToken(house, person, { expiresAt })
    const body = (await info(bearer(secret))).json<Record<string, unknown>>()
    assert.equal(body['expiration_time'], new Date(expiresAt).toISOString())
    assert.deepEqual([body['role'], body['data_center'], body['owner_id']], ['Operator', 'local', 1])
  })

  it('leaves the expiry out where there is none', async () => {
    const { secret, id } = await apiToken(house, await newcomer(house))
    sql(house, `update tokens set expires_at = null where id = ${id}`)
    const answer = await info(bearer(secret))
    assertPlain(answer)
    assert.ok(!('expiration_time' in answer.json<object>()) && !('expires_in' in answer.json<object>()))
  })

  it('is 401 once the token has expired, and without one', async () => {
    const { secret, id } = await apiToken(house, await newcomer(house))
    sql(house, `update tokens set expires_at = created_at where id = ${id}`)
    for (const headers of [bearer(secret), {}]) assertSaid(await info(headers), 401, unauthorized)
  })
})
