// The port of identities: whom a provider's subject is. One subject is one person's, for good or until it is unlinked.
import type { AuditRecord } from '../audit/audit.ts'
import type { Instant, PersonId, SessionId } from '../ids.ts'
import type { NewPerson, Person } from '../people/person.ts'
import type { KnownIdentity, Subject, ToldSubject } from './identity.ts'
import type { IdentityId, LinkedIdentity, ProviderId } from './provider.ts'

/**
 * Which of a provider's sessions end: all of one subject's, or the one that the provider calls so, and with the subject
 * beside it those of the subject that came without the provider's name for them.
 */
export type EndingSessions =
  | { readonly subject: string }
  | { readonly session: string; readonly subject?: string | undefined }

export interface IdentityStore {
  find(subject: Subject): Promise<KnownIdentity | undefined>
  /** Those of a person, oldest first. */
  list(personId: PersonId): Promise<readonly LinkedIdentity[]>
  /**
   * Makes the subject a person's, who must be active and of this epoch. `taken`: it is somebody's already; `gone`: the
   * person or the provider changed meanwhile, which may tell other subjects now, or is not enabled any more. With
   * `drops-rest` everything that was the person's until now ends in the same commit, the password too: whoever set that
   * up knew the address, and need not be its holder.
   */
  link(
    subject: ToldSubject,
    person: Pick<Person, 'id' | 'epoch'>,
    at: Instant,
    record: AuditRecord,
    rest?: 'drops-rest',
  ): Promise<IdentityId | 'taken' | 'gone'>
  /** A new person with this identity, in one commit; `gone` as above. */
  create(
    subject: ToldSubject,
    person: NewPerson,
    record: AuditRecord,
  ): Promise<KnownIdentity | 'name-taken' | 'taken' | 'gone'>
  /**
   * Ends its sessions; the record gets the provider and their number. False: the person has no such identity. With
   * `keeps-a-way` nothing happens to the `last-way`: there is no password and no identity of another enabled provider.
   */
  unlink(
    personId: PersonId,
    id: IdentityId,
    at: Instant,
    record: AuditRecord,
    rest?: 'keeps-a-way',
  ): Promise<boolean | 'last-way'>
  /**
   * The provider, by its settings of this version, knew the subject at this instant. False: it has others by now or is
   * not enabled, or the identity is gone.
   */
  confirm(id: IdentityId, version: number, at: Instant): Promise<boolean>
  /**
   * One audit row when anything ended. What ended now; nothing ends for an `order` that was `used` before, which is
   * marked in the same commit: one that fails may be given again.
   */
  endSessions(
    providerId: ProviderId,
    which: EndingSessions,
    at: Instant,
    record: AuditRecord,
    order?: { readonly hash: string; readonly expiresAt: Instant },
  ): Promise<readonly SessionId[] | 'used'>
  /** Those with a live session whose subject was last confirmed before an instant, longest ago first. */
  unconfirmed(
    providerId: ProviderId,
    before: Instant,
    now: Instant,
    limit: number,
  ): Promise<readonly { readonly id: IdentityId; readonly subject: string }[]>
}
