// The membership port: who acts in which account, as what, and in which one when none is named. What leaving ends
// stands in leave.contract.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Role, roles } from '../../src/core/accounts/membership.ts'
import type { AccountId, PersonId } from '../../src/core/ids.ts'
import {
  addAccount,
  atOnce,
  firstHash,
  isAlive,
  issueApi,
  join,
  openingIn,
  recordOf,
  settle,
  signIn,
} from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const nobody = 999_999 as PersonId
const nowhere = 999_999 as AccountId
const added = recordOf('member.added')

export function membershipsContract(engine: TestEngine): void {
  describe(`memberships on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function auditCount(event: string): Promise<number> {
      const [row] = await opened.sql(`select count(*) as rows from audit where event = '${event}'`)
      return Number(row?.['rows'])
    }

    describe('find and findIn', () => {
      it('without a name it is the home account, which can be named, too', async () => {
        const person = await settle(opened.store)
        const { memberships, accounts } = opened.store
        const home = await memberships.find(person.id, undefined)
        assert.deepEqual(home, { account: await accounts.find('default'), role: 'member' })
        assert.equal(home?.account.id, person.homeAccountId)
        assert.deepEqual(await memberships.find(person.id, 'default'), home)
        assert.deepEqual(await memberships.find(person.id, home?.account.uuid), home)
        assert.deepEqual(await memberships.findIn(person.id, person.homeAccountId), home)
      })

      it('an operator owns the account default', async () => {
        const person = await settle(opened.store, { isOperator: true })
        assert.equal((await opened.store.memberships.find(person.id, undefined))?.role, 'owner')
      })

      it('by identifier and by UUID it is the membership there, with licence, region, quota and status', async () => {
        const person = await settle(opened.store)
        const account = await addAccount(opened.store, { licence: 'expired', region: 'eu', quota: 12 })
        await join(opened.store, person, account, { role: 'read-only' })
        await opened.sql(`update accounts set is_active = 0 where id = ${account.id}`)
        const expected = { account: { ...account, isActive: false }, role: 'read-only' }
        const { memberships } = opened.store
        assert.deepEqual(await memberships.find(person.id, account.identifier), expected)
        assert.deepEqual(await memberships.find(person.id, account.uuid), expected)
        assert.deepEqual(await memberships.findIn(person.id, account.id), expected)
      })

      it('there is none where the person is not a member, whoever else is', async () => {
        const [person, member] = [await settle(opened.store), await settle(opened.store)]
        const account = await addAccount(opened.store)
        await join(opened.store, member, account, { role: 'admin' })
        const { memberships } = opened.store
        for (const name of [account.identifier, account.uuid]) {
          assert.equal(await memberships.find(person.id, name), undefined)
          assert.equal((await memberships.find(member.id, name))?.role, 'admin')
        }
        assert.equal(await memberships.findIn(person.id, account.id), undefined)
        assert.equal((await memberships.findIn(member.id, account.id))?.role, 'admin')
      })

      it('there is none for an unknown person or account, whatever its bytes', async () => {
        const person = await settle(opened.store)
        const { memberships } = opened.store
        assert.equal(await memberships.find(nobody, undefined), undefined)
        assert.equal(await memberships.findIn(person.id, nowhere), undefined)
        for (const identifier of ['', 'DEFAULT', "' or 1=1 --", 'default\0', '\ud800']) {
          assert.equal(await memberships.find(person.id, identifier), undefined)
        }
      })
    })

    describe('join', () => {
      it('a member joins with each role, and the home account stays', async () => {
        const person = await settle(opened.store)
        for (const role of roles) {
          const account = await addAccount(opened.store)
          await join(opened.store, person, account, { role })
          assert.equal((await opened.store.memberships.findIn(person.id, account.id))?.role, role)
        }
        assert.equal((await opened.store.people.find(person.id))?.homeAccountId, person.homeAccountId)
      })

      it('joining again is another role, at once on every node, one row, and ends nothing', async () => {
        const person = await settle(opened.store)
        const account = await addAccount(opened.store)
        const other = opened.openAnother()
        await join(opened.store, person, account, { role: 'owner' })
        const opening = openingIn(person, account)
        assert.notEqual(await opened.store.sessions.open(opening), undefined)
        assert.equal((await other.store.memberships.findIn(person.id, account.id))?.role, 'owner')
        await join(opened.store, person, account, { role: 'read-only' })
        assert.equal((await other.store.memberships.findIn(person.id, account.id))?.role, 'read-only')
        const rows = await opened.sql(`select role from memberships where account_id = ${account.id}`)
        assert.deepEqual(
          rows.map(({ role }) => role),
          ['read-only'],
        )
        assert.equal(await isAlive(opened.store, firstHash(opening)), true)
      })

      it('a home account that one joins is where one acts when none is named, and what lived before lives on', async () => {
        const person = await settle(opened.store)
        const account = await addAccount(opened.store)
        const before = await signIn(opened.store, person)
        await join(opened.store, person, account, { becomesHome: true })
        assert.equal((await opened.store.people.find(person.id))?.homeAccountId, account.id)
        assert.equal((await opened.store.memberships.find(person.id, undefined))?.account.id, account.id)
        assert.notEqual(await opened.store.memberships.find(person.id, 'default'), undefined)
        assert.equal(await isAlive(opened.store, before.hash), true)
        const token = await issueApi(opened.store, person)
        assert.equal((await opened.store.tokens.find(token.hash))?.account.id, account.id)
      })

      it('each joining leaves one audit row, nobody’s leaves none', async () => {
        const person = await settle(opened.store)
        const account = await addAccount(opened.store)
        const before = await auditCount('member.added')
        await join(opened.store, person, account)
        await join(opened.store, person, account, { role: 'admin' })
        const member = {
          personId: nobody,
          accountId: account.id,
          role: 'admin',
          becomesHome: true,
          sparesOwner: false,
        } as const
        assert.equal(await opened.store.memberships.join(member, added), 'missing')
        assert.equal(await auditCount('member.added'), before + 2)
      })

      it('nobody joins an account that is not there, nor with a role that is none', async () => {
        const person = await settle(opened.store)
        const account = await addAccount(opened.store)
        const { memberships } = opened.store
        const member = {
          personId: person.id,
          accountId: account.id,
          role: 'admin',
          becomesHome: true,
          sparesOwner: false,
        } as const
        await assert.rejects(memberships.join({ ...member, accountId: nowhere }, added))
        await assert.rejects(memberships.join({ ...member, role: 'god' as Role }, added))
        assert.deepEqual(await opened.store.people.find(person.id), person)
        assert.equal(await memberships.findIn(person.id, account.id), undefined)
        assert.equal(await memberships.join(member, added), 'joined')
      })

      it('40 parallel joinings of one person, over two nodes, are one membership with one of the roles', async () => {
        const person = await settle(opened.store)
        const account = await addAccount(opened.store)
        const other = opened.openAnother()
        await atOnce(40, (index) => {
          const role = roles[index % roles.length] ?? 'member'
          return join((index % 2 === 0 ? opened : other).store, person, account, { role, becomesHome: index % 3 === 0 })
        })
        const rows = await opened.sql(
          `select role from memberships where person_id = ${person.id} and account_id = ${account.id}`,
        )
        assert.equal(rows.length, 1)
        assert.ok(roles.includes(rows[0]?.['role'] as Role))
        assert.equal((await opened.store.people.find(person.id))?.homeAccountId, account.id)
      })
    })

    it('the list of an account is by person, with role and home, after the given one, not longer than asked', async () => {
      const account = await addAccount(opened.store)
      const three = [await settle(opened.store), await settle(opened.store), await settle(opened.store)]
      for (const [index, person] of three.toReversed().entries()) {
        await join(opened.store, person, account, { role: 'admin', becomesHome: index === 0 })
      }
      const members = three.map(({ id, uuid, username }, index) => {
        return { personId: id, uuid, username, role: 'admin', isHome: index === 2 }
      })
      const { memberships } = opened.store
      const [first, , last] = three.map(({ id }) => id)
      assert.deepEqual(await memberships.list(account.id, 0, 10), members)
      assert.deepEqual(await memberships.list(account.id, 0, 2), members.slice(0, 2))
      assert.deepEqual(await memberships.list(account.id, first ?? 0, 10), members.slice(1))
      assert.deepEqual(await memberships.list(account.id, last ?? 0, 10), [])
      assert.deepEqual(await memberships.list(nowhere, 0, 10), [])
    })
  })
}
