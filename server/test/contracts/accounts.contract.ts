// The account port: a person's membership in the home account or in one named by its identifier.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { PersonId } from '../../src/core/ids.ts'
import { fresh, now, settle } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function accountsContract(engine: TestEngine): void {
  describe(`accounts on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function addAccount(identifier: string, more = { licence: 'active', region: "'eu'", isActive: 1 }) {
      await opened.sql(`
        insert into accounts (uuid, identifier, name, licence, region, is_active, created_at)
        values ('uuid-${identifier}', '${identifier}', 'Name of ${identifier}', '${more.licence}', ${more.region},
          ${more.isActive}, ${now})`)
    }

    async function join(personId: PersonId, identifier: string, role: string) {
      await opened.sql(`
        insert into memberships (person_id, account_id, role)
        select ${personId}, id, '${role}' from accounts where identifier = '${identifier}'`)
    }

    it('without an identifier it is the home account', async () => {
      const person = await settle(opened.store)
      const membership = await opened.store.memberships.find(person.id, undefined)
      const { uuid, ...account } = membership?.account ?? { uuid: '' }
      assert.match(uuid, /^[0-9a-f-]{36}$/)
      assert.deepEqual(account, {
        id: person.homeAccountId,
        identifier: 'default',
        name: 'Default',
        licence: 'none-needed',
        region: undefined,
        quota: undefined,
        isActive: true,
      })
    })

    it('an operator owns the account default', async () => {
      const person = await settle(opened.store, { isOperator: true })
      assert.equal((await opened.store.memberships.find(person.id, undefined))?.role, 'owner')
    })

    it('with an identifier it is the membership there, with licence, region and status', async () => {
      const person = await settle(opened.store)
      const identifier = fresh('acme')
      await addAccount(identifier, { licence: 'expired', region: "'eu'", isActive: 0 })
      await join(person.id, identifier, 'read-only')
      const membership = await opened.store.memberships.find(person.id, identifier)
      assert.equal(membership?.role, 'read-only')
      const { id: _, ...account } = membership.account
      assert.deepEqual(account, {
        uuid: `uuid-${identifier}`,
        identifier,
        name: `Name of ${identifier}`,
        licence: 'expired',
        region: 'eu',
        quota: undefined,
        isActive: false,
      })
    })

    it('the home account too can be named', async () => {
      const person = await settle(opened.store)
      const { memberships } = opened.store
      assert.deepEqual(await memberships.find(person.id, 'default'), await memberships.find(person.id, undefined))
    })

    it('there is none where the person is not a member, whoever else is', async () => {
      const [person, member] = [await settle(opened.store), await settle(opened.store)]
      const identifier = fresh('closed')
      await addAccount(identifier)
      await join(member.id, identifier, 'admin')
      assert.equal(await opened.store.memberships.find(person.id, identifier), undefined)
      assert.equal((await opened.store.memberships.find(member.id, identifier))?.role, 'admin')
    })

    it('there is none for an unknown person or account, whatever its bytes', async () => {
      const person = await settle(opened.store)
      assert.equal(await opened.store.memberships.find(999_999 as PersonId, undefined), undefined)
      for (const identifier of ['', 'DEFAULT', "' or 1=1 --", 'default\0', '\ud800']) {
        assert.equal(await opened.store.memberships.find(person.id, identifier), undefined)
      }
    })
  })
}
