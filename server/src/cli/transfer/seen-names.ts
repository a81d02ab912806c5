// The names that a file has used so far, exactly, for any number of lines: kept in a private temporary database of
// SQLite's, which has no name and holds a few megabytes in memory.
import { DatabaseSync } from 'node:sqlite'

export interface SeenNames extends Disposable {
  /** The line that used one of the names before, and which; otherwise they are this line's from now on. */
  claim(names: readonly string[], line: number): { readonly name: string; readonly line: number } | undefined
}

export function createSeenNames(): SeenNames {
  const database = new DatabaseSync('')
  database.exec(`
    pragma journal_mode = off;
    pragma synchronous = off;
    pragma cache_size = -8192;
    create table seen (name text primary key, line integer not null) strict, without rowid;
    begin`)
  const select = database.prepare('select line from seen where name = ?')
  const insert = database.prepare('insert into seen (name, line) values (?, ?)')
  return {
    claim(names, line) {
      for (const name of names) {
        const row = select.get(name)
        if (row !== undefined) return { name, line: Number(row['line']) }
      }
      for (const name of names) insert.run(name, line)
      return undefined
    },
    [Symbol.dispose]: () => database.close(),
  }
}
