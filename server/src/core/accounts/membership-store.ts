// The port of memberships. Every write is one commit together with its audit row.
import type { AuditRecord } from '../audit/audit.ts'
import type { AccountId, Instant, PersonId } from '../ids.ts'
import type { Member, Membership, NewMember, OwnMembership } from './membership.ts'

export interface MembershipStore {
  /** In the account of this identifier (canonical) or UUID, or in the home account. */
  find(personId: PersonId, name: string | undefined): Promise<Membership | undefined>
  findIn(personId: PersonId, accountId: AccountId): Promise<Membership | undefined>
  /** All of a person's, by account, ascending. */
  listOf(personId: PersonId): Promise<readonly OwnMembership[]>
  /** By person, ascending; `after` is exclusive. */
  list(accountId: AccountId, after: number, limit: number): Promise<readonly Member[]>
  /** Adds the member, or gives them this role; the row of the audit trail says which it became. `missing`: no such person; `owner`: they are one, and are spared. */
  join(member: NewMember, record: AuditRecord): Promise<'joined' | 'missing' | 'owner'>
  /**
   * Removes the member, and ends what acts for them in this account: sessions, API and login tokens. Nothing can
   * open past it. `home`: it is the person's home account; `owner`: they are one, and are spared; nothing changed.
   */
  leave(
    member: Pick<NewMember, 'personId' | 'accountId' | 'sparesOwner'>,
    at: Instant,
    record: AuditRecord,
  ): Promise<'left' | 'missing' | 'home' | 'owner'>
}
