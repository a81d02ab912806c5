// Keeps every writer of a test database waiting until it is released: what another process with a long
// transaction does.
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { databaseFile, type StoreSettings } from '../../src/stores/sql/open.ts'

export async function holdWriters({ url, directory }: StoreSettings): Promise<() => Promise<void>> {
  if (url === undefined) {
    const database = new DatabaseSync(databaseFile(directory))
    database.exec('begin immediate')
    return async () => database.close()
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('begin')
  await client.query('lock table persons, sessions, audit_heads in exclusive mode')
  return () => client.end()
}
