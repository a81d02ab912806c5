// The passwords room: sets passwords by the policy, verifies them through the bounded hashing queue, and
// knows how long a refusal has to take so that none tells more than another.
import { Secret } from '../../lib/secret.ts'
import type { Duration } from '../ids.ts'
import type { Clock, PasswordHasher } from '../needs.ts'
import type { StoredPassword } from '../people/person.ts'
import { createAskedElsewhere } from './asked-elsewhere.ts'
import { checkForeignHash } from './foreign-hash.ts'
import {
  byteLength,
  checkPassword,
  longestPassword,
  normalisePassword,
  type PasswordPolicy,
} from './password-policy.ts'
import type { PasswordStore } from './password-store.ts'

/** A refusal takes a multiple of this, of the costliest hash and of what is asked elsewhere, whichever is most (attack A02). */
const shortestRefusal: Duration = 250
const schemesReadEvery: Duration = 60_000

export interface PasswordNeeds {
  readonly clock: Clock
  readonly passwordHasher: PasswordHasher
  readonly policy: PasswordPolicy
  readonly store: PasswordStore
}

export interface Passwords {
  /** @throws Refusal `password-refused`; Unavailable when the hashing queue is full. */
  make(password: Secret, ownNames: readonly string[]): Promise<StoredPassword>
  /** Whether `password` is the one behind `encoded`; with no `encoded` it waits its turn and says no. */
  verify(
    password: Secret,
    encoded: string | undefined,
    stillAllowed: () => Promise<boolean>,
  ): Promise<'match' | 'mismatch' | 'refused'>
  /** A better hash of a password just verified, or undefined when the present one is good. */
  improve(password: Secret, stored: StoredPassword): Promise<StoredPassword | undefined>
  /** A hash that another system made, as it will be stored. @throws Refusal `field-invalid` with a sentence. */
  adopt(encoded: string): StoredPassword
  /** Somebody else was asked about a name, and it took this long until they said no. */
  askedElsewhere(took: Duration): void
  /** Returns when a refusal that began at `began` (elapsed clock) may be answered. */
  pad(began: Duration): Promise<void>
}

export function createPasswords(needs: PasswordNeeds): Passwords {
  const { clock, passwordHasher, policy, store } = needs
  const elsewhere = createAskedElsewhere()
  let quantum: { value: Duration; readAt: Duration } | undefined

  /** Twice the costliest hash in the store: a timer, so an imported bcrypt hash burns no CPU for strangers. */
  async function refusalQuantum(): Promise<Duration> {
    if (quantum !== undefined && clock.elapsed() - quantum.readAt < schemesReadEvery) return quantum.value
    const costs = await Promise.all((await store.schemes()).map((scheme) => passwordHasher.cost(scheme)))
    const value = Math.max(shortestRefusal, ...costs.map((cost) => 2 * cost))
    quantum = { value, readAt: clock.elapsed() }
    return value
  }

  async function encode(normal: string): Promise<StoredPassword> {
    const encoded = await passwordHasher.hash(new Secret(normal))
    return { encoded, scheme: passwordHasher.scheme(encoded) }
  }

  return {
    async make(password, ownNames) {
      checkPassword(password.reveal(), policy, ownNames)
      return encode(normalisePassword(password.reveal()))
    },
    async verify(password, encoded, stillAllowed) {
      const normal = normalisePassword(password.reveal())
      const isPossible = normal.isWellFormed() && byteLength(normal) <= longestPassword
      return passwordHasher.verify(new Secret(normal), isPossible ? encoded : undefined, stillAllowed)
    },
    async improve(password, stored) {
      if (!passwordHasher.isOutdated(stored.encoded)) return undefined
      return encode(normalisePassword(password.reveal()))
    },
    adopt(encoded) {
      const checked = checkForeignHash(encoded)
      return { encoded: checked, scheme: passwordHasher.scheme(checked) }
    },
    askedElsewhere: elsewhere.took,
    async pad(began) {
      const value = Math.max(await refusalQuantum(), heldBackFor(elsewhere.usual()))
      const taken = clock.elapsed() - began
      await clock.pause(Math.ceil((taken + 1) / value) * value - taken)
    },
  }
}

/** In steps, so that what a directory takes a little more or less is nobody's to measure. */
function heldBackFor(usual: Duration): Duration {
  return Math.ceil((2 * usual) / shortestRefusal) * shortestRefusal
}
