// Accounts (tenants) and memberships: values and pure rules.
import type { AccountId } from '../ids.ts'

export type Role = 'owner' | 'admin' | 'member' | 'read-only'
export type Licence = 'active' | 'expired' | 'none-needed'

export interface Account {
  readonly id: AccountId
  readonly uuid: string
  readonly identifier: string
  readonly name: string
  readonly licence: Licence
  /** The name of the region that serves this account; undefined = here, never redirected. */
  readonly region: string | undefined
  readonly isActive: boolean
}

export interface Membership {
  readonly account: Account
  readonly role: Role
}
