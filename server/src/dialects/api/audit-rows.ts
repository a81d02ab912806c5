// Audit rows as our own API tells them: as JSON, as lines of it, and as CSV that a spreadsheet takes for text.
import type { TrailRow } from '../../core/audit/trail.ts'
import { presentInstant } from './present.ts'

export function presentAuditRow({ chain, seq, mac, record }: TrailRow) {
  const { at, ...told } = record
  return { chain, seq, at: presentInstant(at), ...told, seal: mac }
}

export function toJsonLine(row: TrailRow): string {
  return `${JSON.stringify(presentAuditRow(row))}\n`
}

const columns: readonly (readonly [string, (row: TrailRow) => unknown])[] = [
  ['at', ({ record }) => presentInstant(record.at)],
  ['event', ({ record }) => record.event],
  ['outcome', ({ record }) => record.outcome],
  ['reason', ({ record }) => record.reason],
  ['actor_kind', ({ record }) => record.actor.kind],
  ['actor_id', ({ record }) => record.actor.id],
  ['actor_token', ({ record }) => record.actor.token],
  ['target_kind', ({ record }) => record.target?.kind],
  ['target_id', ({ record }) => record.target?.id],
  ['dialect', ({ record }) => record.client?.dialect],
  ['address', ({ record }) => record.client?.address],
  ['agent', ({ record }) => record.client?.agent],
  ['request_id', ({ record }) => record.client?.requestId],
  ['count', ({ record }) => record.count],
  ['detail', ({ record }) => (record.detail === undefined ? undefined : JSON.stringify(record.detail))],
  ['node', ({ record }) => record.node],
  ['chain', ({ chain }) => chain],
  ['seq', ({ seq }) => seq],
  ['seal', ({ mac }) => mac],
]

export const csvHead = lineOf(columns.map(([name]) => name))

export function toCsvLine(row: TrailRow): string {
  return lineOf(columns.map(([, value]) => cellOf(value(row))))
}

/** What begins like a formula is made text by an apostrophe, since a User-Agent is anybody's to choose. */
function cellOf(value: unknown): string {
  const text = value === undefined ? '' : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function lineOf(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`
}
