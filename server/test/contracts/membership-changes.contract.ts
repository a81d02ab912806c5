// The membership port: joining, another role, leaving. Leaving ends what acts for the person in the account and
// nothing else; an owner whom the caller may not touch keeps everything.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Account } from '../../src/core/accounts/account.ts'
import type { NewMember } from '../../src/core/accounts/membership.ts'
import type { PersonId } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import { fresh, issuing, now, opening, recordOf, settle } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const nobody = 999_999 as PersonId
const added = recordOf('member.added')
const removed = recordOf('member.removed')

export function membershipChangesContract(engine: TestEngine): void {
  describe(`changes of memberships on ${engine.kind}`, () => {
    let opened: TestStore
    let account: Account
    before(async () => {
      opened = await engine.open()
      const identifier = fresh('acme')
      const made = await opened.store.accounts.create(
        {
          uuid: `uuid-${identifier}`,
          identifier,
          name: identifier,
          licence: 'active',
          region: undefined,
          quota: undefined,
          createdAt: now,
        },
        recordOf('account.created'),
      )
      assert.ok(typeof made === 'object')
      account = made
    })
    after(() => opened.close())

    const member = (person: Pick<Person, 'id'>, more: Partial<NewMember> = {}): NewMember => ({
      personId: person.id,
      accountId: account.id,
      role: 'member',
      becomesHome: false,
      sparesOwner: false,
      ...more,
    })
    const join = (person: Pick<Person, 'id'>, more: Partial<NewMember> = {}) =>
      opened.store.memberships.join(member(person, more), added)
    const leave = (person: Pick<Person, 'id'>, sparesOwner = false) =>
      opened.store.memberships.leave({ personId: person.id, accountId: account.id, sparesOwner }, now, removed)
    const roleOf = async (person: Person) => (await opened.store.memberships.findIn(person.id, account.id))?.role

    async function auditCount(): Promise<number> {
      const [row] = await opened.sql("select count(*) as rows from audit where event like 'member.%'")
      return Number(row?.['rows'])
    }

    it('without a role it is member for somebody new and as it was for a member, and the audit trail says which', async () => {
      const person = await settle(opened.store)
      const told = async () => {
        const [row] = await opened.sql(
          `select body from audit where person_id = ${person.id} and event = 'member.added' order by seq desc limit 1`,
        )
        return (JSON.parse(String(row?.['body'])) as { detail: { role: string } }).detail.role
      }
      const named = { ...added, target: { kind: 'person' as const, id: person.id } }
      const joinAs = (role: NewMember['role']) => opened.store.memberships.join(member(person, { role }), named)
      assert.equal(await joinAs(undefined), 'joined')
      assert.deepEqual([await roleOf(person), await told()], ['member', 'member'])
      await joinAs('admin')
      assert.equal(await joinAs(undefined), 'joined')
      assert.deepEqual([await roleOf(person), await told()], ['admin', 'admin'])
    })

    it('of a new role and a home without one at once the role is never undone', async () => {
      for (let round = 0; round < 10; round += 1) {
        const person = await settle(opened.store)
        await join(person)
        await Promise.all([join(person, { role: 'owner' }), join(person, { role: undefined, becomesHome: true })])
        assert.equal(await roleOf(person), 'owner')
      }
    })

    it('joining makes a member, joining again gives another role, each with an audit row', async () => {
      const person = await settle(opened.store)
      const before = await auditCount()
      assert.equal(await join(person), 'joined')
      assert.equal(await roleOf(person), 'member')
      assert.equal(await join(person, { role: 'owner' }), 'joined')
      assert.equal(await roleOf(person), 'owner')
      assert.equal(await auditCount(), before + 2)
      assert.equal((await opened.store.memberships.find(person.id, undefined))?.account.identifier, 'default')
    })

    it('the account becomes home only when it is said so', async () => {
      const person = await settle(opened.store)
      await join(person, { becomesHome: true })
      assert.deepEqual(await opened.store.memberships.find(person.id, undefined), { account, role: 'member' })
    })

    it('the list is by person, with UUID, role and home', async () => {
      const person = await settle(opened.store)
      await join(person, { role: 'read-only', becomesHome: true })
      const { id: personId, uuid, username } = person
      const listed = { personId, uuid, username, role: 'read-only', isHome: true }
      assert.deepEqual(await opened.store.memberships.list(account.id, person.id - 1, 1), [listed])
      assert.deepEqual(await opened.store.memberships.list(account.id, person.id, 10), [])
    })

    it('an owner who is spared keeps the role, and leaves no audit row', async () => {
      const person = await settle(opened.store)
      assert.equal(await join(person, { role: 'owner' }), 'joined')
      const before = await auditCount()
      assert.equal(await join(person, { role: 'member', sparesOwner: true }), 'owner')
      assert.equal(await leave(person, true), 'owner')
      assert.equal(await roleOf(person), 'owner')
      assert.equal(await auditCount(), before)
    })

    it('somebody who is no owner is not spared', async () => {
      const person = await settle(opened.store)
      assert.equal(await join(person, { role: 'admin', sparesOwner: true }), 'joined')
      assert.equal(await leave(person, true), 'left')
      assert.equal(await roleOf(person), undefined)
    })

    it('leaving ends what acts for them here, and nothing in another account', async () => {
      const { sessions, tokens } = opened.store
      const person = await settle(opened.store)
      await join(person)
      const [here, elsewhere] = [opening(person), opening(person)]
      const opensHere = { ...here, session: { ...here.session, accountId: account.id } }
      const [sessionHere, sessionElsewhere] = [await sessions.open(opensHere), await sessions.open(elsewhere)]
      const [tokenHere, tokenElsewhere] = [issuing(person, { accountId: account.id }), issuing(person)]
      await tokens.issueApi(tokenHere)
      await tokens.issueApi(tokenElsewhere)
      assert.equal(await leave(person), 'left')
      const live = (await sessions.list(person.id, now, { before: undefined, limit: 10 })).map(({ id }) => id)
      assert.ok(sessionHere !== undefined && !live.includes(sessionHere))
      assert.ok(sessionElsewhere !== undefined && live.includes(sessionElsewhere))
      assert.equal((await tokens.find(tokenHere.token.hash))?.revokedAt, now)
      assert.equal((await tokens.find(tokenElsewhere.token.hash))?.revokedAt, undefined)
    })

    it('nobody leaves their home account, nor one they are not in; no audit row', async () => {
      const [home, stranger] = [await settle(opened.store), await settle(opened.store)]
      await join(home, { becomesHome: true })
      const before = await auditCount()
      assert.equal(await leave(home), 'home')
      assert.equal(await leave(stranger), 'missing')
      assert.equal(await leave({ id: nobody }), 'missing')
      assert.equal(await join({ id: nobody }), 'missing')
      assert.equal(await auditCount(), before)
    })
  })
}
