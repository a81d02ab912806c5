// The port of what an administrator looks up and changes of a person beside status and password. Every write is one
// commit together with its audit row.
import type { AuditRecord } from '../audit/audit.ts'
import type { PersonId } from '../ids.ts'
import type { Person } from './person.ts'

export interface StoredProfileChange {
  readonly displayName?: string
  readonly email?: {
    /** Null = none. */
    readonly address: string | null
    /** Every name the person answers to from now on, canonical. */
    readonly names: readonly string[]
  }
}

export interface ProfileStore {
  /** By UUID. */
  find(uuid: string): Promise<Person | undefined>
  /** A name that somebody else answers to changes nothing. */
  change(id: PersonId, change: StoredProfileChange, record: AuditRecord): Promise<Person | 'missing' | 'name-taken'>
  /** Ends nothing: rights are read live. The last active operator stays one. */
  changeOperator(id: PersonId, isOperator: boolean, record: AuditRecord): Promise<Person | 'missing' | 'last-operator'>
}
