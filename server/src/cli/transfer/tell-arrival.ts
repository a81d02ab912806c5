// What becomes of a line, as people and programs read it. Hashes are never in it.
import type { Arrival } from '../../core/transfers/transfer.ts'
import type { Plan } from '../../core/transfers/transfers.ts'
import { line } from '../output.ts'

/** A line and what becomes of it; without an arrival it could not be read. */
export interface Told {
  readonly number: number
  readonly arrival?: Arrival
  readonly plan: Plan
}

export type Counts = Record<Plan['kind'], number>

export function tellText({ number, arrival, plan }: Told): string {
  const who = arrival === undefined ? '' : ` ${arrival.username}`
  const what = sentenceOf(plan, arrival)
  return `${line([`${plan.kind.padEnd(7)} line ${number}:${who}${what === '' ? '' : ` – ${what}`}`])}\n`
}

export function tellJson({ number, arrival, plan }: Told): string {
  const username = arrival?.username
  const why = plan.kind === 'refused' ? plan.why : undefined
  return `${JSON.stringify({ line: number, what: plan.kind, username, why, fields: fieldsOf(plan, arrival) })}\n`
}

interface Field {
  readonly field: string
  readonly from?: string
  readonly to: string
}

function fieldsOf(plan: Plan, arrival: Arrival | undefined): readonly Field[] | undefined {
  if (plan.kind === 'make') return fieldsOfNew(plan, arrival)
  if (plan.kind !== 'change' && plan.kind !== 'left') return undefined
  const fields: Field[] = plan.differences.map(({ field, from, to }) => ({ field, from, to }))
  const isSamePassword = arrival?.passwordHash !== undefined && !fields.some(({ field }) => field === 'password')
  return isSamePassword ? [...fields, { field: 'password', to: 'same' }] : fields
}

function fieldsOfNew({ person }: Plan & { readonly kind: 'make' }, arrival: Arrival | undefined): readonly Field[] {
  const { email, displayName, kind, isOperator, password } = person
  return [
    ...(email === undefined ? [] : [{ field: 'email', to: email }]),
    { field: 'displayName', to: displayName },
    { field: 'kind', to: kind },
    ...(isOperator ? [{ field: 'isOperator', to: 'true' }] : []),
    ...(arrival?.status === 'disabled' ? [{ field: 'status', to: 'disabled' }] : []),
    ...(arrival?.memberships ?? []).map(({ account, role }) => ({ field: `membership ${account}`, to: role })),
    { field: 'password', to: password?.scheme ?? 'none' },
  ]
}

function sentenceOf(plan: Plan, arrival: Arrival | undefined): string {
  if (plan.kind === 'refused') return plan.why
  const words = (fieldsOf(plan, arrival) ?? []).map(({ field, from, to }) => {
    return from === undefined || field === 'password' ? `${field} ${to}` : `${field} ${quoted(from)} → ${quoted(to)}`
  })
  return words.join('; ')
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

/** How many of each, and what now. */
export function tellCounts(counts: Counts, applied: boolean): string {
  const { make, change, same, left, refused } = counts
  const parts = [
    `${make} made`,
    `${change} changed`,
    `${same} the same already`,
    `${left} left alone`,
    `${refused} refused`,
  ]
  return applied ? `Done: ${parts.join(', ')}.\n` : `Would be: ${parts.join(', ')}.\n`
}
