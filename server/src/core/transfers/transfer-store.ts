// The port of the transfers room. Each call is one commit together with its audit rows, of one person.
import type { Role } from '../accounts/membership.ts'
import type { AuditRecord } from '../audit/audit.ts'
import type { AccountId, PersonId } from '../ids.ts'
import type { NewPerson, StoredPassword } from '../people/person.ts'

/** One thing that becomes different, as it is stored. */
export type Change =
  | { readonly kind: 'operator'; readonly isOperator: boolean }
  | { readonly kind: 'status'; readonly status: 'active' | 'disabled' }
  | { readonly kind: 'name'; readonly displayName: string }
  | { readonly kind: 'email'; readonly address: string | null; readonly names: readonly string[] }
  | { readonly kind: 'member'; readonly accountId: AccountId; readonly role: Role; readonly becomesHome: boolean }
  /** Ends what lives by the old one, as every new password does. */
  | { readonly kind: 'password'; readonly password: StoredPassword }

/** A change with the row that tells of it; whom it is about, the commit knows. */
export interface TransferStep {
  readonly change: Change
  readonly record: Omit<AuditRecord, 'target'>
}

/** Why nothing of it was done. */
export type TransferFailure = 'name-taken' | 'missing' | 'last-operator'

export interface TransferStore {
  /** Adds the person and takes the steps, all or nothing. A home among them replaces the account `default`. */
  make(person: NewPerson, record: AuditRecord, steps: readonly TransferStep[]): Promise<'done' | TransferFailure>
  /** Takes the steps with somebody who is there, all or nothing. */
  change(id: PersonId, steps: readonly TransferStep[]): Promise<'done' | TransferFailure>
}
