// Steps one to three of every sign-in by password: who is meant, may they try, is it the password. Also used
// where a signed-in person must show the password again, so that no door has a way around the throttle.
import type { Secret } from '../../lib/secret.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { Duration } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { People } from '../people/people.ts'
import type { Identity } from '../people/person.ts'
import { Refusal, type RefusalCode } from '../refusal.ts'
import type { Attempt, Throttles } from '../throttle/throttles.ts'

export interface ProofNeeds {
  readonly clock: Clock
  readonly people: Pick<People, 'findIdentity'>
  readonly passwords: Passwords
  readonly throttles: Throttles
  readonly audits: Audits
}

export interface PasswordProof {
  readonly identity: Identity
  readonly attempt: Attempt
  /** On the elapsed clock: what refusals are padded from. */
  readonly began: Duration
}

export type Prove = (name: string, password: Secret, client: Client, otherwise?: RefusalCode) => Promise<PasswordProof>

/**
 * The identity whose password this is, with a provisional count still to be settled.
 * @throws Refusal `throttled`; `otherwise` (`wrong-credentials`): one text and one time for every reason.
 */
export function createProve(needs: ProofNeeds): Prove {
  const { clock, people, passwords, throttles, audits } = needs

  async function settleFailure(attempt: Attempt, identity: Identity | undefined, reason: string, client: Client) {
    const record = {
      at: clock.now(),
      event: 'auth.login.failure' as const,
      outcome: 'failure' as const,
      reason,
      actor: { kind: 'anonymous' as const },
      ...(identity === undefined ? {} : { target: { kind: 'person' as const, id: identity.person.id } }),
      client,
    }
    const disabled = await throttles.fail(attempt, identity?.person.id, record)
    if (disabled) audits.refused({ ...record, event: 'auth.lockout.start', reason: 'too many failures' })
  }

  async function begin(name: string, isKnown: boolean, client: Client): Promise<Attempt> {
    try {
      return await throttles.begin(name, isKnown, client)
    } catch (error) {
      if (error instanceof Refusal) audits.refused(throttledRecord(client, clock.now()))
      throw error
    }
  }

  return async (name, password, client, otherwise = 'wrong-credentials') => {
    const began = clock.elapsed()
    const identity = await people.findIdentity(name)
    // One counter for all of a person's names; what nobody answers to is counted under what was typed.
    const counted = canonicalName(identity?.person.username ?? name)
    const attempt = await begin(counted, identity !== undefined, client)
    const { encoded, reason } = usable(identity)
    const verdict = await verifyOrGiveBack(password, encoded, attempt)
    if (verdict === 'refused') {
      await throttles.giveBack(attempt)
      audits.refused(throttledRecord(client, clock.now()))
      throw new Refusal('throttled', { reason: 'too many at once after a failure', retryAfterSeconds: 1 })
    }
    if (verdict === 'match' && identity !== undefined) return { identity, attempt, began }
    await settleFailure(attempt, identity, reason ?? 'wrong password', client)
    await passwords.pad(began)
    throw new Refusal(otherwise, { reason: reason ?? 'wrong password' })
  }

  async function verifyOrGiveBack(password: Secret, encoded: string | undefined, attempt: Attempt) {
    try {
      return await passwords.verify(password, encoded, attempt.stillAllowed)
    } catch (error) {
      await throttles.giveBack(attempt)
      throw error
    }
  }
}

/** The hash to verify against, or why there is none. */
function usable(identity: Identity | undefined): { encoded?: string; reason?: string } {
  if (identity === undefined) return { reason: 'unknown name' }
  if (identity.person.status !== 'active') return { reason: `person ${identity.person.status}` }
  if (identity.password === undefined) return { reason: 'no password' }
  if (identity.password.isDisabled) return { reason: 'password disabled' }
  return { encoded: identity.password.encoded }
}

function throttledRecord(client: Client, at: number) {
  return {
    at,
    event: 'auth.login.throttled' as const,
    outcome: 'failure' as const,
    actor: { kind: 'anonymous' as const },
    client,
  }
}
