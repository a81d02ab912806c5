// Brings a database to this version's shape, by itself, at start: numbered SQL files, the same numbers for both
// engines, never edited once released. A database that is newer than this program is refused.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type pg from 'pg'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly hash: string
}

/** A start that must not go on; the message says what to do. */
export class StartRefused extends Error {}

export function readMigrations(kind: 'sqlite' | 'postgres'): readonly Migration[] {
  const folder = new URL(`./migrations/${kind}/`, import.meta.url)
  return readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8')
      return { number: Number(name.slice(0, 4)), name, text, hash: createHash('sha256').update(text).digest('hex') }
    })
}

/** The migrations still to run. @throws StartRefused when the data is newer, or was made by other migrations. */
export function checkApplied(
  known: readonly Migration[],
  applied: readonly { readonly number: number; readonly hash: string }[],
): readonly Migration[] {
  const newest = known.at(-1)?.number ?? 0
  const beyond = applied.find((one) => one.number > newest)
  if (beyond !== undefined) {
    throw new StartRefused(
      `The database was written by a newer Gatehouse (migration ${beyond.number}; this one knows ${newest}). Start that version, or restore a backup made before it.`,
    )
  }
  for (const one of applied) {
    if (known.find((migration) => migration.number === one.number)?.hash !== one.hash) {
      throw new StartRefused(`Migration ${one.number} in the database is not the one of this version. Was it edited?`)
    }
  }
  return known.filter((migration) => !applied.some((one) => one.number === migration.number))
}

const createLedger = `
  create table if not exists migrations (
    number integer primary key, name text not null, hash text not null, applied_at bigint not null)`
const selectApplied = 'select number, hash from migrations order by number'

/** One migration a transaction; a kill in the middle leaves it undone, to be run again. */
export function migrateSqlite(database: DatabaseSync, now: number): readonly string[] {
  const known = readMigrations('sqlite')
  database.exec('begin immediate')
  try {
    database.exec(createLedger)
    const applied = database.prepare(selectApplied).all() as unknown as { number: number; hash: string }[]
    const missing = checkApplied(known, applied)
    for (const migration of missing) {
      database.exec(migration.text)
      database
        .prepare('insert into migrations (number, name, hash, applied_at) values (?, ?, ?, ?)')
        .run(migration.number, migration.name, migration.hash, now)
    }
    database.exec('commit')
    return missing.map((migration) => migration.name)
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

/** The same under a lock on the ledger, so that of several nodes starting at once one migrates. */
export async function migratePostgres(client: pg.ClientBase, now: number): Promise<readonly string[]> {
  const known = readMigrations('postgres')
  await createLedgerOnce(client)
  await client.query('begin')
  try {
    await client.query('lock table migrations in access exclusive mode')
    const applied = (await client.query<{ number: number; hash: string }>(selectApplied)).rows
    const missing = checkApplied(known, applied)
    for (const migration of missing) {
      await client.query(migration.text)
      await client.query('insert into migrations (number, name, hash, applied_at) values ($1, $2, $3, $4)', [
        migration.number,
        migration.name,
        migration.hash,
        now,
      ])
    }
    await client.query('commit')
    return missing.map((migration) => migration.name)
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** `create table if not exists` itself can collide between two nodes: the loser finds it there at the second try. */
async function createLedgerOnce(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(createLedger)
  } catch {
    await client.query(createLedger)
  }
}
