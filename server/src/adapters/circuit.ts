// Circuits: somebody who did not answer several times in a row is left alone for a while, then tried by one question.
// So a dead server costs its time limit a few times a minute, and not with every sign-in.

import type { Duration } from '../core/ids.ts'
import type { Clock } from '../core/needs.ts'

const opensAfter = 5
const staysOpen: Duration = 10_000

export interface Circuits {
  /** Milliseconds until it may be asked; 0 = now. One that was left alone is then one caller's to try. */
  wait(key: string): Duration
  answered(key: string): void
  failed(key: string): void
}

export function createCircuits(clock: Pick<Clock, 'elapsed'>): Circuits {
  const states = new Map<string, { failures: number; openUntil: Duration }>()

  return {
    wait(key) {
      const state = states.get(key)
      if (state === undefined || state.failures < opensAfter) return 0
      const now = clock.elapsed()
      if (now < state.openUntil) return state.openUntil - now
      state.openUntil = now + staysOpen
      return 0
    },
    answered(key) {
      states.delete(key)
    },
    failed(key) {
      const failures = (states.get(key)?.failures ?? 0) + 1
      states.set(key, { failures, openUntil: clock.elapsed() + staysOpen })
    },
  }
}
