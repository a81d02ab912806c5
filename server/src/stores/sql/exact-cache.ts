// Values by key, remembered for as long as the database is provably the one they were read from: SQLite's
// `data_version` changes whenever another connection commits, this process's writer thread and other
// processes alike, and it is asked before every answer. So a revocation is seen by the first look-up after it, and
// what is remembered only spares the join. Keys of different look-ups must differ: they are hashes.
import type { DatabaseSync } from 'node:sqlite'

const mostRemembered = 20_000

export interface ExactCache {
  /** Asks the database's version and forgets what is not exact any more. */
  refresh(): void
  /** What is remembered of this key, exact as of the last `refresh`. */
  get(key: string): unknown
  /** Remembers what was read after that `refresh`. */
  set(key: string, found: unknown): void
}

export function createExactCache(database: DatabaseSync): ExactCache {
  const version = database.prepare('pragma data_version')
  version.setReturnArrays(true)
  let known = new Map<string, unknown>()
  let knownAt = -1

  return {
    refresh() {
      const now = (version.get() as unknown as readonly number[])[0] ?? 0
      if (now !== knownAt || known.size >= mostRemembered) {
        known = new Map()
        knownAt = now
      }
    },
    get: (key) => known.get(key),
    set(key, found) {
      known.set(key, found)
    },
  }
}
