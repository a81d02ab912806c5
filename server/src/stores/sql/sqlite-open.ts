// One way to open the embedded database: WAL, a sync at every commit (a power cut must not undo an
// acknowledged sign-out), foreign keys, and patience with other writers.
import { DatabaseSync } from 'node:sqlite'

/** How long a writer waits for another process's commit before it says that it cannot. */
const busyMilliseconds = 1500

export function openSqlite(file: string, options: { readOnly?: boolean } = {}): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyMilliseconds, readOnly: options.readOnly ?? false })
  if (options.readOnly !== true) database.exec('pragma journal_mode = wal')
  database.exec(`
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma trusted_schema = off;
    pragma cache_size = -8192;
    pragma temp_store = memory;
  `)
  return database
}

/** Busy, full, read-only, I/O, closed: the store cannot now. A broken constraint or statement is our own fault. */
export function cannotNow(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  if (error.code === 'ERR_INVALID_STATE') return true
  const code = Number('errcode' in error ? error.errcode : 0) & 0xff
  return error.code === 'ERR_SQLITE_ERROR' && [5, 6, 7, 8, 10, 13, 14].includes(code)
}

/** `$1` → `?1`: numbered parameters in SQLite's spelling. */
export function toSqliteParameters(statement: string): string {
  return statement.replaceAll(/\$(\d+)/g, '?$1')
}
