// What changes a person: disabling, enabling, a new password. Each is one commit with its audit row, seen by every
// node at its next look-up.
import type { Secret } from '../../lib/secret.ts'
import { type AuditEvent, type AuditRecord, byPerson, type Doer, doneBy } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { Refusal } from '../refusal.ts'
import type { Throttles } from '../throttle/throttles.ts'
import type { Credential } from '../tokens/token.ts'
import type { EndedEverything, Person } from './person.ts'
import type { KeptSession, PersonStore } from './person-store.ts'
import { ownWords } from './prepare-person.ts'

export interface ChangeNeeds {
  readonly clock: Clock
  readonly passwords: Passwords
  readonly throttles: Throttles
  readonly store: PersonStore
}

export interface PersonChanges {
  /** Ends everything of the person at once and for good. @throws Refusal `not-found`, `conflict` (last operator). */
  disable(name: string, doer: Doer): Promise<Person>
  /** What disabling ended stays ended; failures of their name are forgotten. @throws Refusal `not-found`. */
  enable(name: string, doer: Doer): Promise<Person>
  /**
   * Ends every session and token of the person at every door, at once and for good; they may sign in again.
   * @throws Refusal `not-found`.
   */
  endEverything(name: string, doer: Doer): Promise<{ readonly person: Person; readonly ended: EndedEverything }>
  /**
   * Sets the caller's own password, shown to be theirs before; the session they call with goes on by new tokens.
   * @throws Refusal `password-refused`, `not-signed-in` (ended meanwhile).
   */
  changeOwnPassword(by: Credential, password: Secret, keeps: KeptSession, client: Client): Promise<void>
  /** Sets the password, ends the person's sessions, clears the lock. @throws Refusal `not-found`, `password-refused`. */
  resetPassword(name: string, password: Secret, doer: Doer): Promise<Person>
}

export function createChanges(needs: ChangeNeeds, get: (name: string) => Promise<Person>): PersonChanges {
  const { clock, passwords, throttles, store } = needs

  async function changeStatus(name: string, status: 'active' | 'disabled', doer: Doer): Promise<Person> {
    const person = await get(name)
    const event = status === 'disabled' ? 'user.disabled' : 'user.enabled'
    const changed = await store.changeStatus(person.id, status, clock.now(), recordOf(event, person, doer))
    if (changed === 'missing') throw missing(name)
    if (changed === 'last-operator') {
      throw new Refusal('conflict', { hint: `"${name}" is the last active operator and cannot be disabled.` })
    }
    return { ...person, status }
  }

  function recordOf(event: AuditEvent, person: Person, doer: Doer): AuditRecord {
    return { at: clock.now(), event, outcome: 'success', ...doneBy(doer), target: { kind: 'person', id: person.id } }
  }

  return {
    disable: (name, doer) => changeStatus(name, 'disabled', doer),
    async enable(name, doer) {
      const person = await changeStatus(name, 'active', doer)
      await throttles.forget(canonicalName(person.username))
      return person
    },
    async endEverything(name, doer) {
      const person = await get(name)
      const ended = await store.endEverything(person.id, clock.now(), recordOf('user.ended', person, doer))
      if (ended === undefined) throw missing(name)
      return { person, ended }
    },
    async changeOwnPassword({ person }, password, keeps, client) {
      const own = ownWords(person.email === undefined ? [person.username] : [person.username, person.email])
      const stored = await passwords.make(password, own)
      const at = clock.now()
      const target = { kind: 'person', id: person.id } as const
      const told = {
        at,
        event: 'password.changed',
        outcome: 'success',
        actor: byPerson(person.id),
        target,
        client,
      } as const
      if (await store.setPassword(person.id, stored, at, told, keeps)) return
      throw new Refusal('not-signed-in', { reason: 'ended meanwhile' })
    },
    async resetPassword(name, password, doer) {
      const person = await get(name)
      const own = ownWords(person.email === undefined ? [person.username] : [person.username, person.email])
      const stored = await passwords.make(password, own)
      const record = recordOf('password.reset_done', person, doer)
      if (!(await store.setPassword(person.id, stored, clock.now(), record))) throw missing(name)
      await throttles.forget(canonicalName(person.username))
      return person
    },
  }
}

function missing(name: string): Refusal {
  return new Refusal('not-found', { hint: `There is nobody called "${name}".` })
}
