// A plan in words: one line for each provider, and one for each field that differs. No secret is ever in it.
import { tellLeft } from '../left-accounts.ts'
import { line } from '../output.ts'
import { tellWithoutWayIn } from '../without-way-in.ts'
import type { FieldChange, OtherStep, SecretStep, Step } from './plan.ts'

const longest = 100
const secretWords: Readonly<Record<SecretStep, string>> = {
  set: 'set',
  removed: 'removed',
  'when-it-differs': 'set when it differs',
}

export function tellStep(step: Step): string {
  const head = line([step.action.padEnd(6), step.name, `(${step.kind})`, ...(step.action === 'extra' ? [extra] : [])])
  if (!('wished' in step)) return [head, ...withoutWayIn(step)].join('\n')
  const secret = step.secret === undefined ? [] : [line(['', '  ', `secret: ${secretWords[step.secret]}`])]
  const left = step.left.map((account) => line(['', '  ', tellLeft(account)]))
  return [head, ...step.fields.map(tellField), ...secret, ...left].join('\n')
}

function withoutWayIn({ removed }: OtherStep): readonly string[] {
  if (removed === undefined || removed.withoutWayIn.count === 0) return []
  return [line(['', '  ', tellWithoutWayIn(removed.withoutWayIn)])]
}

const extra = 'not in the file; --prune removes it'

function tellField({ field, ...change }: FieldChange): string {
  const [from, to] = [shown(change.from), shown(change.to)]
  if (!('from' in change)) return line(['', '  ', `${field}: ${to}`])
  return line(['', '  ', `${field}: ${from} -> ${'to' in change ? to : 'none'}`])
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

export interface Counts {
  readonly made: number
  readonly changed: number
  readonly same: number
  readonly removed: number
  readonly extra: number
}

export function countsOf(steps: readonly Step[]): Counts {
  const count = (action: Step['action']): number => steps.filter((one) => one.action === action).length
  return {
    made: count('make'),
    changed: count('change'),
    same: count('same'),
    removed: count('remove'),
    extra: count('extra'),
  }
}

export function tellCounts({ made, changed, same, removed, extra: more }: Counts, applied: boolean): string {
  const counts = `${made} made, ${changed} changed, ${removed} removed, ${same} the same, ${more} not in the file`
  return applied ? `${counts}.` : `${counts}: what would be; nothing was written.`
}

/** For programs: without what is only for us. */
export function jsonOf(step: Step): object {
  if (!('wished' in step)) return step
  const { name, kind, action, fields, secret, left } = step
  const more = left.length === 0 ? {} : { left }
  return { name, kind, action, fields, ...(secret === undefined ? {} : { secret }), ...more }
}
