// The port of retention: rows that have meant nothing for long go, a few at a time, so that no act waits behind them.
import type { Instant } from '../ids.ts'

export interface RetentionStore {
  /** At most so many sessions that were over before an instant, with their tokens; how many went. */
  forgetSessions(before: Instant, most: number): Promise<number>
  /** At most so many tokens that had expired before an instant; how many went. */
  forgetTokens(before: Instant, most: number): Promise<number>
}
