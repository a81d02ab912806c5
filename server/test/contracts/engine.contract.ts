// What every port may rely on, whichever engine is below: an act that fails hurts no other, a database that
// cannot now is Unavailable (and nothing else is), and works again as soon as it can.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Unavailable } from '../../src/lib/unavailable.ts'
import { atOnce, fresh, newPerson, recordOf, settle, signIn } from '../_kit/facts.ts'
import { holdWriters } from '../_kit/hold.ts'
import { type TestEngine, type TestStore, verifyAudit } from '../_kit/stores.ts'

const created = recordOf('user.created')

export function engineContract(engine: TestEngine): void {
  describe(`engine ${engine.kind}`, { timeout: 60_000 }, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
    })
    after(() => opened.close())

    it('an act that breaks is our own fault, not Unavailable, and the acts beside it happen', async () => {
      const person = await settle(opened.store)
      const wishes = Array.from({ length: 30 }, () => newPerson(fresh('beside')))
      const answers = await Promise.allSettled(
        wishes.map((wish, index) =>
          opened.store.people.create(index % 3 === 0 ? { ...wish, uuid: person.uuid } : wish, created),
        ),
      )
      for (const [index, answer] of answers.entries()) {
        const found = await opened.store.people.findByName(wishes[index]?.username ?? '')
        if (index % 3 === 0) {
          assert.ok(answer.status === 'rejected' && !(answer.reason instanceof Unavailable))
          assert.equal(found, undefined)
        } else {
          assert.equal(answer.status, 'fulfilled')
          assert.notEqual(found, undefined)
        }
      }
      assert.deepEqual((await verifyAudit(opened.store)).findings, [])
    })

    it('a mistake in the act itself is not Unavailable either', async () => {
      const isFault = (error: unknown): boolean => error instanceof Error && !(error instanceof Unavailable)
      await assert.rejects(opened.engine.act('people', 'no such act', []), isFault)
      await assert.rejects(opened.engine.act('people', 'create', [undefined, created]), isFault)
    })

    it('while somebody holds the database acts are Unavailable; then they happen again', async () => {
      const person = await settle(opened.store)
      const { hash } = await signIn(opened.store, person)
      const release = await holdWriters(opened.settings)
      const name = fresh('held')
      const answers = await Promise.allSettled([
        opened.store.people.create(newPerson(name), created),
        opened.store.sessions.end([hash], 1, created),
      ])
      for (const answer of answers) {
        assert.ok(answer.status === 'rejected' && answer.reason instanceof Unavailable, String(answer.status))
      }
      await release()
      assert.equal(await opened.store.people.findByName(name), undefined)
      await opened.store.people.create(newPerson(name), created)
      assert.equal((await opened.store.sessions.end([hash], 1, created)).length, 1)
    })

    it('a wait that ends in time is only a wait', async () => {
      const release = await holdWriters(opened.settings)
      const acts = atOnce(10, () => settle(opened.store))
      setTimeout(() => void release(), 300)
      assert.equal((await acts).length, 10)
    })

    it('ping answers while the database does', async () => {
      await opened.engine.ping()
    })

    it('what was asked for before a close is finished, what comes after is Unavailable', async () => {
      const closing = await engine.open()
      try {
        const before = atOnce(100, () => settle(closing.store))
        await closing.engine.close()
        assert.equal((await before).length, 100)
        const { store } = closing
        for (const call of [
          () => store.people.create(newPerson(fresh('late')), created),
          () => store.people.findByName('anybody'),
          () => store.tokens.find('anything' as Parameters<typeof store.tokens.find>[0]),
          () => closing.engine.ping(),
        ]) {
          await assert.rejects(call(), Unavailable)
        }
        await closing.engine.close()
        assert.equal((await closing.openAnother().store.people.list(0, 1000)).length, 100)
      } finally {
        await closing.close()
      }
    })
  })
}
