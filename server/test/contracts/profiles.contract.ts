// The profile port: who answers to which name after a change, and that an installation never loses its last active
// operator. Every change leaves exactly one audit row, what changes nothing leaves none.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { PersonId } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import { deadBecause } from '../../src/core/tokens/token.ts'
import { atOnce, fresh, now, recordOf, settle, signIn, tally } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const nobody = 999_999 as PersonId
const updated = recordOf('user.updated')
const roleChanged = recordOf('user.role_changed')

export function profilesContract(engine: TestEngine): void {
  describe(`profiles on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function auditCount(event: string): Promise<number> {
      const [row] = await opened.sql(`select count(*) as rows from audit where event = '${event}'`)
      return Number(row?.['rows'])
    }

    const emailOf = ({ username }: Person, address: string | null) => ({
      address,
      names: address === null ? [username] : [username, address],
    })

    it('somebody is found by UUID and nobody by anything else, whatever its bytes', async () => {
      const person = await settle(opened.store)
      assert.deepEqual(await opened.store.profiles.find(person.uuid), person)
      for (const uuid of ['', person.username, "' or 1=1 --", 'a\0b', '\ud800']) {
        assert.equal(await opened.store.profiles.find(uuid), undefined)
      }
    })

    it('another name to show and another address are both there, with one audit row', async () => {
      const { profiles, people } = opened.store
      const person = await settle(opened.store)
      const before = await auditCount('user.updated')
      const address = `${fresh('new')}@example.org`
      const changed = await profiles.change(
        person.id,
        { displayName: 'Other', email: emailOf(person, address) },
        updated,
      )
      assert.deepEqual(changed, { ...person, displayName: 'Other', email: address })
      assert.deepEqual((await people.findByName(address))?.person, changed)
      assert.deepEqual((await people.findByName(person.username))?.person, changed)
      assert.equal(await auditCount('user.updated'), before + 1)
    })

    it('an address that is taken away is free for somebody else', async () => {
      const { profiles, people } = opened.store
      const [one, two] = [await settle(opened.store), await settle(opened.store)]
      const address = `${fresh('free')}@example.org`
      await profiles.change(one.id, { email: emailOf(one, address) }, updated)
      await profiles.change(one.id, { email: emailOf(one, null) }, updated)
      assert.equal(await people.findByName(address), undefined)
      const changed = await profiles.change(two.id, { email: emailOf(two, address) }, updated)
      assert.deepEqual(changed, { ...two, email: address })
    })

    it('an address that somebody answers to changes nothing, not even the name to show', async () => {
      const { profiles, people } = opened.store
      const [one, two] = [await settle(opened.store), await settle(opened.store)]
      const before = await auditCount('user.updated')
      const change = { displayName: 'Other', email: emailOf(one, two.username) }
      assert.equal(await profiles.change(one.id, change, updated), 'name-taken')
      assert.deepEqual(await profiles.find(one.uuid), one)
      assert.deepEqual((await people.findByName(one.username))?.person, one)
      assert.equal(await auditCount('user.updated'), before)
    })

    it('of 20 who want one address at once exactly one gets it', async () => {
      const address = `${fresh('wanted')}@example.org`
      const many = await atOnce(20, () => settle(opened.store))
      const answers = await Promise.all(
        many.map((person) => opened.store.profiles.change(person.id, { email: emailOf(person, address) }, updated)),
      )
      assert.deepEqual(tally(answers.map((answer) => (answer === 'name-taken' ? answer : 'changed'))), {
        changed: 1,
        'name-taken': 19,
      })
    })

    it('becoming an operator and ceasing to be one ends nothing', async () => {
      const { profiles, tokens } = opened.store
      await settle(opened.store, { isOperator: true })
      const person = await settle(opened.store)
      const session = await signIn(opened.store, person)
      assert.deepEqual(await profiles.changeOperator(person.id, true, roleChanged), { ...person, isOperator: true })
      assert.equal((await tokens.find(session.hash))?.person?.isOperator, true)
      assert.deepEqual(await profiles.changeOperator(person.id, false, roleChanged), person)
      const found = await tokens.find(session.hash)
      assert.ok(found)
      assert.equal(deadBecause(found, now), undefined)
      assert.equal(found.person?.isOperator, false)
    })

    it('nobody by that id is missing, and leaves no audit row', async () => {
      const before = [await auditCount('user.updated'), await auditCount('user.role_changed')]
      assert.equal(await opened.store.profiles.change(nobody, { displayName: 'x' }, updated), 'missing')
      assert.equal(await opened.store.profiles.changeOperator(nobody, true, roleChanged), 'missing')
      assert.deepEqual([await auditCount('user.updated'), await auditCount('user.role_changed')], before)
    })

    it('of two operators who demote one another, or disable, on two nodes, one stays (attack P04)', async () => {
      const alone = await engine.open()
      try {
        const other = alone.openAnother()
        const one = await settle(alone.store, { isOperator: true })
        const two = await settle(alone.store, { isOperator: true })
        for (let round = 0; round < 10; round += 1) {
          const answers = await Promise.all([
            alone.store.profiles.changeOperator(two.id, false, roleChanged),
            round % 2 === 0
              ? other.store.profiles.changeOperator(one.id, false, roleChanged)
              : other.store.people.changeStatus(one.id, 'disabled', now, recordOf('user.disabled')),
          ])
          assert.equal(answers.filter((answer) => answer === 'last-operator').length, 1)
          for (const { id } of [one, two]) {
            await alone.store.people.changeStatus(id, 'active', now, recordOf('user.enabled'))
            await alone.store.profiles.changeOperator(id, true, roleChanged)
          }
        }
      } finally {
        await alone.close()
      }
    })

    it('an operator who is disabled already is no last one', async () => {
      const alone = await engine.open()
      try {
        const { people, profiles } = alone.store
        const stays = await settle(alone.store, { isOperator: true })
        const goes = await settle(alone.store, { isOperator: true })
        await people.changeStatus(goes.id, 'disabled', now, recordOf('user.disabled'))
        const changed = await profiles.changeOperator(goes.id, false, roleChanged)
        assert.ok(typeof changed === 'object' && !changed.isOperator)
        assert.equal(await profiles.changeOperator(stays.id, false, roleChanged), 'last-operator')
      } finally {
        await alone.close()
      }
    })
  })
}
