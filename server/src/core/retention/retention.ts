// Retention: how long rows stay that let nobody in any more. While they do, a dead token is told from an unknown one in
// the audit; after that it is only unknown. The audit trail itself is kept.
import type { Duration } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { RetentionStore } from './retention-store.ts'

/** After the end of a session or the expiry of a token. */
const keptFor: Duration = 30 * 24 * 3_600_000
/** A commit of these takes a few milliseconds, and others come in between. */
const atOnce = 200

export interface RetentionNeeds {
  readonly clock: Clock
  readonly store: RetentionStore
}

export interface Retention {
  /** Forgets what has been over for a month; how many rows. */
  purge(): Promise<number>
}

export function createRetention({ clock, store }: RetentionNeeds): Retention {
  async function whole(forget: (before: number, most: number) => Promise<number>): Promise<number> {
    const before = clock.now() - keptFor
    let gone = 0
    for (;;) {
      const some = await forget(before, atOnce)
      gone += some
      if (some < atOnce) return gone
    }
  }

  return {
    async purge() {
      return (await whole(store.forgetSessions)) + (await whole(store.forgetTokens))
    },
  }
}
