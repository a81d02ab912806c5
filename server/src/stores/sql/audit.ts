// Implements the audit port; owns `audit` and `audit_heads`. Rows of acts are added by audit-chain.ts inside
// their transaction; here are only those of refusals and of the system, and the reading.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { AuditStore } from '../../core/audit/audit-store.ts'
import { numberOf, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Tx } from './engine.ts'

// audit_heads: a handful of rows
const selectHeads = 'select chain, seq, mac from audit_heads where seq > 0 order by chain'
// audit: primary key
const selectRows =
  'select chain, seq, at, event, body, mac from audit where chain = $1 and seq > $2 order by seq limit $3'

const auditActs = {
  async append(tx: Tx, records: readonly AuditRecord[]): Promise<void> {
    for (const record of records) await tx.record(record)
  },
} satisfies Acts

export const acts: Acts = auditActs

export function sqlAudit(engine: Engine): AuditStore {
  const { reader } = engine
  return {
    ...callActs(engine, 'audit', auditActs),
    async heads() {
      const rows = await reader.rows(selectHeads, [])
      return rows.map((row) => ({ chain: textOf(row, 'chain'), seq: numberOf(row, 'seq'), mac: textOf(row, 'mac') }))
    },
    async rows(chain, after, limit) {
      const rows = await reader.rows(selectRows, [chain, after, limit])
      return rows.map((row) => ({
        chain: textOf(row, 'chain'),
        seq: numberOf(row, 'seq'),
        at: numberOf(row, 'at'),
        event: textOf(row, 'event'),
        body: textOf(row, 'body'),
        mac: textOf(row, 'mac'),
      }))
    },
  } satisfies AuditStore
}
