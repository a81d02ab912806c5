// One server on one embedded database: an exclusive lock on a file beside it, held by the operating system for
// as long as the process lives, so a kill -9 frees it and a stale file means nothing.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface InstanceLock {
  release(): void
}

/** Undefined when another process holds it. */
export function takeInstanceLock(directory: string): InstanceLock | undefined {
  const lock = new DatabaseSync(join(directory, 'gatehouse.lock'), { timeout: 0 })
  try {
    lock.exec('pragma journal_mode = delete; begin exclusive')
  } catch {
    lock.close()
    return undefined
  }
  return { release: () => lock.close() }
}
