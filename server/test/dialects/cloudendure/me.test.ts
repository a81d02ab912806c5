// GET /me (contract 2.5): the User of this session as it is now; 401 without a live one, 403 for an agent.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { assertCommon, setCookies, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody } from '../../_kit/ways-in.ts'
import {
  apiToken,
  assertError,
  bases,
  byPassword,
  changeRole,
  cut,
  everyKind,
  latest,
  login,
  me,
  newMember,
  signIn,
} from './client.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

describe('GET /me', () => {
  it('is the same User that the sign-in said, at both bases, without a cookie', async () => {
    const { person } = await newMember(house, 'admin')
    const signedIn = await login(house.app, byPassword(person))
    for (const base of bases) {
      const answer = await me(house.app, { cookie: cut(signedIn).cookie }, base)
      assertCommon(answer)
      assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'application/json'])
      assert.deepEqual(answer.json(), signedIn.json())
      assert.deepEqual(Object.keys(answer.json<object>()).sort(), ['account', 'id', 'roles', 'status', 'username'])
      assert.deepEqual(setCookies(answer), [])
    }
  })

  it('says the role of now, and is of the account of the session', async () => {
    const who = await newMember(house, 'owner')
    const { cookie } = await signIn(house.app, byPassword(who.person))
    const roles = async () => (await me(house.app, { cookie })).json<{ roles: string[] }>().roles
    assert.deepEqual(await roles(), ['ACCOUNT_OWNER'])
    await changeRole(house, who, 'read-only')
    assert.deepEqual(await roles(), ['GLOBAL_READONLY'])
    const { accounts, memberships } = house.house.core
    const before = (await me(house.app, { cookie })).json<{ account: string }>().account
    const next = await accounts.create({ identifier: `next-${who.person.id}` }, byCommand)
    const wish = { account: next.identifier, person: who.person.username, role: 'admin', becomesHome: true } as const
    await memberships.add(wish, byCommand)
    assert.deepEqual((await me(house.app, { cookie })).json<{ account: string }>().account, before)
  })

  it('works for sessions by every kind of a person’s credential', async () => {
    const { agentInstallationToken: _, ...kinds } = await everyKind(house, await newSomebody(house))
    for (const [kind, body] of Object.entries(kinds)) {
      const { cookie } = await signIn(house.app, body)
      assert.equal((await me(house.app, { cookie })).statusCode, 200, kind)
    }
  })

  it('takes what generated clients label a GET with', async () => {
    const { cookie } = await signIn(house.app, byPassword((await newSomebody(house)).person))
    for (const headers of [
      { 'content-type': 'application/json' },
      { 'content-type': 'application/json', 'content-length': '0' },
      { accept: 'text/plain' },
    ]) {
      assert.equal((await me(house.app, { cookie, ...headers })).statusCode, 200)
    }
  })

  it('as HEAD is the same without the body', async () => {
    const { cookie } = await signIn(house.app, byPassword((await newSomebody(house)).person))
    const head = async (headers: Record<string, string>) =>
      house.app.inject({ method: 'HEAD', url: `${latest}/me`, headers })
    const [good, bad] = [await head({ cookie }), await head({})]
    assert.deepEqual([good.statusCode, good.body, bad.statusCode, bad.body], [200, '', 401, ''])
  })

  it('is 403 for an agent, whose session lives on for signing out', async () => {
    const { agentInstallationToken } = await everyKind(house, await newSomebody(house))
    const { cookie, xsrf } = await signIn(house.app, agentInstallationToken)
    for (let time = 0; time < 2; time += 1) {
      assertError(await me(house.app, { cookie, 'x-xsrf-token': xsrf }), 403, 'not-allowed', 'This is not allowed.')
    }
  })
})

describe('GET /me without a live session', () => {
  const required = 'Authentication is required.'

  it('is 401 with nothing, with a dead cookie and with an empty one', async () => {
    for (const headers of [{}, { cookie: 'session=dead' }, { cookie: 'session=' }, { cookie: 'a=b' }]) {
      const answer = await me(house.app, headers)
      assertError(answer, 401, 'not-signed-in', required)
      assert.equal(answer.headers['www-authenticate'], 'Bearer')
    }
  })

  /** A session that gets 200, what then befalls it, and the 401 after. */
  async function dies(befall: (who: Awaited<ReturnType<typeof newSomebody>>) => Promise<unknown>): Promise<void> {
    const who = await newSomebody(house)
    const { cookie } = await signIn(house.app, byPassword(who.person))
    assert.equal((await me(house.app, { cookie })).statusCode, 200)
    await befall(who)
    assertError(await me(house.app, { cookie }), 401, 'not-signed-in', required)
  }

  it('is 401 once the person is disabled', () =>
    dies(({ person }) => house.house.core.people.disable(person.username, byCommand)))

  it('is 401 once their password was reset', () =>
    dies(({ person }) =>
      house.house.core.people.resetPassword(person.username, new Secret('another row of plain words'), byCommand),
    ))

  it('is 401 once everything of theirs was ended', () =>
    dies(({ person }) => house.house.core.people.endEverything(person.username, byCommand)))

  it('is 401 once the account is not active', () =>
    dies(async ({ account }) => sql(house, `update accounts set is_active = 0 where identifier = '${account}'`)))

  it('is 401 after an hour without use, and after twelve in all', async () => {
    const hour = 3_600_000
    const { person } = await newSomebody(house)
    const { cookie } = await signIn(house.app, byPassword(person))
    const where = `where person_id = ${person.id}`
    const [row] = sql(house, `select idle, ends_at - opened_at as whole from sessions ${where}`)
    assert.deepEqual([row?.['idle'], row?.['whole']], [hour, 12 * hour])
    await dies(async (who) => {
      await house.house.core.tokens.flushUses()
      sql(house, `update sessions set seen_at = seen_at - ${hour} where person_id = ${who.person.id}`)
    })
    await dies(async (who) => sql(house, `update sessions set ends_at = 1 where person_id = ${who.person.id}`))
    assert.equal((await me(house.app, { cookie })).statusCode, 200)
  })

  it('is 401 once they are no member of the account they act in, and nothing else of theirs is', async () => {
    const { person } = await newSomebody(house)
    const { accounts, memberships } = house.house.core
    await accounts.create({ identifier: 'left' }, byCommand)
    await memberships.add({ account: 'left', person: person.username, role: 'member' }, byCommand)
    const there = await signIn(house.app, { ...byPassword(person), accountIdentifier: 'left' })
    const home = await signIn(house.app, byPassword(person))
    const statuses = async () =>
      Promise.all([there, home].map(async ({ cookie }) => (await me(house.app, { cookie })).statusCode))
    assert.deepEqual(await statuses(), [200, 200])
    await memberships.remove('left', person.username, byCommand)
    assert.deepEqual(await statuses(), [401, 200])
    const body = { userApiToken: await apiToken(house, person), accountIdentifier: 'left' }
    assert.equal((await login(house.app, body)).statusCode, 401)
  })
})
