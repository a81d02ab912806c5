// Reading the audit trail over all chains, newest first: every row once whatever the steps, also of rows of one
// instant in several chains, within the time asked for; and following what any node adds.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AuditPlace, AuditRow } from '../../src/core/audit/audit.ts'
import { createTrail, type TrailFilter } from '../../src/core/audit/trail.ts'
import type { PersonId } from '../../src/core/ids.ts'
import { atOnce, now, recordOf } from '../_kit/facts.ts'
import type { TestEngine, TestStore } from '../_kit/stores.ts'

export function auditTrailContract(engine: TestEngine): void {
  describe(`the audit trail on ${engine.kind}`, () => {
    let opened: TestStore
    before(async () => {
      opened = await engine.open()
      // On PostgreSQL parallel writers take several chains; ten rows share each instant.
      await atOnce(60, (index) =>
        opened.store.audit.append([
          recordOf(index % 3 === 0 ? 'user.created' : 'input.rejected', {
            at: now + Math.floor(index / 10),
            actor: index % 2 === 0 ? { kind: 'person', id: 7 } : { kind: 'system' },
          }),
        ]),
      )
    })
    after(() => opened.close())

    const keyOf = ({ chain, seq }: { chain: string; seq: number }) => `${chain}:${seq}`
    const trail = () => {
      const clock = { now: () => now, elapsed: () => 0, pause: async () => {} }
      return createTrail({ clock, store: opened.store.audit })
    }

    async function inSteps(limit: number, range = {}): Promise<readonly AuditRow[]> {
      const rows: AuditRow[] = []
      let before: AuditPlace | undefined
      for (;;) {
        const found = await opened.store.audit.newest({ ...range, before }, limit)
        rows.push(...found)
        before = found.at(-1)
        if (found.length < limit) return rows
      }
    }

    it('every row comes once, newest first, whatever the size of the steps', async () => {
      const whole = await opened.store.audit.newest({}, 1000)
      const [count] = await opened.sql('select count(*) as rows from audit')
      assert.equal(whole.length, Number(count?.['rows']))
      assert.ok(whole.every(({ at }, index) => at <= (whole[index - 1]?.at ?? Number.POSITIVE_INFINITY)))
      for (const limit of [1, 7, 60]) assert.deepEqual((await inSteps(limit)).map(keyOf), whole.map(keyOf))
    })

    it('only rows within the time come, both ends included', async () => {
      const rows = await inSteps(7, { from: now + 1, until: now + 2 })
      assert.equal(rows.length, 20)
      assert.deepEqual([...new Set(rows.map(({ at }) => at))], [now + 2, now + 1])
      assert.deepEqual(await inSteps(7, { from: now + 2, until: now + 1 }), [])
    })

    it('pages by filter come to the same as looking at all, and end', async () => {
      const all = (await opened.store.audit.newest({}, 1000)).map((row) => ({ ...row, record: JSON.parse(row.body) }))
      const expected = all.filter(({ record }) => record.event.startsWith('user.') && record.actor.id === 7)
      assert.ok(expected.length > 5)
      const filter: TrailFilter = { event: 'user.', personId: 7 as PersonId }
      for (const limit of [1, 3, 100]) {
        const rows: AuditRow[] = []
        let next: AuditPlace | undefined
        do {
          const page = await trail().page(filter, next, limit)
          assert.ok(page.rows.length <= limit)
          rows.push(...page.rows)
          next = page.next
        } while (next !== undefined)
        assert.deepEqual(rows.map(keyOf), expected.map(keyOf))
      }
      const exported: string[] = []
      for await (const rows of trail().all(filter)) exported.push(...rows.map(keyOf))
      assert.deepEqual(exported, expected.map(keyOf))
    })

    it('following tells each row that any node adds after the call exactly once, and goes on from a position', async () => {
      const looks = await trail().follow({ event: 'account.' }, undefined)
      const other = opened.openAnother()
      const mark = recordOf('account.created')
      await atOnce(20, (index) => (index % 2 === 0 ? opened : other).store.audit.append([mark]))
      const told: string[] = []
      const { value } = await looks.next()
      told.push(...(value?.rows ?? []).map(keyOf))
      await other.store.audit.append([mark])
      const second = (await looks.next()).value
      told.push(...(second?.rows ?? []).map(keyOf))
      assert.equal(told.length, 21)
      assert.equal(new Set(told).size, 21)
      const again = await trail().follow({ event: 'account.' }, value?.position)
      assert.equal((await again.next()).value?.rows.length, 1)
    })
  })
}
