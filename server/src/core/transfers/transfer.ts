// People as they move between systems: one JSON object a line, the same when they come in and when they go out. Here
// is what a line may hold. The likely misreading: an absent member means "as it is" (or the default for somebody
// new), `null` means none.
import { type Role, roles } from '../accounts/membership.ts'
import { canonicalName, parseDisplayName, parseEmail, parseUsername } from '../identifiers/identifier.ts'
import { checkForeignHash } from '../passwords/foreign-hash.ts'
import type { PersonStatus } from '../people/person.ts'
import { Refusal } from '../refusal.ts'

export interface MovedMembership {
  /** Identifier or UUID. */
  readonly account: string
  readonly role: Role
  /** The account they act in when none is named; the first one when none says so. */
  readonly home?: boolean
}

export interface MovedPerson {
  readonly username: string
  readonly email?: string | null
  readonly displayName?: string
  readonly kind?: 'human' | 'machine'
  readonly isOperator?: boolean
  readonly status?: PersonStatus
  readonly memberships?: readonly MovedMembership[]
  /** Absent: without a password, or the one they have. */
  readonly passwordHash?: string
}

/** A line that may come in: every value checked and as it will be stored. */
export interface Arrival extends MovedPerson {
  /** Every name they will answer to, canonical; the first is the user name. */
  readonly names: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>
type Reader = (value: unknown, name: string) => unknown

const readers: Readonly<Record<keyof MovedPerson, Reader>> = {
  username: (value, name) => parseUsername(text(value, name)),
  email: (value, name) => (value === null || value === '' ? null : parseEmail(text(value, name))),
  displayName: (value, name) => parseDisplayName(text(value, name)),
  kind: choice('human', 'machine'),
  isOperator: trueOrFalse,
  status: choice('active', 'disabled'),
  memberships: readMemberships,
  passwordHash: (value, name) => checkForeignHash(text(value, name)),
}
const membershipReaders: Readonly<Record<keyof MovedMembership, Reader>> = {
  account: text,
  role: choice(...roles),
  home: trueOrFalse,
}
const mostMemberships = 200

/** @throws Refusal with a sentence on the first thing that is wrong. */
export function readArrival(line: unknown): Arrival {
  const read = readFields(line, readers, 'A line') as unknown as MovedPerson
  if (read.username === undefined) throw invalid('username', 'The line has no "username".')
  const shown = typeof read.email === 'string' ? [read.username, read.email] : [read.username]
  return { ...read, names: [...new Set(shown.map(canonicalName))] }
}

function readFields(value: unknown, known: Readonly<Record<string, Reader>>, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('line', `${what} must be one JSON object.`)
  }
  const entries = Object.entries(value).map(([name, member]) => {
    const reader = Object.hasOwn(known, name) ? known[name] : undefined
    if (reader !== undefined) return [name, reader(member, name)]
    throw invalid(name, `${what} has a field ${shortened(name)}, which means nothing here.`)
  })
  return Object.fromEntries(entries)
}

function readMemberships(value: unknown): readonly MovedMembership[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostMemberships) {
    throw invalid('memberships', `"memberships" must be a list of 1 to ${mostMemberships}.`)
  }
  const all = value.map((one) => readFields(one, membershipReaders, 'A membership') as unknown as MovedMembership)
  if (all.some(({ account, role }) => account === undefined || role === undefined)) {
    throw invalid('memberships', 'A membership needs "account" and "role".')
  }
  const accounts = new Set(all.map(({ account }) => account.trim().toLowerCase()))
  if (accounts.size < all.length) throw invalid('memberships', 'Two memberships name the same account.')
  if (all.filter(({ home }) => home === true).length > 1) {
    throw invalid('memberships', 'Two memberships say "home"; one can be.')
  }
  return all
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalid(name, `"${name}" must be text.`)
  if (!value.isWellFormed()) throw invalid(name, `"${name}" holds half a character (a lone surrogate).`)
  return value
}

function trueOrFalse(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(name, `"${name}" must be true or false.`)
}

function choice(...choices: readonly string[]): Reader {
  return (value, name) => {
    if (typeof value === 'string' && choices.includes(value)) return value
    throw invalid(name, `"${name}" must be one of ${choices.join(', ')}.`)
  }
}

/** A name from the file in a sentence: quoted, and no longer than a sentence bears. */
function shortened(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)
}

function invalid(field: string, hint: string): Refusal {
  return new Refusal('field-invalid', { field, hint })
}
