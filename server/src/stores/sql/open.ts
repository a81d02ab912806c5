// Opens a store: migrates, checks the installation and the master key, and hands out the ports. The one door
// into this folder.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { Store } from '../../core/store.ts'
import { Unavailable } from '../../lib/unavailable.ts'
import { sqlAccounts } from './accounts.ts'
import { sqlAudit } from './audit.ts'
import { sqlBootstrap } from './bootstrap.ts'
import type { Engine } from './engine.ts'
import { sqlFlows } from './flows.ts'
import { sqlForwards } from './forward.ts'
import { sqlIdempotency } from './idempotency.ts'
import { sqlIdentities } from './identities.ts'
import { type Installation, settleInstallation } from './installation.ts'
import { sqlKeys } from './keys.ts'
import { sqlMemberships } from './memberships.ts'
import { migratePostgres, migrateSqlite } from './migrate.ts'
import { sqlOneTimes } from './one-time.ts'
import { sqlPasswords } from './passwords.ts'
import { sqlPeople } from './people.ts'
import { createPostgresEngine, openPool } from './postgres-engine.ts'
import { sqlProfiles } from './profiles.ts'
import { sqlProjects } from './projects.ts'
import { sqlProviders } from './providers.ts'
import { sqlRetention } from './retention.ts'
import { sqlSessions } from './sessions.ts'
import { createSqliteEngine } from './sqlite-engine.ts'
import { openSqlite, toSqliteParameters } from './sqlite-open.ts'
import { sqlThrottle } from './throttle.ts'
import { sqlTokens } from './tokens.ts'
import { sqlTransfers } from './transfers.ts'

export interface StoreSettings {
  /** `postgres://…`, or undefined for SQLite in `directory`. */
  readonly url: string | undefined
  readonly directory: string
  /** HMAC key of the audit chains, derived from the master key. */
  readonly auditKey: Uint8Array
  readonly keyCheck: string
  /** The process, as audit rows name it. */
  readonly node: string
  readonly connections?: number
}

export interface OpenStore {
  readonly store: Store
  readonly engine: Engine
}

export function databaseFile(directory: string): string {
  return join(directory, 'gatehouse.db')
}

/** Migrations and the installation row. @throws StartRefused (newer data, other key), Error (unreachable). */
export async function prepareDatabase(
  settings: StoreSettings,
  now: number,
): Promise<Installation & { readonly migrated: readonly string[] }> {
  const first = { keyCheck: settings.keyCheck, uuid: randomUUID(), accountUuid: randomUUID(), now }
  if (settings.url !== undefined) return preparePostgres(settings.url, first)
  mkdirSync(settings.directory, { recursive: true, mode: 0o700 })
  const database = openSqlite(databaseFile(settings.directory))
  try {
    const migrated = migrateSqlite(database, now)
    const query = async (statement: string, parameters: readonly (string | number)[]) =>
      database.prepare(toSqliteParameters(statement)).all(...parameters) as Record<string, unknown>[]
    return { ...(await settleInstallation(query, first)), migrated }
  } finally {
    database.close()
  }
}

/** Whether there is an installation at all: an empty database would become one. @throws Error (unreachable). */
export async function isPrepared({ url, directory }: Pick<StoreSettings, 'url' | 'directory'>): Promise<boolean> {
  if (url === undefined) return existsSync(databaseFile(directory))
  return withPostgres(url, async (client) => {
    const { rows } = await client.query<{ is_there: boolean }>(
      "select to_regclass('installation') is not null as is_there",
    )
    return rows[0]?.is_there === true
  })
}

async function preparePostgres(url: string, first: Parameters<typeof settleInstallation>[1]) {
  return withPostgres(url, async (client) => {
    const migrated = await migratePostgres(client, first.now)
    const query = async (statement: string, parameters: readonly (string | number)[]) =>
      (await client.query(statement, [...parameters])).rows as Record<string, unknown>[]
    return { ...(await settleInstallation(query, first)), migrated }
  })
}

/** One connection, for as long as the work takes. */
async function withPostgres<Result>(url: string, work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
  const pool = openPool({ url, connections: 1, isPatient: true })
  try {
    const client = await connect(pool)
    try {
      return await work(client)
    } finally {
      client.release()
    }
  } finally {
    await pool.end()
  }
}

/** @throws Unavailable with a sentence; the URL itself is a secret and is not in it. */
async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Unavailable(`The database of GATEHOUSE_DATABASE_URL does not answer: ${why}.`, { cause: error })
  }
}

/** The ports on a prepared database. */
export function openStore(settings: StoreSettings): OpenStore {
  const { url, auditKey, node, directory, connections } = settings
  const engine =
    url === undefined
      ? createSqliteEngine({ file: databaseFile(directory), auditKey, node })
      : createPostgresEngine({ url, auditKey, node, ...(connections === undefined ? {} : { connections }) })
  return {
    engine,
    store: {
      people: sqlPeople(engine),
      profiles: sqlProfiles(engine),
      passwords: sqlPasswords(engine),
      accounts: sqlAccounts(engine),
      memberships: sqlMemberships(engine),
      projects: sqlProjects(engine),
      retention: sqlRetention(engine),
      sessions: sqlSessions(engine),
      tokens: sqlTokens(engine),
      oneTimes: sqlOneTimes(engine),
      forward: sqlForwards(engine),
      providers: sqlProviders(engine),
      identities: sqlIdentities(engine),
      flows: sqlFlows(engine),
      throttle: sqlThrottle(engine),
      audit: sqlAudit(engine),
      keys: sqlKeys(engine),
      idempotency: sqlIdempotency(engine),
      bootstrap: sqlBootstrap(engine),
      transfers: sqlTransfers(engine),
    },
  }
}
