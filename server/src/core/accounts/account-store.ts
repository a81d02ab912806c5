// The port of the accounts room.
import type { PersonId } from '../ids.ts'
import type { Membership } from './account.ts'

export interface AccountStore {
  /** The person's membership in the account named `identifier`, or in their home account. */
  findMembership(personId: PersonId, identifier: string | undefined): Promise<Membership | undefined>
}
