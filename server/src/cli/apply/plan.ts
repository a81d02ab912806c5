// What is to be done so that the providers there are become those that a file wishes, field by field.
import { isDeepStrictEqual } from 'node:util'
import type { ProviderWish } from '../../core/federation/provider.ts'
import type { ProvidersDesk } from '../desk/desk.ts'
import type { ProviderValue, RemovedProviderValue } from '../desk/values.ts'
import { leftAccounts } from '../left-accounts.ts'
import type { Problem } from '../written/document.ts'
import type { Wished } from './wished.ts'

export interface FieldChange {
  readonly field: string
  readonly from?: unknown
  readonly to?: unknown
}

/** `when-it-differs`: no server says whether it does. */
export type SecretStep = 'set' | 'removed' | 'when-it-differs'

interface Common {
  readonly name: string
  readonly kind: ProviderWish['kind']
}

export interface WishedStep extends Common {
  readonly action: 'make' | 'change' | 'same'
  readonly fields: readonly FieldChange[]
  readonly secret?: SecretStep | undefined
  readonly wished: Wished
  readonly present: ProviderValue | undefined
  /** Accounts that its rules name no more: what they gave there stays. */
  readonly left: readonly string[]
}

/** `extra`: there, and not in the file. */
export interface OtherStep extends Common {
  readonly action: 'remove' | 'extra'
  /** Of one that was removed. */
  readonly removed?: RemovedProviderValue
}

export type Step = WishedStep | OtherStep

export type Plan = { readonly steps: readonly Step[] } | { readonly problems: readonly Problem[] }

export async function planOf(desk: ProvidersDesk, wishes: readonly Wished[], prunes: boolean): Promise<Plan> {
  const present = new Map((await desk.list()).map((one) => [one.name, one]))
  const problems = wishes.flatMap((wished) => kindProblem(wished, present.get(wished.wish.name)))
  if (problems.length > 0) return { problems }
  const steps = await Promise.all(wishes.map((wished) => stepOf(desk, wished, present.get(wished.wish.name))))
  const named = new Set(wishes.map(({ wish }) => wish.name))
  const others = [...present.values()].filter(({ name }) => !named.has(name))
  const action = prunes ? 'remove' : 'extra'
  return { steps: [...steps, ...others.map(({ name, kind }): Step => ({ name, kind, action }))] }
}

function kindProblem({ wish, place }: Wished, present: ProviderValue | undefined): readonly Problem[] {
  if (present === undefined || present.kind === wish.kind) return []
  const says = `${wish.name} is of the kind ${present.kind}, which stays; remove it first, or name this one otherwise`
  return [{ place, says }]
}

async function stepOf(desk: ProvidersDesk, wished: Wished, present: ProviderValue | undefined): Promise<WishedStep> {
  const { name, kind } = wished.wish
  const fields = differences(present === undefined ? new Map() : fieldsOf(present), fieldsOf(wished.wish))
  const secret = await secretStep(desk, wished, present)
  const isSame = fields.length === 0 && (secret === undefined || secret === 'when-it-differs')
  const action = present === undefined ? 'make' : isSame ? 'same' : 'change'
  const left = present === undefined ? [] : leftAccounts(present.settings, { ...wished.wish.settings })
  return { name, kind, action, fields, secret, wished, present, left }
}

async function secretStep(
  desk: ProvidersDesk,
  { wish, secret }: Wished,
  present: ProviderValue | undefined,
): Promise<SecretStep | undefined> {
  if (secret === undefined) return undefined
  if (secret === null) return present?.hasSecret === true ? 'removed' : undefined
  if (present?.hasSecret !== true) return 'set'
  const isSame = await desk.hasSecret(wish.name, secret)
  if (isSame === undefined) return 'when-it-differs'
  return isSame ? undefined : 'set'
}

type Fields = ReadonlyMap<string, unknown>

function fieldsOf(provider: ProviderWish | ProviderValue): Fields {
  const { displayName, colour, icon, order, isEnabled, settings } = provider
  return new Map(leavesOf({ displayName, colour, icon, order, isEnabled, settings }))
}

/** Lists are one value: their order says something. */
function leavesOf(value: object, above = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([name, one]) => {
    if (one === undefined) return []
    const isInner = typeof one === 'object' && one !== null && !Array.isArray(one)
    return isInner ? leavesOf(one, `${above}${name}.`) : [[`${above}${name}`, one] as const]
  })
}

function differences(from: Fields, to: Fields): readonly FieldChange[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].sort()
  return names.flatMap((field) => {
    if (isDeepStrictEqual(from.get(field), to.get(field))) return []
    return [{ field, ...member('from', from, field), ...member('to', to, field) }]
  })
}

function member(name: 'from' | 'to', fields: Fields, field: string): object {
  return fields.has(field) ? { [name]: fields.get(field) } : {}
}
