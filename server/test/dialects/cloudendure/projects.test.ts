// GET /projects (contract 2.5; model.md, the one re-readable secret): the projects of the session's account; agent
// tokens for owners, admins and members, each reading in the audit trail before it is answered.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { assertCommon, setCookies, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody } from '../../_kit/ways-in.ts'
import {
  assertError,
  audited,
  bases,
  byPassword,
  changeRole,
  everyKind,
  latest,
  login,
  meStatus,
  newMember,
  newProject,
  signIn,
} from './client.ts'

interface Listed {
  readonly id: string
  readonly name: string
  readonly agentInstallationToken?: string
}

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const projectsBy = (headers: object, base: string = latest) =>
  house.app.inject({ url: `${base}/projects`, headers: { ...headers } })

async function listedBy(cookie: string): Promise<readonly Listed[]> {
  const answer = await projectsBy({ cookie })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<{ items: Listed[] }>().items
}

const shown = async () => (await audited(house, 'token.agent.shown')).length

describe('GET /projects', () => {
  it('is items of id, name, an empty list of cloud credentials and agentInstallationToken and nothing else, at both bases', async () => {
    const who = await newMember(house, 'owner')
    const tokens = [await newProject(house, who.account, 'First'), await newProject(house, who.account, 'Zweites ☃')]
    const { cookie } = await signIn(house.app, byPassword(who.person))
    for (const base of bases) {
      const answer = await projectsBy({ cookie }, base)
      assertCommon(answer)
      assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'application/json'])
      assert.deepEqual(setCookies(answer), [])
      const body = answer.json<{ items: Listed[] }>()
      assert.deepEqual(Object.keys(body), ['items'])
      const told = body.items.map(({ id, ...rest }) => {
        assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
        return rest
      })
      assert.deepEqual(told, [
        { name: 'First', cloudCredentialsIDs: [], agentInstallationToken: tokens[0] },
        { name: 'Zweites ☃', cloudCredentialsIDs: [], agentInstallationToken: tokens[1] },
      ])
    }
  })

  it('is an empty list of an account without projects, and nothing was shown then', async () => {
    const { person } = await newMember(house, 'owner')
    const { cookie } = await signIn(house.app, byPassword(person))
    const before = await shown()
    assert.equal((await projectsBy({ cookie })).body, '{"items":[]}')
    assert.equal(await shown(), before)
  })

  it('shows the token to owner, admin and member; a read-only member gets the project without it, at once', async () => {
    const who = await newSomebody(house)
    const token = await newProject(house, who.account, 'seen by role')
    const { cookie } = await signIn(house.app, byPassword(who.person))
    for (const role of ['owner', 'admin', 'member'] as const) {
      await changeRole(house, who, role)
      assert.equal((await listedBy(cookie))[0]?.agentInstallationToken, token, role)
    }
    await changeRole(house, who, 'read-only')
    const answer = await projectsBy({ cookie })
    assert.deepEqual(Object.keys(answer.json<{ items: Listed[] }>().items[0] ?? {}), [
      'id',
      'name',
      'cloudCredentialsIDs',
    ])
    assert.ok(!answer.body.includes(token))
  })

  it('is of the account of the session, never of another one of theirs or of anybody else’s', async () => {
    const [mine, other] = [await newMember(house, 'owner'), await newMember(house, 'owner')]
    await newProject(house, mine.account, 'mine')
    const foreign = await newProject(house, other.account, 'foreign')
    await house.house.core.memberships.add(
      { account: other.account, person: mine.person.username, role: 'read-only' },
      byCommand,
    )
    const names = async (body: object) => {
      const items = await listedBy((await signIn(house.app, body)).cookie)
      assert.ok(items.every(({ agentInstallationToken }) => agentInstallationToken !== foreign))
      return items.map(({ name }) => name)
    }
    assert.deepEqual(await names(byPassword(mine.person)), ['mine'])
    assert.deepEqual(await names({ ...byPassword(mine.person), accountIdentifier: other.account }), ['foreign'])
    const { person: stranger } = await newMember(house, 'owner')
    assert.deepEqual(await names(byPassword(stranger)), [])
  })

  it('says the replaced token of a project, and the shown one signs in; the old one is dead with its session', async () => {
    const who = await newMember(house, 'member')
    const old = await newProject(house, who.account, 'replaced')
    const { cookie } = await signIn(house.app, byPassword(who.person))
    const agent = await signIn(house.app, { agentInstallationToken: old })
    assert.equal(await meStatus(house.app, agent.cookie), 403)
    const account = await house.house.core.accounts.get(who.account)
    const { agentToken } = await house.house.core.projects.replaceToken(account, 'replaced', byCommand)
    const [told] = await listedBy(cookie)
    assert.equal(told?.agentInstallationToken, agentToken?.reveal())
    assert.notEqual(told?.agentInstallationToken, old)
    const status = async (token: string | undefined) =>
      (await login(house.app, { agentInstallationToken: token })).statusCode
    assert.deepEqual([await status(told?.agentInstallationToken), await status(old)], [200, 401])
    assert.equal(await meStatus(house.app, agent.cookie), 401)
  })
})

describe('reading agent tokens', () => {
  it('is one row of the audit trail each time, by whom and how many, and none for a read-only member', async () => {
    const who = await newMember(house, 'admin')
    for (const name of ['a', 'b', 'c']) await newProject(house, who.account, name)
    const { cookie } = await signIn(house.app, byPassword(who.person))
    const before = await shown()
    await listedBy(cookie)
    await listedBy(cookie)
    const rows = (await audited(house, 'token.agent.shown')).slice(before)
    assert.equal(rows.length, 2)
    for (const row of rows) {
      const { token, ...actor } = row['actor'] as Record<string, unknown>
      assert.deepEqual(actor, { kind: 'person', id: who.person.id })
      assert.equal(typeof token, 'number')
      assert.deepEqual(row['detail'], { projects: 3 })
      assert.equal((row['target'] as { kind: string }).kind, 'account')
    }
    await changeRole(house, who, 'read-only')
    assert.equal((await listedBy(cookie)).length, 3)
    assert.equal(await shown(), before + 2)
  })

  it('does not happen when it cannot be recorded', async () => {
    const who = await newMember(house, 'owner')
    const token = await newProject(house, who.account, 'unrecorded')
    const { cookie } = await signIn(house.app, byPassword(who.person))
    assert.equal((await listedBy(cookie)).length, 1)
    sql(
      house,
      "create trigger refuse_shown before insert on audit when new.event = 'token.agent.shown' begin select raise(abort, 'no'); end",
    )
    const answer = await projectsBy({ cookie })
    sql(house, 'drop trigger refuse_shown')
    assert.ok(answer.statusCode >= 500 && !answer.body.includes(token), answer.body)
    assert.equal((await listedBy(cookie)).length, 1)
  })
})

describe('GET /projects without a person', () => {
  it('is 401 without a session, 403 for an agent, of its own project too, and shows nothing', async () => {
    const before = await shown()
    assertError(await projectsBy({}), 401, 'not-signed-in')
    assertError(await projectsBy({ cookie: 'session=dead' }), 401, 'not-signed-in')
    const { agentInstallationToken: body } = await everyKind(house, await newSomebody(house))
    const { cookie, xsrf } = await signIn(house.app, body)
    const answer = await projectsBy({ cookie, 'x-xsrf-token': xsrf })
    assertError(answer, 403, 'not-allowed')
    assert.ok(!answer.body.includes(body.agentInstallationToken))
    assert.equal(await shown(), before)
  })
})
