// The people room: makes and finds people, and says for whom somebody may act. What changes a person is in
// change-person.ts.
import { type AuditRecord, type Doer, doneBy } from '../audit/audit.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { PersonId } from '../ids.ts'
import type { Randomness } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Credential } from '../tokens/token.ts'
import { type ChangeNeeds, createChanges, type PersonChanges } from './change-person.ts'
import type { Identity, NewPerson, Person, StoredPassword } from './person.ts'
import { createPrepare, type PersonWish } from './prepare-person.ts'

export interface PeopleNeeds extends ChangeNeeds {
  readonly randomness: Randomness
}

export interface People extends PersonChanges {
  /** Checks a wish and hashes its password; nothing is stored. @throws Refusal `field-invalid`, `password-refused`. */
  prepare(wish: PersonWish): Promise<NewPerson>
  /** @throws Refusal `conflict` when a name is taken, and what `prepare` throws. */
  create(wish: PersonWish, doer: Doer): Promise<Person>
  /** Who answers to a name in any spelling, with their password's hash: for the proof of a sign-in. */
  findIdentity(name: string): Promise<Identity | undefined>
  find(id: PersonId): Promise<Person | undefined>
  /** Puts a better hash of the same password in place; nothing when the password changed meanwhile. */
  improvePassword(identity: Identity, better: StoredPassword): Promise<void>
  /** By any name, in any spelling. @throws Refusal `not-found`. */
  get(name: string): Promise<Person>
  /**
   * A person whom the caller may act for: themselves, or for an operator anybody who is no operator.
   * @throws Refusal `not-allowed` (whether such a person exists is not told), `not-found` (told to operators).
   */
  getFor(by: Credential, id: PersonId): Promise<Pick<Person, 'id' | 'username'>>
  list(after: number, limit: number): Promise<readonly Person[]>
}

export function createPeople(needs: PeopleNeeds): People {
  const { clock, store } = needs
  const prepare = createPrepare(needs)

  async function get(name: string): Promise<Person> {
    const identity = await store.findByName(canonicalName(name))
    if (identity === undefined) throw new Refusal('not-found', { hint: `There is nobody called "${name}".` })
    return identity.person
  }

  return {
    prepare,
    async create(wish, doer) {
      const person = await prepare(wish)
      const record: AuditRecord = { at: clock.now(), event: 'user.created', outcome: 'success', ...doneBy(doer) }
      const created = await store.create(person, record)
      if (created === 'name-taken') {
        throw new Refusal('conflict', {
          hint: `Somebody already answers to "${wish.username}" or that e-mail address.`,
        })
      }
      return created
    },
    findIdentity: (name) => store.findByName(canonicalName(name)),
    find: (id) => store.find(id),
    async improvePassword({ person, password }, better) {
      if (password !== undefined) await store.upgradePassword(person.id, password.version, better)
    },
    get,
    async getFor(by, id) {
      if (by.person.id === id) return by.person
      if (!by.person.isOperator) throw new Refusal('not-allowed', { reason: 'another person' })
      const person = await store.find(id)
      if (person === undefined) throw new Refusal('not-found', { reason: 'no such person' })
      if (person.isOperator) throw new Refusal('not-allowed', { reason: 'another operator' })
      return person
    },
    list: (after, limit) => store.list(after, limit),
    ...createChanges(needs, get),
  }
}
