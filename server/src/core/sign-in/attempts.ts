// Attempts at signing in: under the throttle, and on record when they fail or are turned away, in the same words whatever
// was presented.
import type { AuditRecord } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { PersonId } from '../ids.ts'
import type { Clock } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Attempt, Throttles } from '../throttle/throttles.ts'

export interface AttemptsNeeds {
  readonly clock: Clock
  readonly throttles: Pick<Throttles, 'begin' | 'fail' | 'giveBack'>
  readonly audits: Pick<Audits, 'refused'>
}

export interface Failure {
  /** Whose password or token it would have been, where that is known. */
  readonly personId?: PersonId | undefined
  readonly reason: string
  readonly client: Client
}

export interface Attempts {
  /** `name`: what a repeated attempt has in common with this one. @throws Refusal `throttled`. */
  begin(name: string, isKnown: boolean, client: Client): Promise<Attempt>
  fail(attempt: Attempt, failure: Failure): Promise<void>
  /** It was neither a failure nor a success. */
  giveBack(attempt: Attempt): Promise<void>
  /** One that may not go on, as others that are under way have failed. @throws Refusal `throttled`. */
  turnAway(attempt: Attempt, client: Client): Promise<never>
}

export function createAttempts({ clock, throttles, audits }: AttemptsNeeds): Attempts {
  function recordThrottled(client: Client): void {
    const actor = { kind: 'anonymous' } as const
    audits.refused({ at: clock.now(), event: 'auth.login.throttled', outcome: 'failure', actor, client })
  }

  return {
    async begin(name, isKnown, client) {
      try {
        return await throttles.begin(name, isKnown, client)
      } catch (error) {
        if (error instanceof Refusal) recordThrottled(client)
        throw error
      }
    },
    async fail(attempt, failure) {
      const record = failedRecord(failure, clock.now())
      const disabled = await throttles.fail(attempt, failure.personId, record)
      if (disabled) audits.refused({ ...record, event: 'auth.lockout.start', reason: 'too many failures' })
    },
    giveBack: (attempt) => throttles.giveBack(attempt),
    async turnAway(attempt, client) {
      await throttles.giveBack(attempt)
      recordThrottled(client)
      throw new Refusal('throttled', { reason: 'too many at once after a failure', retryAfterSeconds: 1 })
    },
  }
}

function failedRecord({ personId, reason, client }: Failure, at: number): AuditRecord {
  return {
    at,
    event: 'auth.login.failure',
    outcome: 'failure',
    reason,
    actor: { kind: 'anonymous' },
    ...(personId === undefined ? {} : { target: { kind: 'person', id: personId } }),
    client,
  }
}
