// Memberships: who acts in which account, and as what.
import type { AuditActor, AuditEvent, AuditRecord } from '../audit/audit.ts'
import type { PersonId } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { People } from '../people/people.ts'
import type { Person } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import type { Credential } from '../tokens/token.ts'
import { type Account, canonicalIdentifier } from './account.ts'
import type { Accounts } from './accounts.ts'
import type { Member, Membership, Role } from './membership.ts'
import type { MembershipStore } from './membership-store.ts'

export interface MembershipNeeds {
  readonly clock: Clock
  readonly accounts: Pick<Accounts, 'get'>
  readonly people: Pick<People, 'get'>
  readonly store: MembershipStore
}

export interface MemberWish {
  readonly account: string
  readonly person: string
  readonly role: Role
  /** Makes it the account the person acts in when none is named. */
  readonly becomesHome?: boolean
}

export interface Memberships {
  /** The person's membership in the account of this identifier or UUID, or in the home account. */
  find(personId: PersonId, name: string | undefined): Promise<Membership | undefined>
  /** The caller's own, as it is now, in the account their credential acts in. @throws Refusal `not-allowed`. */
  of(caller: Credential): Promise<Membership>
  list(account: Account, after: number, limit: number): Promise<readonly Member[]>
  /** Adds a member, or gives one another role, at once. @throws Refusal `not-found`. */
  add(wish: MemberWish, actor: AuditActor): Promise<Person>
  /**
   * Removes a member and ends what acts for them in the account.
   * @throws Refusal `not-found`; `conflict` for their home account.
   */
  remove(account: string, person: string, actor: AuditActor): Promise<Person>
}

export function createMemberships({ clock, accounts, people, store }: MembershipNeeds): Memberships {
  function recordOf(event: AuditEvent, actor: AuditActor, person: Person, account: Account): AuditRecord {
    const target = { kind: 'person', id: person.id } as const
    return { at: clock.now(), event, outcome: 'success', actor, target, detail: { account: account.id } }
  }

  return {
    find: (personId, name) => store.find(personId, name === undefined ? undefined : canonicalIdentifier(name)),
    async of(caller) {
      const membership = await store.findIn(caller.person.id, caller.account.id)
      if (membership === undefined) throw new Refusal('not-allowed', { reason: 'no member of this account' })
      return membership
    },
    list: ({ id }, after, limit) => store.list(id, after, limit),
    async add(wish, actor) {
      const account = await accounts.get(wish.account)
      const person = await people.get(wish.person)
      const { role, becomesHome = false } = wish
      const record = recordOf('member.added', actor, person, account)
      const home = becomesHome ? { home: true } : {}
      const told = { ...record, detail: { ...record.detail, role, ...home } }
      const hasJoined = await store.join({ personId: person.id, accountId: account.id, role, becomesHome }, told)
      if (!hasJoined) throw new Refusal('not-found', { hint: `There is nobody called "${wish.person}".` })
      return person
    },
    async remove(accountName, personName, actor) {
      const account = await accounts.get(accountName)
      const person = await people.get(personName)
      const at = clock.now()
      const done = await store.leave(person.id, account.id, at, recordOf('member.removed', actor, person, account))
      if (done === 'missing') {
        throw new Refusal('not-found', { hint: `"${personName}" is no member of "${account.identifier}".` })
      }
      if (done === 'home') {
        throw new Refusal('conflict', {
          hint: `"${account.identifier}" is the home account of "${personName}"; give them another one first ("gatehouse member add ACCOUNT ${personName} --role ROLE --home").`,
        })
      }
      return person
    },
  }
}
