// The bootstrap port: one first administrator ever, person 1, over all nodes, and a door that stays closed.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TokenHash } from '../../src/core/ids.ts'
import type { Person } from '../../src/core/people/person.ts'
import { atOnce, fresh, hashOf, issueOneTime, newPerson, now, recordOf, settle, tally } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

const record = recordOf('bootstrap.completed')

function administrator(link?: TokenHash, username = fresh('admin')) {
  return { person: newPerson(username, { isOperator: true }), link, record }
}

const asPerson = (answer: Person | string): Person => {
  if (typeof answer === 'string') throw new Error(`no administrator: ${answer}`)
  return answer
}

export function bootstrapContract(engine: TestEngine): void {
  const onFreshStore = (rule: string, test: (opened: TestStore) => Promise<void>): void => {
    it(rule, async () => {
      const opened = await engine.open()
      try {
        await test(opened)
      } finally {
        await opened.close()
      }
    })
  }

  describe(`bootstrap on ${engine.kind}`, () => {
    onFreshStore('the first administrator is person 1, an active operator, with one audit row', async (opened) => {
      const { bootstrap, people } = opened.store
      assert.equal(await bootstrap.isDone(), false)
      const first = administrator()
      const made = asPerson(await bootstrap.finish(first))
      assert.equal(made.id, 1)
      assert.deepEqual([made.isOperator, made.status], [true, 'active'])
      assert.equal(await bootstrap.isDone(), true)
      assert.deepEqual(await people.find(made.id), made)
      assert.notEqual((await people.findByName(first.person.username))?.password, undefined)
      const rows = await opened.sql("select person_id from audit where event = 'bootstrap.completed'")
      assert.deepEqual(
        rows.map((row) => Number(row['person_id'])),
        [1],
      )
    })

    onFreshStore('of 50 parallel first administrators over two nodes exactly one is made, person 1', async (opened) => {
      const other = opened.openAnother()
      const answers = await atOnce(50, (index) =>
        (index % 2 === 0 ? opened : other).store.bootstrap.finish(administrator()),
      )
      assert.equal(tally(answers)['done-before'], 49)
      const made = answers.find((answer) => typeof answer !== 'string')
      assert.equal(made?.id, 1)
      assert.equal((await opened.store.people.list(0, 100)).length, 1)
      assert.equal((await opened.sql("select seq from audit where event = 'bootstrap.completed'")).length, 1)
    })

    onFreshStore('of 50 parallel uses of one setup link exactly one makes an administrator', async (opened) => {
      const link = await issueOneTime(opened.store, undefined)
      const answers = await atOnce(50, () => opened.store.bootstrap.finish(administrator(link)))
      assert.equal(answers.filter((answer) => typeof answer !== 'string').length, 1)
      assert.equal((await opened.store.oneTimes.find(link, 'setup'))?.isUsed, true)
      assert.equal((await opened.store.people.list(0, 100)).length, 1)
    })

    onFreshStore(
      'a link that is over, unknown or a login token makes nobody and leaves the door open',
      async (opened) => {
        const person = await settle(opened.store)
        const over = await issueOneTime(opened.store, undefined, now)
        const login = await issueOneTime(opened.store, person.id)
        for (const link of [over, login, hashOf('unknown')]) {
          assert.equal(await opened.store.bootstrap.finish(administrator(link)), 'link-not-good')
        }
        assert.equal(await opened.store.bootstrap.isDone(), false)
        assert.equal((await opened.store.oneTimes.find(login, 'login'))?.isUsed, false)
        assert.deepEqual(await opened.store.people.list(0, 100), [person])
        assert.equal((await opened.sql("select seq from audit where event = 'bootstrap.completed'")).length, 0)
      },
    )

    onFreshStore('a name that is taken makes nobody, leaves the door open and the link good', async (opened) => {
      const taken = await settle(opened.store)
      const link = await issueOneTime(opened.store, undefined)
      assert.equal(await opened.store.bootstrap.finish(administrator(link, taken.username)), 'name-taken')
      assert.equal(await opened.store.bootstrap.isDone(), false)
      assert.equal((await opened.store.oneTimes.find(link, 'setup'))?.isUsed, false)
      assert.notEqual(typeof (await opened.store.bootstrap.finish(administrator(link))), 'string')
    })

    onFreshStore(
      'the first administrator is person 1 also after people made before and attempts undone',
      async (opened) => {
        const before = await settle(opened.store)
        assert.equal(await opened.store.bootstrap.finish(administrator(undefined, before.username)), 'name-taken')
        await opened.sql('alter table audit_heads rename to audit_heads_away')
        await assert.rejects(opened.store.bootstrap.finish(administrator()))
        await opened.sql('alter table audit_heads_away rename to audit_heads')
        assert.equal(asPerson(await opened.store.bootstrap.finish(administrator())).id, 1)
        const after = await settle(opened.store)
        assert.equal(new Set([1, before.id, after.id]).size, 3)
      },
    )

    onFreshStore(
      'the door stays closed when the administrator is disabled or gone, and no link opens it',
      async (opened) => {
        const { bootstrap } = opened.store
        const link = await issueOneTime(opened.store, undefined)
        const first = asPerson(await bootstrap.finish(administrator()))
        await opened.sql(`update persons set status = 'disabled' where id = ${first.id}`)
        assert.equal(await bootstrap.finish(administrator(link)), 'done-before')
        await opened.sql(`delete from persons where id = ${first.id}`)
        assert.equal(await bootstrap.isDone(), true)
        assert.equal(await bootstrap.finish(administrator(link)), 'done-before')
        assert.equal(await bootstrap.finish(administrator()), 'done-before')
        assert.deepEqual(await opened.store.people.list(0, 100), [])
        assert.equal((await opened.store.oneTimes.find(link, 'setup'))?.isUsed, false)
      },
    )
  })
}
