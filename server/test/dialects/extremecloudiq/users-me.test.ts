// GET /users/me (contract 3.5): the required members of XiqUser, ids as numbers, instants as RFC 3339, the role of this
// moment, and nothing null.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { newcomer, password, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { apiToken, assertPlain, assertSaid, base, bearer, memberAs, meStatus, signIn, unauthorized } from './kit.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const me = (headers: object, more = {}) =>
  house.app.inject({ url: `${base}/users/me`, headers: { ...headers }, ...more })
const roleOf = async (token: string) => (await me(bearer(token))).json<{ user_role: string }>().user_role

describe('GET /users/me', () => {
  it('says who is signed in, exactly', async () => {
    const person = await newcomer(house)
    const answer = await me(bearer(await signIn(house.app, person.username)))
    assertPlain(answer)
    assert.equal(answer.statusCode, 200)
    const created = new Date(person.createdAt).toISOString()
    assert.deepEqual(answer.json(), {
      id: person.id,
      create_time: created,
      update_time: created,
      login_name: person.username,
      display_name: person.displayName,
      user_role: 'OPERATOR',
      org_id: 0,
    })
  })

  it('says the same by JWT, by API token and with the scheme in any case', async () => {
    const person = await newcomer(house)
    const token = await signIn(house.app, person.username)
    const plain = (await me(bearer(token))).body
    const { secret } = await apiToken(house, person)
    for (const headers of [
      bearer(secret),
      { authorization: `bearer ${token}` },
      { Authorization: `BEARER ${token}` },
    ]) {
      assert.equal((await me(headers)).body, plain)
    }
  })

  it('calls owners and admins ADMINISTRATOR, members OPERATOR, readers MONITOR; an operator of the house is no more', async () => {
    for (const [role, listed] of [
      ['owner', 'ADMINISTRATOR'],
      ['admin', 'ADMINISTRATOR'],
      ['member', 'OPERATOR'],
      ['read-only', 'MONITOR'],
    ] as const) {
      const { person } = await memberAs(house, role)
      assert.equal(await roleOf(await signIn(house.app, person.username)), listed)
    }
    const { person } = await memberAs(house, 'read-only')
    sql(house, `update persons set is_operator = 1 where id = ${person.id}`)
    assert.equal(await roleOf(await signIn(house.app, person.username)), 'MONITOR')
  })

  it('reads the role live, whatever the token said at its making', async () => {
    const { person, account } = await memberAs(house, 'owner')
    const token = await signIn(house.app, person.username)
    assert.equal(await roleOf(token), 'ADMINISTRATOR')
    const wish = { account: account.identifier, person: person.username, role: 'read-only' } as const
    await house.house.core.memberships.add(wish, byCommand)
    assert.equal(await roleOf(token), 'MONITOR')
  })

  it('minds no type and no length of an empty body', async () => {
    const token = await signIn(house.app, (await newcomer(house)).username)
    const headers = { ...bearer(token), 'content-type': 'application/json', 'content-length': '0' }
    assert.equal((await me(headers)).statusCode, 200)
  })

  it('is 401 without a credential or with none of ours, in one text', async () => {
    for (const headers of [{}, { authorization: '' }, bearer('x'), bearer('x.y.z'), { cookie: 'session=x' }]) {
      assertSaid(await me(headers), 401, unauthorized)
    }
  })

  it('reads no credential from the query', async () => {
    const token = await signIn(house.app, (await newcomer(house)).username)
    const answer = await house.app.inject({ url: `${base}/users/me?access_token=${token}` })
    assertSaid(answer, 401, unauthorized)
  })
})

describe('GET /users/me, as sessions end', () => {
  it('is 401 once the day is over, and not before for want of use', async () => {
    const person = await newcomer(house)
    const token = await signIn(house.app, person.username)
    sql(house, `update sessions set seen_at = opened_at - 100000000 where person_id = ${person.id}`)
    assert.equal(await meStatus(house.app, bearer(token)), 200)
    sql(house, `update sessions set ends_at = opened_at where person_id = ${person.id}`)
    assertSaid(await me(bearer(token)), 401, unauthorized)
  })

  it('is 401 after a password reset by JWT; an API token lives on', async () => {
    const person = await newcomer(house)
    const token = await signIn(house.app, person.username)
    const { secret } = await apiToken(house, person)
    await house.house.core.people.resetPassword(person.username, new Secret(`${password} again`), byCommand)
    assert.deepEqual([await meStatus(house.app, bearer(token)), await meStatus(house.app, bearer(secret))], [401, 200])
  })

  it('is 401 by everything once the person is disabled, and stays so', async () => {
    const person = await newcomer(house)
    const token = await signIn(house.app, person.username)
    const { secret } = await apiToken(house, person)
    await house.house.core.people.disable(person.username, byCommand)
    await house.house.core.people.enable(person.username, byCommand)
    for (const dead of [token, secret]) assertSaid(await me(bearer(dead)), 401, unauthorized)
  })

  it('is 200 with a licence that expired meanwhile, which is asked at signing in', async () => {
    const { person, account } = await memberAs(house, 'member')
    const token = await signIn(house.app, person.username)
    await house.house.core.accounts.changeLicence(account.identifier, 'expired', byCommand)
    assert.equal(await meStatus(house.app, bearer(token)), 200)
  })
})
