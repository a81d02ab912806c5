// The accounts room: in which account somebody acts.
import type { PersonId } from '../ids.ts'
import type { Membership } from './account.ts'
import type { AccountStore } from './account-store.ts'

export interface Accounts {
  /** The person's membership in the account named `identifier`, or in their home account; undefined = none. */
  findMembership(personId: PersonId, identifier: string | undefined): Promise<Membership | undefined>
}

export function createAccounts({ store }: { readonly store: AccountStore }): Accounts {
  return { findMembership: (personId, identifier) => store.findMembership(personId, identifier) }
}
