// Who somebody is: found by UUID, shown under another name, reached at another address, operator or not.
import { type AuditEvent, type AuditRecord, type Doer, doneBy } from '../audit/audit.ts'
import { canonicalName, parseDisplayName, parseEmail } from '../identifiers/identifier.ts'
import type { Clock } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Person } from './person.ts'
import type { ProfileStore } from './profile-store.ts'

export interface ProfileNeeds {
  readonly clock: Clock
  readonly store: ProfileStore
}

/** What may be changed; absent = as it is, `null` = none. */
export interface ProfileChange {
  readonly displayName?: string
  readonly email?: string | null
}

export interface Profiles {
  find(uuid: string): Promise<Person | undefined>
  /** @throws Refusal `field-invalid`, `conflict` (somebody answers to the address), `not-found`. */
  change(person: Person, change: ProfileChange, doer: Doer): Promise<Person>
  /** Seen at their next request. @throws Refusal `conflict` (last operator), `not-found`. */
  changeOperator(person: Person, isOperator: boolean, doer: Doer): Promise<Person>
}

export function createProfiles({ clock, store }: ProfileNeeds): Profiles {
  function recordOf(event: AuditEvent, person: Person, doer: Doer, detail: AuditRecord['detail'] = {}): AuditRecord {
    const target = { kind: 'person', id: person.id } as const
    return { at: clock.now(), event, outcome: 'success', ...doneBy(doer), target, detail }
  }

  return {
    find: (uuid) => store.find(uuid.toLowerCase()),
    async change(person, { displayName, email }, doer) {
      const stored = {
        ...(displayName === undefined ? {} : { displayName: parseDisplayName(displayName) }),
        ...(email === undefined ? {} : { email: readEmail(person, email) }),
      }
      // Which fields, not what was in them: the trail outlives the address.
      const detail = { fields: Object.keys(stored).join(' ') }
      const changed = await store.change(person.id, stored, recordOf('user.updated', person, doer, detail))
      if (changed === 'missing') throw missing(person)
      if (changed === 'name-taken') {
        throw new Refusal('conflict', { field: 'email', hint: 'Somebody already answers to that e-mail address.' })
      }
      return changed
    },
    async changeOperator(person, isOperator, doer) {
      const record = recordOf('user.role_changed', person, doer, { operator: isOperator })
      const changed = await store.changeOperator(person.id, isOperator, record)
      if (changed === 'missing') throw missing(person)
      if (changed === 'last-operator') {
        throw new Refusal('conflict', { hint: `"${person.username}" is the last active operator and stays one.` })
      }
      return changed
    },
  }
}

function readEmail({ username }: Person, typed: string | null) {
  const address = typed === null || typed === '' ? null : parseEmail(typed)
  const shown = address === null ? [username] : [username, address]
  return { address, names: [...new Set(shown.map(canonicalName))] }
}

function missing({ username }: Person): Refusal {
  return new Refusal('not-found', { hint: `There is nobody called "${username}".` })
}
