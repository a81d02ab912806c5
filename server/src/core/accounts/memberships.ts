// Memberships: who acts in which account, and as what.
import { type AuditEvent, type AuditRecord, type Doer, doneBy } from '../audit/audit.ts'
import type { PersonId } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { People } from '../people/people.ts'
import type { Person } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import type { Credential } from '../tokens/token.ts'
import { type Account, canonicalIdentifier } from './account.ts'
import type { Accounts } from './accounts.ts'
import type { Member, Membership, OwnMembership, Role } from './membership.ts'
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
  /** Undefined = the one they have already, or member: decided in the same commit. */
  readonly role: Role | undefined
  /** Makes it the account the person acts in when none is named. */
  readonly becomesHome?: boolean
}

export interface RoleWish extends Pick<MemberWish, 'role' | 'becomesHome'> {
  /** An owner keeps their role. */
  readonly sparesOwner?: boolean
}

export interface Memberships {
  /** The person's membership in the account of this identifier or UUID, or in the home account. */
  find(personId: PersonId, name: string | undefined): Promise<Membership | undefined>
  /** The caller's own, as it is now, in the account their credential acts in. @throws Refusal `not-allowed`. */
  of(caller: Credential): Promise<Membership>
  /** Every account the person acts in, by its id. */
  listOf(personId: PersonId): Promise<readonly OwnMembership[]>
  list(account: Account, after: number, limit: number): Promise<readonly Member[]>
  /** Adds a member, or gives one another role, at once. @throws Refusal `not-found`. */
  add(wish: MemberWish, doer: Doer): Promise<Person>
  /** The same for a person already found. @throws Refusal `not-found`; `not-allowed` for an owner that is spared. */
  put(account: Account, person: NamedPerson, wish: RoleWish, doer: Doer): Promise<void>
  /**
   * Removes a member and ends what acts for them in the account.
   * @throws Refusal `not-found`; `conflict` for their home account.
   */
  remove(account: string, person: string, doer: Doer): Promise<Person>
  /** The same for a person already found. @throws Refusal as `remove`; `not-allowed` for an owner that is spared. */
  take(account: Account, person: NamedPerson, wish: Pick<RoleWish, 'sparesOwner'>, doer: Doer): Promise<void>
}

type NamedPerson = Pick<Person, 'id' | 'username'>

export function createMemberships({ clock, accounts, people, store }: MembershipNeeds): Memberships {
  function recordOf(event: AuditEvent, doer: Doer, person: NamedPerson, account: Account): AuditRecord {
    const target = { kind: 'person', id: person.id } as const
    return { at: clock.now(), event, outcome: 'success', ...doneBy(doer), target, detail: { account: account.id } }
  }

  async function put(account: Account, person: NamedPerson, wish: RoleWish, doer: Doer): Promise<void> {
    const { role, becomesHome = false, sparesOwner = false } = wish
    const record = recordOf('member.added', doer, person, account)
    const told = becomesHome ? { ...record, detail: { ...record.detail, home: true } } : record
    const member = { personId: person.id, accountId: account.id, role, becomesHome, sparesOwner }
    const done = await store.join(member, told)
    if (done === 'missing') throw new Refusal('not-found', { hint: `There is nobody called "${person.username}".` })
    if (done === 'owner') throw sparedOwner(person)
  }

  async function take(
    account: Account,
    person: NamedPerson,
    { sparesOwner = false }: Pick<RoleWish, 'sparesOwner'>,
    doer: Doer,
  ): Promise<void> {
    const member = { personId: person.id, accountId: account.id, sparesOwner }
    const done = await store.leave(member, clock.now(), recordOf('member.removed', doer, person, account))
    if (done === 'missing') {
      throw new Refusal('not-found', { hint: `"${person.username}" is no member of "${account.identifier}".` })
    }
    if (done === 'owner') throw sparedOwner(person)
    if (done === 'home') {
      throw new Refusal('conflict', {
        hint: `"${account.identifier}" is the home account of "${person.username}"; give them another one first ("gatehouse member add ACCOUNT ${person.username} --role ROLE --home").`,
      })
    }
  }

  return {
    find: (personId, name) => store.find(personId, name === undefined ? undefined : canonicalIdentifier(name)),
    async of(caller) {
      const membership = await store.findIn(caller.person.id, caller.account.id)
      if (membership === undefined) throw new Refusal('not-allowed', { reason: 'no member of this account' })
      return membership
    },
    listOf: (personId) => store.listOf(personId),
    list: ({ id }, after, limit) => store.list(id, after, limit),
    put,
    take,
    async add(wish, doer) {
      const account = await accounts.get(wish.account)
      const person = await people.get(wish.person)
      await put(account, person, wish, doer)
      return person
    },
    async remove(accountName, personName, doer) {
      const account = await accounts.get(accountName)
      const person = await people.get(personName)
      await take(account, person, {}, doer)
      return person
    },
  }
}

function sparedOwner({ username }: NamedPerson): Refusal {
  return new Refusal('not-allowed', { hint: `"${username}" is an owner; only owners change that.` })
}
