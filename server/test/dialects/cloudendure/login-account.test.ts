// `accountIdentifier` (model.md, CloudEndure; docs/dialects/cloudendure.md): the account to act in, by identifier or
// id, among those in which the person is a member; otherwise the home account, or that of the token.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'
import {
  assertError,
  byPassword,
  everyKind,
  latest,
  login,
  meStatus,
  post,
  signIn,
  wrongCredentials,
} from './client.ts'

let house: TestHouse
let who: Somebody
let home: string
let second: { readonly identifier: string; readonly uuid: string }

before(async () => {
  house = await openTestHouse()
  who = await newSomebody(house)
  const { accounts, memberships } = house.house.core
  home = (await accounts.get(who.account)).uuid
  second = await accounts.create({ identifier: 'second-account' }, byCommand)
  const wish = { account: second.identifier, person: who.person.username, role: 'read-only' } as const
  await memberships.add(wish, byCommand)
})
after(() => house.close())

const accountOf = async (body: object) => {
  const answer = await login(house.app, body)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<{ account: string; roles?: string[] }>()
}

describe('accountIdentifier', () => {
  it('absent, null or empty is the home account, or the agent’s, by every kind of credential', async () => {
    for (const rest of [{}, { accountIdentifier: null }, { accountIdentifier: '' }]) {
      for (const [kind, body] of Object.entries(await everyKind(house, who))) {
        assert.equal((await accountOf({ ...rest, ...body })).account, home, kind)
      }
    }
  })

  it('chooses another account of the person’s with the role there, by identifier in any case and by id', async () => {
    for (const accountIdentifier of ['second-account', ' Second-Account ', second.uuid, second.uuid.toUpperCase()]) {
      const { agentInstallationToken: _, ...kinds } = await everyKind(house, who)
      for (const [kind, body] of Object.entries(kinds)) {
        const { account, roles } = await accountOf({ ...body, accountIdentifier })
        assert.deepEqual([account, roles], [second.uuid, ['GLOBAL_READONLY']], kind)
      }
    }
  })

  it('is 401 for an account in which they are no member, and for one that is none, with the same words', async () => {
    const { account: foreign } = await newSomebody(house)
    const { uuid } = await house.house.core.accounts.get(foreign)
    for (const accountIdentifier of [foreign, uuid, 'no-such-account', '00000000-0000-4000-8000-000000000000']) {
      for (const body of Object.values(await everyKind(house, who))) {
        const answer = await login(house.app, { ...body, accountIdentifier })
        assertError(answer, 401, 'wrong-credentials', wrongCredentials)
      }
    }
  })

  it('is of an agent the account of its project and no other, though people of it have more', async () => {
    const { agentInstallationToken: body } = await everyKind(house, who)
    assert.equal((await accountOf({ ...body, accountIdentifier: who.account })).account, home)
    assert.equal((await accountOf({ ...body, accountIdentifier: home })).account, home)
    const answer = await login(house.app, { ...body, accountIdentifier: second.identifier })
    assertError(answer, 401, 'wrong-credentials', wrongCredentials)
  })

  it('refused does not use a login token up', async () => {
    const { loginToken } = await everyKind(house, who)
    const { account: foreign } = await newSomebody(house)
    assert.equal((await login(house.app, { ...loginToken, accountIdentifier: foreign })).statusCode, 401)
    assert.equal((await accountOf(loginToken)).account, home)
    assert.equal((await login(house.app, loginToken)).statusCode, 401)
  })

  it('of a token that dies with a membership does not keep what it opened elsewhere alive', async () => {
    const { accounts, memberships } = house.house.core
    const { person, account } = await newSomebody(house)
    await accounts.create({ identifier: 'soon-left' }, byCommand)
    await memberships.add({ account: 'soon-left', person: person.username, role: 'member' }, byCommand)
    const there = await signIn(house.app, { ...byPassword(person), accountIdentifier: 'soon-left' })
    const headers = { cookie: there.cookie, 'x-xsrf-token': there.xsrf }
    const replaced = await post(house.app, `${latest}/replaceApiToken`, undefined, headers)
    const token = { userApiToken: replaced.json<{ apiToken: string }>().apiToken, accountIdentifier: account }
    const { cookie } = await signIn(house.app, token)
    assert.equal(await meStatus(house.app, cookie), 200)
    await memberships.remove('soon-left', person.username, byCommand)
    assert.equal(await meStatus(house.app, cookie), 401)
    assertError(await login(house.app, token), 401, 'wrong-credentials', wrongCredentials)
  })
})
