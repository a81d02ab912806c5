// The port of the throttle room: counters per name, per network, and per name from one network.
import type { AuditRecord } from '../audit/audit.ts'
import type { Instant, PersonId } from '../ids.ts'
import type { ThrottleClaim, ThrottleLimits } from './throttle.ts'

export type Taken =
  /** `failures` of this name since its last success; `position` counts those and what is under way, this one included. */
  | { readonly kind: 'taken'; readonly position: number; readonly failures: number }
  | { readonly kind: 'wait'; readonly what: 'name' | 'network' | 'pair' | 'busy'; readonly until: Instant }

export interface ThrottleStore {
  /**
   * Takes a provisional count in all three counters, or in none when one of them says to wait. Conditional
   * upserts: of N parallel attempts no more than the limits allow are taken, on all nodes together.
   */
  take(claim: ThrottleClaim, limits: ThrottleLimits, now: Instant): Promise<Taken>
  /**
   * Turns the provisional count into a failure: the pair may have to wait from now on, and at the limit of
   * consecutive failures the person's password is disabled (`disabled` is true for the one that did it).
   * One commit with the audit row; the row's detail is completed by the store.
   */
  fail(failure: {
    readonly claim: ThrottleClaim
    readonly limits: ThrottleLimits
    readonly personId: PersonId | undefined
    readonly record: AuditRecord
  }): Promise<{ readonly disabled: boolean }>
  /** Gives a provisional count back: the attempt was neither a failure nor a success. */
  giveBack(claim: ThrottleClaim): Promise<void>
  /** Until when this name or network has to wait, without counting; 0 when it need not. A plain read. */
  waitsUntil(claim: ThrottleClaim, limits: ThrottleLimits, now: Instant): Promise<Instant>
  /** Whether the name has failed recently. A plain read. */
  hasFailures(claim: ThrottleClaim, limits: ThrottleLimits, now: Instant): Promise<boolean>
  /** Drops counters that no longer say anything, and the oldest beyond `keep`. Returns how many went. */
  purge(limits: ThrottleLimits, now: Instant, keep: number): Promise<number>
  /** Forgets a name's failures everywhere: an administrator's word. */
  forget(nameKey: string): Promise<void>
}
