// What a line would make different of somebody: each difference as it is told, with the change that makes it so. Pure.
// Memberships are added and given another role, never taken away: a file that names some accounts says nothing of
// the others.
import type { Account } from '../accounts/account.ts'
import type { OwnMembership, Role } from '../accounts/membership.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { Identity, StoredPassword } from '../people/person.ts'
import type { Arrival } from './transfer.ts'
import type { Change } from './transfer-store.ts'

/** In words: a password's never tell anything but whether there is one. */
export interface Difference {
  readonly field: string
  readonly from: string
  readonly to: string
  readonly change: Change
}

/** A membership of a line with its account found. */
export interface FoundMembership {
  readonly account: Account
  readonly role: Role
  readonly home: boolean
}

export interface Known extends Identity {
  readonly memberships: readonly OwnMembership[]
}

/** In the order in which one commit may make them: whoever locks all operators does so first. */
export function differencesOf(
  known: Known,
  arrival: Arrival,
  memberships: readonly FoundMembership[],
  password: StoredPassword | undefined,
): readonly Difference[] {
  return [
    ...ofRights(known, arrival),
    ...ofProfile(known, arrival),
    ...memberships.flatMap((one) => ofMembership(known, one)),
    ...ofPassword(known, password),
  ]
}

function ofRights({ person }: Known, { isOperator, status }: Arrival): readonly Difference[] {
  const all: Difference[] = []
  if (isOperator !== undefined && isOperator !== person.isOperator) {
    const change = { kind: 'operator', isOperator } as const
    all.push({ field: 'isOperator', from: String(person.isOperator), to: String(isOperator), change })
  }
  if (status !== undefined && status !== 'pending' && status !== person.status) {
    all.push({ field: 'status', from: person.status, to: status, change: { kind: 'status', status } })
  }
  return all
}

function ofProfile({ person }: Known, { displayName, email }: Arrival): readonly Difference[] {
  const all: Difference[] = []
  if (displayName !== undefined && displayName !== person.displayName) {
    const change = { kind: 'name', displayName } as const
    all.push({ field: 'displayName', from: person.displayName, to: displayName, change })
  }
  if (email !== undefined && email !== (person.email ?? null)) {
    const shown = email === null ? [person.username] : [person.username, email]
    const change = { kind: 'email', address: email, names: [...new Set(shown.map(canonicalName))] } as const
    all.push({ field: 'email', from: person.email ?? 'none', to: email ?? 'none', change })
  }
  return all
}

function ofMembership({ memberships }: Known, { account, role, home }: FoundMembership): readonly Difference[] {
  const present = memberships.find((one) => one.account.id === account.id)
  const becomesHome = home && present?.isHome !== true
  if (present?.role === role && !becomesHome) return []
  return [
    {
      field: `membership ${account.identifier}`,
      from: present === undefined ? 'none' : inWords(present.role, present.isHome),
      to: inWords(role, home || present?.isHome === true),
      change: { kind: 'member', accountId: account.id, role, becomesHome },
    },
  ]
}

function inWords(role: Role, isHome: boolean): string {
  return isHome ? `${role}, home` : role
}

function ofPassword({ password: present }: Known, password: StoredPassword | undefined): readonly Difference[] {
  if (password === undefined || password.encoded === present?.encoded) return []
  const change = { kind: 'password', password } as const
  return [{ field: 'password', from: present === undefined ? 'none' : 'set', to: 'replaced', change }]
}
