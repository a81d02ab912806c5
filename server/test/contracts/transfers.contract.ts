// The transfer port: a person with everything that a line says of them in one commit, or nothing of it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { PersonId } from '../../src/core/ids.ts'
import type { Change, TransferStep } from '../../src/core/transfers/transfer-store.ts'
import { addAccount, atOnce, fresh, newPerson, now, recordOf, settle, tally } from '../_kit/facts.ts'
import { type TestEngine, type TestStore, verifyAudit } from '../_kit/stores.ts'

const created = recordOf('user.created')
const step = (change: Change): TransferStep => ({ change, record: recordOf('user.updated') })
const password = { encoded: '$2b$04$of-elsewhere', scheme: 'bcrypt:4' }

export function transfersContract(engine: TestEngine): void {
  describe(`transfers on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    async function rowsAbout(id: number): Promise<number> {
      const rows = await opened.sql('select body from audit')
      return rows.filter(({ body }) => String(body).includes(`"target":{"kind":"person","id":${id}}`)).length
    }

    it('somebody new has what every step says, and no account that none names', async () => {
      const { transfers, people, memberships } = opened.store
      const [home, other] = [await addAccount(opened.store), await addAccount(opened.store)]
      const name = fresh('moved')
      const steps = [
        step({ kind: 'member', accountId: home.id, role: 'owner', becomesHome: true }),
        step({ kind: 'member', accountId: other.id, role: 'read-only', becomesHome: false }),
      ]
      assert.equal(await transfers.make(newPerson(name, { password, status: 'disabled' }), created, steps), 'done')
      const found = await people.findByName(name)
      assert.ok(found)
      assert.deepEqual([found.person.status, found.password?.encoded], ['disabled', password.encoded])
      assert.deepEqual(
        (await memberships.listOf(found.person.id)).map(({ account, role, isHome }) => [account.id, role, isHome]),
        [
          [home.id, 'owner', true],
          [other.id, 'read-only', false],
        ],
      )
      assert.equal(await rowsAbout(found.person.id), 3)
    })

    it('without a step somebody new is as everybody else: active, and a member of default', async () => {
      const name = fresh('plain')
      assert.equal(await opened.store.transfers.make(newPerson(name), created, []), 'done')
      const found = await opened.store.people.findByName(name)
      assert.ok(found)
      const [only, ...more] = await opened.store.memberships.listOf(found.person.id)
      assert.deepEqual(
        [found.person.status, only?.account.identifier, only?.role, only?.isHome, more.length],
        ['active', 'default', 'member', true, 0],
      )
    })

    it('a step that cannot be taken takes the person and every other step back', async () => {
      const { transfers, people } = opened.store
      const taken = await settle(opened.store)
      const name = fresh('half')
      const email = step({ kind: 'email', address: 'x', names: [name, taken.username] })
      assert.equal(await transfers.make(newPerson(name), created, [email]), 'name-taken')
      assert.equal(await people.findByName(name), undefined)
      assert.equal(await transfers.make(newPerson(taken.username), created, []), 'name-taken')

      const person = await settle(opened.store)
      const rows = await rowsAbout(person.id)
      const steps = [step({ kind: 'name', displayName: 'Half way' }), email]
      assert.equal(await transfers.change(person.id, steps), 'name-taken')
      assert.deepEqual((await people.findByName(person.username))?.person, person)
      assert.equal(await rowsAbout(person.id), rows)
      assert.equal(await transfers.change(person.id, steps.slice(0, 1)), 'done')
      assert.equal((await people.findByName(person.username))?.person.displayName, 'Half way')
    })

    it('the last active operator is neither disabled nor demoted, and keeps what else was asked', async () => {
      const { transfers, people } = opened.store
      const retired = newPerson(fresh('retired'), { isOperator: true, status: 'disabled' })
      assert.equal(await transfers.make(retired, created, []), 'done', 'while there is no active one yet')
      const person = await settle(opened.store, { isOperator: true })
      const last = [step({ kind: 'password', password }), step({ kind: 'status', status: 'disabled' })]
      assert.equal(await transfers.change(person.id, last), 'last-operator')
      const demoted = [step({ kind: 'operator', isOperator: false })]
      assert.equal(await transfers.change(person.id, demoted), 'last-operator')
      assert.notEqual((await people.findByName(person.username))?.password?.encoded, password.encoded)
      await settle(opened.store, { isOperator: true })
      assert.equal(await transfers.change(person.id, last), 'done')
      assert.equal((await people.findByName(person.username))?.password?.encoded, password.encoded)
    })

    it('nobody is changed who is not there', async () => {
      const gone = 999_999 as PersonId
      for (const change of [
        { kind: 'name', displayName: 'x' },
        { kind: 'password', password },
        { kind: 'status', status: 'disabled' },
      ] as const) {
        assert.equal(await opened.store.transfers.change(gone, [step(change)]), 'missing')
      }
    })

    it('of many who bring one name at once exactly one comes in', async () => {
      const name = fresh('crowd')
      const made = await atOnce(8, () => opened.store.transfers.make(newPerson(name), { ...created, at: now }, []))
      assert.deepEqual(tally(made), { done: 1, 'name-taken': 7 })
      assert.deepEqual((await verifyAudit(opened.store)).findings, [])
    })
  })
}
