// Implements the audit port; owns `audit` and `audit_heads`. Rows of acts are added by audit-chain.ts inside
// their transaction; here are only those of refusals and of the system, and the reading.
import type { AuditRecord, AuditRow } from '../../core/audit/audit.ts'
import type { AuditStore } from '../../core/audit/audit-store.ts'
import { numberOf, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx } from './engine.ts'

// audit_heads: a handful of rows
const selectHeads = 'select chain, seq, mac from audit_heads where seq > 0 order by chain'
// audit: primary key
const selectRows =
  'select chain, seq, at, event, body, mac from audit where chain = $1 and seq > $2 order by seq limit $3'

/** The last instant that the platform's dates know. */
const lastInstant = 8_640_000_000_000_000
// audit: index audit_by_time
const selectNewest = `
  select chain, seq, at, event, body, mac from audit
  where at >= $1 and at <= $2 and (at, chain, seq) < ($3, $4, $5)
  order by at desc, chain desc, seq desc limit $6`

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
      return (await reader.rows(selectRows, [chain, after, limit])).map(toAuditRow)
    },
    async newest({ from = 0, until = lastInstant, before }, limit) {
      const { at, chain, seq } = before ?? { at: until + 1, chain: '', seq: 0 }
      return (await reader.rows(selectNewest, [from, until, at, chain, seq, limit])).map(toAuditRow)
    },
  } satisfies AuditStore
}

function toAuditRow(row: Row): AuditRow {
  return {
    chain: textOf(row, 'chain'),
    seq: numberOf(row, 'seq'),
    at: numberOf(row, 'at'),
    event: textOf(row, 'event'),
    body: textOf(row, 'body'),
    mac: textOf(row, 'mac'),
  }
}
