// Appends one row to an audit chain inside the transaction of the act it tells about. Head and seal are read
// here each time and never remembered, so any number of processes may write. On PostgreSQL an act takes the
// first chain that no other transaction holds; on SQLite there is one writer at a time and one chain.
import type { AuditRecord } from '../../core/audit/audit.ts'
import { chainLink } from '../../lib/chain-link.ts'
import { optional } from './codecs.ts'
import type { Reader, Row } from './engine.ts'

const selectHead = 'select chain, seq, mac from audit_heads order by chain limit 1'
const selectFreeHead = 'select chain, seq, mac from audit_heads order by chain limit 1 for update skip locked'
const selectAnyHead = 'select chain, seq, mac from audit_heads order by chain desc limit 1 for update'
// audit_heads: primary key
const selectSameHead = 'select chain, seq, mac from audit_heads where chain = $1'
const insertRow = 'insert into audit (chain, seq, at, event, person_id, body, mac) values ($1, $2, $3, $4, $5, $6, $7)'
const updateHead = 'update audit_heads set seq = $2, mac = $3 where chain = $1'

export interface Sealing {
  /** HMAC under the audit key, base64url. */
  readonly mac: (text: string) => string
  /** Which process wrote the row. */
  readonly node: string
}

/** How to find the chain: `chain` is the one that this act holds already. */
export interface ChainChoice {
  readonly isParallel: boolean
  readonly chain?: string | undefined
}

/** The chain it went to; further rows of the same act go there too. */
export async function appendRecord(
  tx: Reader,
  sealing: Sealing,
  record: AuditRecord,
  choice: ChainChoice,
): Promise<string> {
  const head = await selectHeadFor(tx, choice)
  if (head === undefined) throw new Error('no audit chain; the migrations make them')
  const chain = String(head['chain'])
  const seq = Number(head['seq']) + 1
  const body = JSON.stringify({ ...record, node: sealing.node })
  const mac = sealing.mac(chainLink({ chain, seq, previous: String(head['mac']), body }))
  await tx.rows(insertRow, [chain, seq, record.at, record.event, optional(personOf(record)), body, mac])
  await tx.rows(updateHead, [chain, seq, mac])
  return chain
}

async function selectHeadFor(tx: Reader, { isParallel, chain }: ChainChoice): Promise<Row | undefined> {
  if (chain !== undefined) return (await tx.rows(selectSameHead, [chain]))[0]
  if (!isParallel) return (await tx.rows(selectHead, []))[0]
  const [free] = await tx.rows(selectFreeHead, [])
  return free ?? (await tx.rows(selectAnyHead, []))[0]
}

/** Whom the row is about, for look-ups: the target if it is a person, else the one who acted. */
function personOf(record: AuditRecord): number | undefined {
  if (record.target?.kind === 'person') return Number(record.target.id)
  return record.actor.kind === 'person' ? record.actor.id : undefined
}
