// From what somebody asks for to a person that can be stored: names parsed and made canonical, the password held
// to the policy and hashed. Stores nothing.
import type { Secret } from '../../lib/secret.ts'
import { canonicalName, parseDisplayName, parseEmail, parseUsername } from '../identifiers/identifier.ts'
import type { Clock, Randomness } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { NewPerson } from './person.ts'

export interface PersonWish {
  readonly username: string
  readonly email?: string
  readonly displayName?: string
  readonly password?: Secret
  readonly isOperator?: boolean
  readonly kind?: 'human' | 'machine'
}

export interface PrepareNeeds {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly passwords: Passwords
}

/** @throws Refusal `field-missing`, `field-invalid`, `password-refused` */
export type Prepare = (wish: PersonWish) => Promise<NewPerson>

export function createPrepare({ clock, randomness, passwords }: PrepareNeeds): Prepare {
  return async (wish) => {
    const username = parseUsername(wish.username)
    const email = parseOptionalEmail(wish.email)
    const shown = email === undefined ? [username] : [username, email]
    const password = wish.password === undefined ? undefined : await passwords.make(wish.password, ownWords(shown))
    return {
      uuid: randomness.uuid(),
      kind: wish.kind ?? 'human',
      username,
      email,
      displayName: wish.displayName === undefined ? username : parseDisplayName(wish.displayName),
      isOperator: wish.isOperator ?? false,
      createdAt: clock.now(),
      names: [...new Set(shown.map(canonicalName))],
      password,
    }
  }
}

/** What a person's password may not hold: their names, and what stands before the @ of an address. */
export function ownWords(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name.includes('@') ? [name, name.slice(0, name.indexOf('@'))] : [name]))
}

function parseOptionalEmail(typed: string | undefined): string | undefined {
  return typed === undefined || typed === '' ? undefined : parseEmail(typed)
}
