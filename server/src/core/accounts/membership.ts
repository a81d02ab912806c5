// Memberships: a person in an account, with a role. Rights are read live from here, never from a token.
import type { AccountId, PersonId } from '../ids.ts'
import type { Account } from './account.ts'

export const roles = ['owner', 'admin', 'member', 'read-only'] as const
export type Role = (typeof roles)[number]

export interface Membership {
  readonly account: Account
  readonly role: Role
}

/** A membership in a list of a person's. */
export interface OwnMembership extends Membership {
  /** Whether this is the account they act in when none is named. */
  readonly isHome: boolean
}

/** A member in a list of an account's. */
export interface Member {
  readonly personId: PersonId
  readonly uuid: string
  readonly username: string
  readonly role: Role
  /** Whether this is the account the person acts in when none is named. */
  readonly isHome: boolean
}

export interface NewMember {
  readonly personId: PersonId
  readonly accountId: AccountId
  /** Undefined = the one they have already, or member. */
  readonly role: Role | undefined
  /** Makes it the person's home account, too. */
  readonly becomesHome: boolean
  /** An owner keeps their role: whoever asks may not take it. */
  readonly sparesOwner: boolean
}
