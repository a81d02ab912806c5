// Both engines as data: `for (const engine of eachEngine) peopleContract(engine)`. A test store is a fresh
// database, prepared and opened as the server does it, under fixed keys; `openAnother` is a second node on it.
// Whoever opens closes; the PostgreSQL server of the process is stopped by the hook at the end of this file.
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after } from 'node:test'
import pg from 'pg'
import { type Audits, createAudits } from '../../src/core/audit/audits.ts'
import type { Clock, Digest } from '../../src/core/needs.ts'
import type { Store } from '../../src/core/store.ts'
import type { Engine } from '../../src/stores/sql/engine.ts'
import { databaseFile, openStore, prepareDatabase, type StoreSettings } from '../../src/stores/sql/open.ts'
import { firstInstant } from './facts.ts'
import { sharedPostgres, stopSharedPostgres } from './postgres.ts'

export interface TestNode {
  readonly store: Store
  readonly engine: Engine
}

export interface TestStore extends TestNode {
  readonly settings: StoreSettings
  /** Another process's view of the same database; closed together with the first. */
  openAnother(): TestNode
  /** Statements past all ports, on a connection of its own: to arrange, to look, to forge. */
  sql(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  close(): Promise<void>
}

export interface TestEngine {
  readonly kind: 'sqlite' | 'postgres'
  /** A database that nobody has prepared yet. */
  makeEmpty(): Promise<EmptyDatabase>
  open(): Promise<TestStore>
}

export interface EmptyDatabase {
  readonly settings: StoreSettings
  sql: TestStore['sql']
  remove(): Promise<void>
}

const auditKey = new Uint8Array(32).fill(7)

function settingsOf(place: { url?: string; directory?: string }, node = 'node-1'): StoreSettings {
  const { url, directory = '' } = place
  return { url, directory, auditKey, keyCheck: 'key-check-of-tests', node, connections: 6 }
}

const directories = new Set<string>()

function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
  directories.delete(directory)
}

async function makeEmptySqlite(): Promise<EmptyDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-sqlite-'))
  directories.add(directory)
  return {
    settings: settingsOf({ directory }),
    async sql(statement) {
      const database = new DatabaseSync(databaseFile(directory), { timeout: 2000 })
      try {
        return database.prepare(statement).all()
      } finally {
        database.close()
      }
    },
    async remove() {
      removeDirectory(directory)
    },
  }
}

async function makeEmptyPostgres(): Promise<EmptyDatabase> {
  const server = await sharedPostgres()
  const url = await server.createDatabase()
  return {
    settings: settingsOf({ url }),
    async sql(statement) {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        return (await client.query<Record<string, unknown>>(statement)).rows
      } finally {
        await client.end()
      }
    },
    remove: () => server.dropDatabase(url),
  }
}

async function openTestStore(makeEmpty: () => Promise<EmptyDatabase>): Promise<TestStore> {
  const empty = await makeEmpty()
  const { settings, sql } = empty
  await prepareDatabase(settings, firstInstant)
  const others: TestNode[] = []
  const first = openStore(settings)
  return {
    ...first,
    settings,
    sql,
    openAnother() {
      const other = openStore({ ...settings, node: `node-${others.length + 2}` })
      others.push(other)
      return other
    },
    async close() {
      for (const { engine } of [first, ...others]) await engine.close()
      await empty.remove()
    },
  }
}

export const sqlite: TestEngine = {
  kind: 'sqlite',
  makeEmpty: makeEmptySqlite,
  open: () => openTestStore(makeEmptySqlite),
}

export const postgres: TestEngine = {
  kind: 'postgres',
  makeEmpty: makeEmptyPostgres,
  open: () => openTestStore(makeEmptyPostgres),
}

export const eachEngine: readonly TestEngine[] = [sqlite, postgres]

export type Verification = Awaited<ReturnType<Audits['verify']>>

/** Core's own verifier over the chains of this store. */
export function verifyAudit(store: Store): Promise<Verification> {
  return auditsOf(store).verify()
}

export function auditsOf(store: Store): Audits {
  return createAudits({ clock: stillClock, digest: testDigest, store: store.audit })
}

const stillClock: Clock = { now: () => firstInstant, elapsed: () => 0, pause: async () => {} }

const testDigest: Digest = {
  sha256: (text) => text,
  mac: (_purpose, text) => createHmac('sha256', auditKey).update(text).digest('base64url'),
}

after(stopSharedPostgres)
// What a failed test did not close.
process.on('exit', () => directories.forEach(removeDirectory))
