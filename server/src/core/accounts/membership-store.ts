// The port of memberships. Every write is one commit together with its audit row.
import type { AuditRecord } from '../audit/audit.ts'
import type { AccountId, Instant, PersonId } from '../ids.ts'
import type { Member, Membership, NewMember } from './membership.ts'

export interface MembershipStore {
  /** In the account of this identifier (canonical) or UUID, or in the home account. */
  find(personId: PersonId, name: string | undefined): Promise<Membership | undefined>
  findIn(personId: PersonId, accountId: AccountId): Promise<Membership | undefined>
  /** By person, ascending; `after` is exclusive. */
  list(accountId: AccountId, after: number, limit: number): Promise<readonly Member[]>
  /** Adds the member, or gives them this role. False: there is no such person. */
  join(member: NewMember, record: AuditRecord): Promise<boolean>
  /**
   * Removes the member, and ends what acts for them in this account: sessions, API and login tokens. Nothing can
   * open past it. `home`: it is the person's home account, and nothing changed.
   */
  leave(
    personId: PersonId,
    accountId: AccountId,
    at: Instant,
    record: AuditRecord,
  ): Promise<'left' | 'missing' | 'home'>
}
