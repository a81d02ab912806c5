// What somebody with the database, and without the master key, can do to the audit log: nothing that core's
// verifier does not find. Every forgery is made past the ports, on a store of its own.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { atOnce, recordOf } from '../_kit/facts.ts'
import { auditsOf, type TestEngine, type TestStore, type Verification, verifyAudit } from '../_kit/stores.ts'

export function auditForgeryContract(engine: TestEngine): void {
  /** Ten rows in the first chain, then the forgery, then what the verifier finds. */
  async function found(forge: (opened: TestStore) => Promise<void>): Promise<Verification['findings']> {
    const opened = await engine.open()
    try {
      for (let row = 1; row <= 10; row += 1) {
        await opened.store.audit.append([recordOf('input.rejected', { reason: `row ${row}` })])
      }
      assert.deepEqual(await verifyAudit(opened.store), { rows: 10, chains: 1, findings: [] })
      await forge(opened)
      return (await verifyAudit(opened.store)).findings
    } finally {
      await opened.close()
    }
  }

  describe(`forgeries of the audit log on ${engine.kind}`, () => {
    it('an altered row is found', async () => {
      const findings = await found(async ({ sql }) => {
        await sql("update audit set body = replace(body, 'row 4', 'row 0') where seq = 4")
      })
      assert.deepEqual(findings, [{ chain: 'c01', seq: 4, what: 'altered' }])
    })

    it('a row sealed under another key is found', async () => {
      const findings = await found(async ({ sql }) => {
        await sql("update audit set mac = 'bm90IG91cnM' where seq = 10")
        await sql("update audit_heads set mac = 'bm90IG91cnM' where chain = 'c01'")
      })
      assert.deepEqual(findings, [{ chain: 'c01', seq: 10, what: 'altered' }])
    })

    it('two rows that changed places are found', async () => {
      const findings = await found(async ({ sql }) => {
        await sql('update audit set seq = 99 where seq = 4')
        await sql('update audit set seq = 4 where seq = 5')
        await sql('update audit set seq = 5 where seq = 99')
      })
      assert.deepEqual(
        findings.map(({ seq }) => seq),
        [4, 5, 6],
      )
    })

    it('a deleted row is found, the first one too', async () => {
      for (const seq of [1, 5]) {
        const findings = await found(async ({ sql }) => {
          await sql(`delete from audit where seq = ${seq}`)
        })
        assert.deepEqual(findings[0], { chain: 'c01', seq, what: 'missing' })
      }
    })

    it('a deleted row is found also when the others close ranks', async () => {
      const findings = await found(async ({ sql }) => {
        await sql('delete from audit where seq = 5')
        for (let seq = 6; seq <= 10; seq += 1) await sql(`update audit set seq = ${seq - 1} where seq = ${seq}`)
        await sql("update audit_heads set seq = 9 where chain = 'c01'")
      })
      assert.equal(findings[0]?.seq, 5)
    })

    it('a cut tail is found', async () => {
      const findings = await found(async ({ sql }) => {
        await sql('delete from audit where seq > 7')
      })
      assert.deepEqual(findings, [{ chain: 'c01', seq: 8, what: 'cut-short' }])
    })

    it('columns that tell another story than the sealed row are found', async () => {
      for (const change of ['at = at + 1', "event = 'input.other'"]) {
        const findings = await found(async ({ sql }) => {
          await sql(`update audit set ${change} where seq = 6`)
        })
        assert.deepEqual(findings, [{ chain: 'c01', seq: 6, what: 'altered' }])
      }
    })

    it('a cut end whose head was set back is found by the heads kept from the log', async () => {
      const opened = await engine.open()
      try {
        for (let row = 0; row < 8; row += 1) await opened.store.audit.append([recordOf('input.rejected')])
        const kept = await opened.store.audit.heads()
        const [earlier] = await opened.store.audit.rows('c01', 4, 1)
        await opened.sql("delete from audit where chain = 'c01' and seq > 5")
        await opened.sql(`update audit_heads set seq = 5, mac = '${earlier?.mac ?? ''}' where chain = 'c01'`)
        const audits = auditsOf(opened.store)
        assert.deepEqual((await audits.verify()).findings, [], 'the database alone cannot tell')
        assert.deepEqual((await audits.verify({ kept })).findings, [{ chain: 'c01', seq: 6, what: 'cut-short' }])
      } finally {
        await opened.close()
      }
    })

    // SQLite has one chain: there only the checkpoint in the log tells.
    if (engine.kind === 'sqlite') return
    it('a chain set back to an earlier head is found by the checkpoint in another chain', async () => {
      const opened = await engine.open()
      try {
        const audits = auditsOf(opened.store)
        await atOnce(100, () => opened.store.audit.append([recordOf('input.rejected')]))
        await audits.checkpoint()
        const [row] = await opened.sql("select chain from audit where event = 'audit.checkpoint'")
        const victim = (await opened.store.audit.heads()).find(({ chain }) => chain !== row?.['chain'])
        assert.ok(victim)
        const { chain, seq } = victim
        const [earlier] = await opened.store.audit.rows(chain, seq - 2, 1)
        await opened.sql(`delete from audit where chain = '${chain}' and seq = ${seq}`)
        await opened.sql(
          `update audit_heads set seq = ${seq - 1}, mac = '${earlier?.mac ?? ''}' where chain = '${chain}'`,
        )
        assert.deepEqual((await verifyAudit(opened.store)).findings, [{ chain, seq, what: 'cut-short' }])
      } finally {
        await opened.close()
      }
    })
  })
}
