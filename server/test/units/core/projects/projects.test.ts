// core/projects: agent tokens are told to those who may read them, recorded before they are told, and readable nowhere
// but in their own row.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Account } from '../../../../src/core/accounts/account.ts'
import { type Role, roles } from '../../../../src/core/accounts/membership.ts'
import { byCommand } from '../../../../src/core/audit/audit.ts'
import { type CoreOfTests, clientOf, cookieOf, openCore, password, signedIn, wishOf } from '../core-of-tests.ts'

describe('projects', () => {
  let house: CoreOfTests
  before(async () => {
    house = await openCore()
  })
  after(() => house.close())

  async function callerIn(account: Account, role: Role) {
    const { username } = await house.addPerson()
    await house.core.memberships.add({ account: account.uuid, person: username, role, becomesHome: true }, byCommand)
    const session = signedIn(await house.core.signIn.byPassword(username, password, wishOf()))
    return house.core.tokens.authenticate([cookieOf(session)], clientOf())
  }

  const shownIn = async ({ id }: Account) =>
    (await house.audited('token.agent.shown')).filter(({ target }) => target?.id === id)

  it('the token told at the making is the one told afterwards, to all but read-only members', async () => {
    const account = await house.addAccount()
    const { projects, memberships } = house.core
    const made = await projects.create(account, ' Agents ', byCommand)
    assert.equal(made.name, 'Agents')
    const secret = made.agentToken?.reveal() ?? assert.fail()
    for (const [index, role] of roles.entries()) {
      const caller = await callerIn(account, role)
      const [project, ...more] = await projects.show(caller, await memberships.of(caller), clientOf())
      assert.equal(project?.id, made.id)
      assert.deepEqual(more, [])
      assert.equal(project.agentToken?.reveal(), role === 'read-only' ? undefined : secret)
      const records = await shownIn(account)
      assert.equal(records.length, Math.min(index + 1, 3))
      if (role === 'read-only') continue
      const { actor, detail } = records.at(-1) ?? assert.fail()
      assert.deepEqual([actor, detail], [{ kind: 'person', id: caller.person.id, token: caller.id }, { projects: 1 }])
    }
  })

  it('an account without projects shows none and records nothing', async () => {
    const account = await house.addAccount()
    await house.core.projects.create(await house.addAccount(), 'another’s', byCommand)
    const caller = await callerIn(account, 'owner')
    const membership = await house.core.memberships.of(caller)
    assert.deepEqual(await house.core.projects.show(caller, membership, clientOf()), [])
    assert.deepEqual(await shownIn(account), [])
  })

  it('what cannot be recorded is not shown', async () => {
    const account = await house.addAccount()
    await house.core.projects.create(account, 'agents', byCommand)
    const caller = await callerIn(account, 'owner')
    const membership = await house.core.memberships.of(caller)
    const show = () => house.core.projects.show(caller, membership, clientOf())
    await house.opened.sql('alter table audit rename to audit_away')
    await assert.rejects(show())
    await house.opened.sql('alter table audit_away rename to audit')
    assert.equal((await show()).length, 1)
  })

  it('no token stands in the database in clear, and one moved to another row cannot be read', async () => {
    const account = await house.addAccount()
    const { projects, memberships } = house.core
    const [one, two] = [
      await projects.create(account, 'one', byCommand),
      await projects.create(account, 'two', byCommand),
    ]
    const rows = await house.opened.sql(`select * from tokens where account_id = ${account.id}`)
    for (const { agentToken } of [one, two]) {
      assert.equal(JSON.stringify(rows).includes(agentToken?.reveal() ?? assert.fail()), false)
    }
    const caller = await callerIn(account, 'member')
    const show = async () => projects.show(caller, await memberships.of(caller), clientOf())
    assert.equal((await show()).length, 2)
    await house.opened.sql(`update tokens set sealed = (select sealed from tokens where project_id = ${one.id})
      where project_id = ${two.id}`)
    const shown = await show()
    assert.deepEqual(
      shown.map(({ agentToken, isTokenUnreadable }) => [agentToken?.reveal(), isTokenUnreadable]),
      [
        [one.agentToken?.reveal(), undefined],
        [undefined, true],
      ],
    )
  })

  it('the list has no tokens, and names are taken in their canonical spelling', async () => {
    const account = await house.addAccount()
    const { projects } = house.core
    await projects.create(account, 'Cafe\u0301', byCommand)
    const [listed] = await projects.list(account)
    assert.deepEqual(Object.keys(listed ?? {}).toSorted(), ['accountId', 'createdAt', 'id', 'name', 'uuid'])
    await assert.rejects(projects.create(account, ' Caf\u00e9 ', byCommand), { code: 'conflict' })
    for (const name of ['', ' ', 'a\nb', 'x'.repeat(256), '\udfff']) {
      await assert.rejects(projects.create(account, name, byCommand), { code: 'field-invalid' })
    }
    const { agentToken } = await projects.replaceToken(account, ' Cafe\u0301', byCommand)
    assert.ok(agentToken)
    await assert.rejects(projects.replaceToken(account, 'nothing', byCommand), { code: 'not-found' })
    await assert.rejects(projects.replaceToken(await house.addAccount(), 'Caf\u00e9', byCommand), { code: 'not-found' })
  })

  it('a token that was replaced is told as the new one', async () => {
    const account = await house.addAccount()
    const { projects, memberships } = house.core
    const old = await projects.create(account, 'agents', byCommand)
    const next = await projects.replaceToken(account, 'agents', byCommand)
    assert.notEqual(next.agentToken?.reveal(), old.agentToken?.reveal())
    const caller = await callerIn(account, 'member')
    const [shown] = await projects.show(caller, await memberships.of(caller), clientOf())
    assert.equal(shown?.agentToken?.reveal(), next.agentToken?.reveal())
    const records = (await house.audited('token.agent.replaced')).filter(({ target }) => target?.id === old.id)
    assert.equal(records.length, 1)
  })
})
