// A person (or a machine) of the directory: values and pure rules.
import type { AccountId, DialectName, Instant, PersonId } from '../ids.ts'

export type PersonStatus = 'active' | 'disabled' | 'pending'

export interface Person {
  readonly id: PersonId
  readonly uuid: string
  readonly kind: 'human' | 'machine'
  readonly username: string
  readonly email: string | undefined
  readonly displayName: string
  readonly status: PersonStatus
  /** May administer the whole installation; another thing than a role in an account. */
  readonly isOperator: boolean
  /** Raised to end every token of the person at once; compared for equality, never by time. */
  readonly epoch: number
  readonly homeAccountId: AccountId
  readonly createdAt: Instant
}

export interface NewPerson {
  readonly uuid: string
  readonly kind: 'human' | 'machine'
  readonly username: string
  readonly email: string | undefined
  readonly displayName: string
  readonly isOperator: boolean
  /** Absent = active. */
  readonly status?: 'active' | 'disabled'
  readonly createdAt: Instant
  /** Every name the person answers to, canonical. */
  readonly names: readonly string[]
  /** PHC string, or undefined for a person without a password. */
  readonly password: StoredPassword | undefined
}

export interface StoredPassword {
  readonly encoded: string
  readonly scheme: string
}

/** How much of a person ended at each door; a door where nothing lived is not in it. */
export type EndedEverything = readonly EndedAtDoor[]

export interface EndedAtDoor {
  readonly dialect: DialectName
  readonly sessions: number
  readonly apiTokens: number
  readonly loginTokens: number
}

/** What a sign-in needs to know of the one who says to be `name`. */
export interface Identity {
  readonly person: Person
  readonly password: (StoredPassword & { readonly version: number; readonly isDisabled: boolean }) | undefined
}
