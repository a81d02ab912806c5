// GET /users/me (contract 3.2, 3.10): how a client sees that its JWT, cookie or API key works.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { Secret } from '../../../src/lib/secret.ts'
import {
  assertCommon,
  assertSaid,
  newcomer,
  password,
  portainerBase,
  portainerKey,
  setCookies,
  signInPortainer,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const me = (headers: object) => house.app.inject({ url: `${portainerBase}/users/me`, headers: { ...headers } })

describe('GET /users/me', () => {
  it('says who is signed in, with the real server’s keys and their capitals', async () => {
    const person = await newcomer(house)
    const { jwt } = await signInPortainer(house.app, person.username)
    const answer = await me({ authorization: jwt })
    assertCommon(answer)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.deepEqual(setCookies(answer), [])
    assert.deepEqual(answer.json(), {
      Id: person.id,
      Username: person.username,
      Role: 2,
      TokenIssueAt: 0,
      ThemeSettings: { color: '' },
      UseCache: false,
      PortainerAuthorizations: null,
      EndpointAuthorizations: null,
      forceChangePassword: false,
    })
  })

  it('says the same by JWT, by `Bearer ` and JWT, by cookie and by API key', async () => {
    const person = await newcomer(house)
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    const { raw } = await portainerKey(house.app, jwt, person.id)
    const plain = (await me({ authorization: jwt })).body
    for (const headers of [
      { authorization: `Bearer ${jwt}` },
      { cookie },
      { 'x-api-key': raw },
      { 'X-API-KEY': raw },
    ]) {
      assert.equal((await me(headers)).body, plain)
    }
  })

  it('gives operators role 1, and reads it live, whatever the JWT says', async () => {
    const person = await newcomer(house, 'operator', true)
    const { jwt } = await signInPortainer(house.app, person.username)
    assert.equal((await me({ authorization: jwt })).json<{ Role: number }>().Role, 1)
    sql(house, `update persons set is_operator = 0 where id = ${person.id}`)
    assert.equal((await me({ authorization: jwt })).json<{ Role: number }>().Role, 2)
  })

  it('is 401 and says that nothing was presented', async () => {
    for (const headers of [{}, { authorization: '' }, { 'x-api-key': '' }, { cookie: 'other=1' }]) {
      assertSaid(await me(headers), 401, 'A valid authorization token is missing', 'Unauthorized')
    }
  })

  it('is 401 for a credential that is none, in one text', async () => {
    for (const headers of [
      { authorization: 'x' },
      { authorization: 'Bearer x.y.z' },
      { 'x-api-key': 'ptr_x' },
      { cookie: 'portainer_api_key=x' },
      { cookie: 'portainer_api_key=' },
    ]) {
      assertSaid(await me(headers), 401, 'Invalid JWT token', 'Unauthorized')
    }
  })

  it('reads no credential from the query', async () => {
    const person = await newcomer(house)
    const { jwt } = await signInPortainer(house.app, person.username)
    const { raw } = await portainerKey(house.app, jwt, person.id)
    for (const query of [`token=${jwt}`, `X-API-KEY=${encodeURIComponent(raw)}`]) {
      const answer = await house.app.inject({ url: `${portainerBase}/users/me?${query}` })
      assertSaid(answer, 401, 'A valid authorization token is missing', 'Unauthorized')
    }
  })
})

describe('GET /users/me, as sessions end', () => {
  it('is 401 once the 8 hours are over', async () => {
    const person = await newcomer(house)
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    sql(house, `update sessions set seen_at = opened_at - 100000000 where person_id = ${person.id}`)
    assert.equal((await me({ authorization: jwt })).statusCode, 200, 'no idle end')
    sql(house, `update sessions set ends_at = opened_at where person_id = ${person.id}`)
    for (const headers of [{ authorization: jwt }, { cookie }]) {
      assertSaid(await me(headers), 401, 'Invalid JWT token', 'Unauthorized')
    }
  })

  it('is 401 after a password reset by JWT and cookie; an API key lives on', async () => {
    const person = await newcomer(house)
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    const { raw } = await portainerKey(house.app, jwt, person.id)
    await house.house.core.people.resetPassword(person.username, new Secret(`${password} again`), byCommand)
    const statuses = [await me({ authorization: jwt }), await me({ cookie }), await me({ 'x-api-key': raw })]
    assert.deepEqual(
      statuses.map(({ statusCode }) => statusCode),
      [401, 401, 200],
    )
  })

  it('is 401 by everything once the person is disabled, and stays so', async () => {
    const { people } = house.house.core
    const person = await newcomer(house)
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    const { raw } = await portainerKey(house.app, jwt, person.id)
    await people.disable(person.username, byCommand)
    await people.enable(person.username, byCommand)
    for (const headers of [{ authorization: jwt }, { cookie }, { 'x-api-key': raw }]) {
      assertSaid(await me(headers), 401, 'Invalid JWT token', 'Unauthorized')
    }
  })
})
