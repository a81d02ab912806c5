// What the throttle counts by and its numbers, in one place. docs/reference/configuration.md documents them.
import type { Duration } from '../ids.ts'

/** One attempt's place in the counters. All three keys are opaque text of bounded length. */
export interface ThrottleClaim {
  readonly nameKey: string
  readonly networkKey: string
  readonly pairKey: string
  /** Whether somebody answers to the name: such counters are never dropped to make room for invented ones. */
  readonly isKnown: boolean
}

export interface ThrottleLimits {
  /** Failures of a name from one network before waiting begins. */
  readonly freeFailures: number
  readonly firstWait: Duration
  readonly longestWait: Duration
  /** A pair without failure for this long starts afresh. */
  readonly forgetAfter: Duration
  readonly networkFailures: number
  readonly networkWindow: Duration
  /** Attempts of one name that may be under way: without a recent failure, and with one. */
  readonly inFlightClean: number
  readonly inFlightAfterFailure: number
  /** Consecutive failures of a name that disable its password. */
  readonly disableAfter: number
}

const second = 1000
const minute = 60 * second

/** Defaults of `model.md`, NIST SP 800-63B-4 §3.2.2 for `disableAfter`. */
export const defaultLimits: ThrottleLimits = {
  freeFailures: 5,
  firstWait: second,
  longestWait: 15 * minute,
  forgetAfter: 60 * minute,
  networkFailures: 300,
  networkWindow: 10 * minute,
  inFlightClean: 20,
  inFlightAfterFailure: 5,
  disableAfter: 100,
}

/** Whole seconds until `until`, at least one. */
export function secondsUntil(until: number, now: number): number {
  return Math.max(1, Math.ceil((until - now) / 1000))
}
