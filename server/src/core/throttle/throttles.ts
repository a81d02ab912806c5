// The throttle: asked before any password is hashed, by every door, for every name, known or not. Counters are
// keyed by MACs, since a name that somebody typed may be a password. The likely misreading: the in-memory
// filter decides nothing that the store would decide otherwise; it only spares the disk while a network waits.
import type { AuditRecord } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import type { Instant, PersonId } from '../ids.ts'
import type { Clock, Digest } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import { networkOf } from './network.ts'
import { secondsUntil, type ThrottleClaim, type ThrottleLimits } from './throttle.ts'
import type { ThrottleStore } from './throttle-store.ts'

/** Networks remembered as waiting; the oldest goes when it is full. */
const filterSize = 10_000
/** Rows kept of names that nobody here has; the oldest go (attack D12). */
const keptCounters = 200_000

export interface ThrottleNeeds {
  readonly clock: Clock
  readonly digest: Digest
  readonly store: ThrottleStore
  readonly limits: ThrottleLimits
}

/** An attempt that may go on, and must be told how it ended. */
export interface Attempt {
  readonly claim: ThrottleClaim
  /** Whether the name had failed before, since its last success. */
  readonly hadFailures: boolean
  /** Whether it is among the few of its name that may be under way once one has failed. */
  readonly isEarly: boolean
  /** As many failures of the name in a row as disable a password here: one that is known elsewhere is not tried any more. */
  readonly isSpent: boolean
  /** Asked again when the attempt reaches the hash: a burst on one name stops at its first failures. */
  stillAllowed(): Promise<boolean>
}

export interface Throttles {
  /**
   * Takes a provisional count for one attempt on `name` (canonical; `isKnown` when somebody has it).
   * @throws Refusal `throttled` with Retry-After; nothing was counted then.
   */
  begin(name: string, isKnown: boolean, client: Client): Promise<Attempt>
  /** The attempt failed; one commit with its audit record. Says whether this failure disabled the password. */
  fail(attempt: Attempt, personId: PersonId | undefined, record: AuditRecord): Promise<boolean>
  /** The attempt was neither: the provisional count goes back. */
  giveBack(attempt: Attempt): Promise<void>
  /** An administrator's word: the name's failures are forgotten. */
  forget(name: string): Promise<void>
  purge(): Promise<number>
}

export function createThrottles(needs: ThrottleNeeds): Throttles {
  const { clock, digest, store, limits } = needs
  const waitingNetworks = new Map<string, Instant>()

  function claimOf(name: string, isKnown: boolean, client: Client): ThrottleClaim {
    const network = networkOf(client.address)
    const nameMac = digest.mac('throttle', name)
    return { nameKey: `n:${nameMac}`, networkKey: `w:${network}`, pairKey: `p:${nameMac}:${network}`, isKnown }
  }

  function refuse(until: Instant, now: Instant, what: string): never {
    throw new Refusal('throttled', { reason: `${what} waits`, retryAfterSeconds: secondsUntil(until, now) })
  }

  function rememberNetwork(key: string, until: Instant): void {
    const oldest = waitingNetworks.keys().next()
    if (waitingNetworks.size >= filterSize && !oldest.done) waitingNetworks.delete(oldest.value)
    waitingNetworks.set(key, until)
  }

  return {
    async begin(name, isKnown, client) {
      const now = clock.now()
      const claim = claimOf(name, isKnown, client)
      const filtered = waitingNetworks.get(claim.networkKey) ?? 0
      if (filtered > now) refuse(filtered, now, 'network')
      // A plain read first: a flood on a name that waits costs no write. The write below is the authority.
      const waits = await store.waitsUntil(claim, limits, now)
      if (waits > now) refuse(waits, now, 'name')
      const taken = await store.take(claim, limits, now)
      if (taken.kind === 'wait') {
        if (taken.what === 'network') rememberNetwork(claim.networkKey, taken.until)
        refuse(taken.until, now, taken.what)
      }
      // Of a name that had failed already, the taking itself let only a few in: refusing those here would lock it.
      const hadFailures = taken.failures > 0
      const isEarly = hadFailures || taken.position <= limits.inFlightAfterFailure
      return {
        claim,
        hadFailures,
        isEarly,
        isSpent: taken.failures >= limits.disableAfter,
        stillAllowed: async () => isEarly || !(await store.hasFailures(claim, limits, clock.now())),
      }
    },
    async fail(attempt, personId, record) {
      const { disabled } = await store.fail({ claim: attempt.claim, limits, personId, record })
      return disabled
    },
    giveBack: (attempt) => store.giveBack(attempt.claim),
    forget: (name) => store.forget(`n:${digest.mac('throttle', name)}`),
    purge: () => store.purge(limits, clock.now(), keptCounters),
  }
}
