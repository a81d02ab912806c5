// Where a proof takes place: one database (a data directory, or one of a real PostgreSQL), the settings that every
// process on it is started with, the people in it, and a way past all doors to its rows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { type House, openHouse } from '../src/compose.ts'
import { readConfig } from '../src/config/config.ts'
import { byCommand } from '../src/core/audit/audit.ts'
import { Secret } from '../src/lib/secret.ts'
import { databaseFile } from '../src/stores/sql/open.ts'
import { masterKey } from '../test/_kit/house.ts'
import type { Postgres } from '../test/_kit/postgres.ts'
import type { Seeded } from './seeded.ts'

export type Settings = Readonly<Record<string, string>>
export type Rows = readonly Readonly<Record<string, unknown>>[]

export interface Somebody {
  readonly id: number
  /** Stands in every name of this person and in nobody else's. */
  readonly marker: string
  readonly username: string
  readonly email: string
  readonly password: string
}

export interface Place {
  readonly kind: 'sqlite' | 'postgres'
  readonly directory: string
  readonly settings: Settings
  /** Opens the house in this process, for what no door tells; closes it again. */
  withHouse<Answer>(work: (house: House) => Promise<Answer>): Promise<Answer>
  rows(statement: string): Promise<Rows>
  /** What the engine itself says of its files; `ok`, or what is wrong. */
  integrity(): Promise<string>
  remove(): Promise<void>
}

/** Argon2id as cheap as it goes, and a throttle that a load from one address does not trip. */
export const cheapSettings: Settings = {
  GATEHOUSE_PASSWORD_MEMORY: '64',
  GATEHOUSE_PASSWORD_ITERATIONS: '1',
  GATEHOUSE_THROTTLE_FREE_FAILURES: '100',
  GATEHOUSE_THROTTLE_NETWORK_FAILURES: '1000000',
  GATEHOUSE_THROTTLE_IN_FLIGHT: '1000',
  GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE: '1000',
}

/** The throttle as open, the hash as dear as it comes. */
export const realHashing: Settings = Object.fromEntries(
  Object.entries(cheapSettings).filter(([name]) => !name.startsWith('GATEHOUSE_PASSWORD')),
)

export function makeSqlitePlace(more: Settings = cheapSettings): Place {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-prove-'))
  const settings = { GATEHOUSE_DATA: directory, ...more }
  const rows = (statement: string): Rows => {
    const database = new DatabaseSync(databaseFile(directory), { timeout: 2000 })
    try {
      return database.prepare(statement).all()
    } finally {
      database.close()
    }
  }
  return {
    kind: 'sqlite',
    directory,
    settings,
    withHouse: (work) => withHouse(settings, work),
    rows: async (statement) => rows(statement),
    async integrity() {
      const said = [...rows('pragma integrity_check'), ...rows('pragma foreign_key_check')]
      const words = said.map((row) => Object.values(row).join(' ')).join('; ')
      return words
    },
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  }
}

export async function makePostgresPlace(server: Postgres, more: Settings = cheapSettings): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-prove-'))
  const url = await server.createDatabase()
  const settings = { GATEHOUSE_DATA: directory, GATEHOUSE_DATABASE_URL: url, GATEHOUSE_MASTER_KEY: masterKey, ...more }
  const rows = async (statement: string): Promise<Rows> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      const results = [await client.query<Record<string, unknown>>(statement)].flat()
      return results.flatMap((result) => result.rows)
    } finally {
      await client.end()
    }
  }
  return {
    kind: 'postgres',
    directory,
    settings,
    withHouse: (work) => withHouse(settings, work),
    rows,
    integrity: async () => integrityOf(await rows(amcheck)),
    async remove() {
      await server.dropDatabase(url)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

// Every index against its table, every table against itself; an index that lies raises an error.
const amcheck = `
  create extension if not exists amcheck;
  select c.relname || ': ' || coalesce(v.msg, '') as word
  from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral verify_heapam(c.oid) v
  where n.nspname = 'public' and c.relkind = 'r';
  select bt_index_check(c.oid, true)::text as word
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_am a on a.oid = c.relam
  where n.nspname = 'public' and c.relkind = 'i' and a.amname = 'btree'`

function integrityOf(rows: Rows): string {
  const words = rows.map((row) => String(row['word'] ?? '')).filter((word) => word !== '')
  return words.join('; ') || 'ok'
}

async function withHouse<Answer>(settings: Settings, work: (house: House) => Promise<Answer>): Promise<Answer> {
  const { config, problems } = readConfig(settings)
  if (problems.length > 0) throw new Error(problems.join(' '))
  const house = await openHouse(config)
  try {
    return await work(house)
  } finally {
    await house.close()
  }
}

/** Adds so many people, as the command line would. */
export function addPeople(place: Place, count: number, seeded: Seeded): Promise<readonly Somebody[]> {
  return place.withHouse(({ core }) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const marker = `mk${seeded.text(10)}`
        const [username, email] = [`${marker}-user`, `${marker}@example.org`]
        const password = `four unrelated words ${seeded.text(12)}`
        const wish = { username, email, displayName: `${marker} Shown`, password: new Secret(password) }
        const { id } = await core.people.create(wish, byCommand)
        return { id, marker, username, email, password }
      }),
    ),
  )
}
