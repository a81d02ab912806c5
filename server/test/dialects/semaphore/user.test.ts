// GET /user (contract 5.11, trap 9): how every client sees that its credential works. The spec spells it `/user/`.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { Secret } from '../../../src/lib/secret.ts'
import {
  assertCommon,
  assertEmpty,
  newcomer,
  password,
  semaphoreBase,
  semaphoreToken,
  signInSemaphore,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${semaphoreBase}/user`
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const user = (headers: object, at = url) => house.app.inject({ url: at, headers: { ...headers } })

describe('GET /user', () => {
  it('says who is signed in, with the keys and types of the classic client’s model', async () => {
    const person = await newcomer(house)
    const cookie = await signInSemaphore(house.app, person.username)
    const answer = await user({ cookie })
    assertCommon(answer)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json')
    const { created, ...rest } = answer.json<Record<string, unknown>>()
    assert.match(String(created), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.deepEqual(rest, {
      id: person.id,
      username: person.username,
      name: person.username,
      email: `${person.username}@example.org`,
      alert: false,
      admin: false,
      external: false,
      can_create_project: false,
    })
  })

  it('calls operators admin, nobody else', async () => {
    const operator = await newcomer(house, 'operator', true)
    const answer = await user({ cookie: await signInSemaphore(house.app, operator.username) })
    const body = answer.json<Record<string, unknown>>()
    assert.deepEqual([body['admin'], body['can_create_project']], [true, true])
  })

  it('answers `/user/` the same, by cookie and by token', async () => {
    const cookie = await signInSemaphore(house.app, (await newcomer(house)).username)
    const token = await semaphoreToken(house.app, cookie)
    const plain = (await user({ cookie })).body
    for (const headers of [{ cookie }, { authorization: `Bearer ${token}` }]) {
      assert.equal((await user(headers, `${url}/`)).body, plain)
    }
  })

  it('drops one trailing slash and no second', async () => {
    const cookie = await signInSemaphore(house.app, (await newcomer(house)).username)
    const answer = await user({ cookie }, `${url}//`)
    assert.deepEqual([answer.statusCode, answer.body], [404, 'Not Found'])
  })

  it('is 401 and empty without a live credential', async () => {
    for (const headers of [{}, { cookie: 'semaphore=' }, { cookie: 'other=1' }, { authorization: 'Bearer x' }]) {
      assertEmpty(await user(headers), 401)
    }
  })
})

describe('GET /user, as sessions end', () => {
  it('is 401 after 7 days without use', async () => {
    const person = await newcomer(house)
    const cookie = await signInSemaphore(house.app, person.username)
    const change = (by: number) =>
      sql(house, `update sessions set seen_at = seen_at - ${by} where person_id = ${person.id}`)
    change(7 * 86_400_000 - 60_000)
    assert.equal((await user({ cookie })).statusCode, 200)
    change(60_000)
    assertEmpty(await user({ cookie }), 401)
  })

  it('is 401 after 30 days, used or not', async () => {
    const person = await newcomer(house)
    const cookie = await signInSemaphore(house.app, person.username)
    const [session] = sql(house, `select ends_at - opened_at as life from sessions where person_id = ${person.id}`)
    assert.equal(session?.['life'], 30 * 86_400_000)
    sql(house, `update sessions set ends_at = opened_at where person_id = ${person.id}`)
    assertEmpty(await user({ cookie }), 401)
  })

  it('is 401 from the moment the person is disabled, and stays so when enabled again', async () => {
    const { people } = house.house.core
    const person = await newcomer(house)
    const cookie = await signInSemaphore(house.app, person.username)
    await people.disable(person.username, byCommand)
    assertEmpty(await user({ cookie }), 401)
    await people.enable(person.username, byCommand)
    assertEmpty(await user({ cookie }), 401)
    assert.equal((await user({ cookie: await signInSemaphore(house.app, person.username) })).statusCode, 200)
  })

  it('is 401 from the moment the password is reset', async () => {
    const person = await newcomer(house)
    const cookie = await signInSemaphore(house.app, person.username)
    await house.house.core.people.resetPassword(person.username, new Secret(`${password} again`), byCommand)
    assertEmpty(await user({ cookie }), 401)
  })

  it('goes on when a licence expires, which is asked at sign-in only', async () => {
    const cookie = await signInSemaphore(house.app, (await newcomer(house)).username)
    sql(house, "update accounts set licence = 'expired' where identifier = 'default'")
    const { statusCode } = await user({ cookie })
    sql(house, "update accounts set licence = 'none-needed' where identifier = 'default'")
    assert.equal(statusCode, 200)
  })
})
