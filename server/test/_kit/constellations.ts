// The server as it may stand: one process, two workers on the embedded database, two nodes on one PostgreSQL. Each is
// real processes over sockets; people are added past the doors, and the database can be asked what really happened.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type House, openHouse } from '../../src/compose.ts'
import { readConfig } from '../../src/config/config.ts'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import { databaseFile } from '../../src/stores/sql/open.ts'
import { masterKey } from './house.ts'
import { sharedPostgres } from './postgres.ts'
import { type ServerProcess, startServer } from './process.ts'

export interface Constellation {
  /** One for each node; the first is enough where there is one. */
  readonly origins: readonly string[]
  readonly processes: readonly ServerProcess[]
  addPeople(usernames: readonly string[], password: string): Promise<void>
  /** The same data past the doors, as a command line beside the servers would open it. */
  withHouse<Answer>(work: (house: House) => Promise<Answer>): Promise<Answer>
  /** What core's own verifier finds wrong with the audit chains. */
  auditFindings(): Promise<readonly unknown[]>
  sql(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Kills every process at once and starts them again on the same data. */
  restart(): Promise<void>
  close(): Promise<void>
}

type Settings = Readonly<Record<string, string>>
export type Open = (settings?: Settings) => Promise<Constellation>

export const constellations: readonly { readonly name: string; readonly open: Open }[] = [
  { name: 'one process', open: (settings = {}) => openEmbedded(settings, 1) },
  { name: 'two workers on SQLite', open: (settings = {}) => openEmbedded(settings, 2) },
  { name: 'two nodes on one PostgreSQL', open: openNodes },
]

async function openEmbedded(settings: Settings, workers: number): Promise<Constellation> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-attack-'))
  const all = {
    GATEHOUSE_DATA: directory,
    GATEHOUSE_MASTER_KEY: masterKey,
    GATEHOUSE_WORKERS: String(workers),
    ...settings,
  }
  const sql = async (statement: string) => {
    const database = new DatabaseSync(databaseFile(directory), { timeout: 5000 })
    try {
      return database.prepare(statement).all()
    } finally {
      database.close()
    }
  }
  const remove = async () => rmSync(directory, { recursive: true, force: true })
  return stand(all, 1, workers, sql, remove)
}

async function openNodes(settings: Settings = {}): Promise<Constellation> {
  const server = await sharedPostgres()
  const url = await server.createDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-attack-'))
  const all = { GATEHOUSE_DATA: directory, GATEHOUSE_MASTER_KEY: masterKey, GATEHOUSE_DATABASE_URL: url, ...settings }
  const sql = async (statement: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows
    } finally {
      await client.end()
    }
  }
  const remove = async () => {
    rmSync(directory, { recursive: true, force: true })
    await server.dropDatabase(url)
  }
  return stand(all, 2, 1, sql, remove)
}

async function stand(
  settings: Settings,
  nodes: number,
  workers: number,
  sql: Constellation['sql'],
  remove: () => Promise<void>,
): Promise<Constellation> {
  let processes = await startAll(settings, nodes, workers)
  async function withHouse<Answer>(work: (house: House) => Promise<Answer>): Promise<Answer> {
    const house = await openHouse(readConfig(settings).config)
    try {
      return await work(house)
    } finally {
      await house.close()
    }
  }
  return {
    get origins() {
      return processes.map(({ origin }) => origin)
    },
    get processes() {
      return processes
    },
    sql,
    withHouse,
    addPeople: (usernames, password) =>
      withHouse(async ({ core }) => {
        for (const username of usernames)
          await core.people.create({ username, password: new Secret(password) }, byCommand)
      }),
    auditFindings: () => withHouse(async ({ core }) => (await core.audits.verify()).findings),
    async restart() {
      await Promise.all(processes.map((one) => one.end('SIGKILL')))
      processes = await startAll(settings, nodes, workers)
    },
    async close() {
      await Promise.all(processes.map((one) => one.end()))
      await remove()
    },
  }
}

async function startAll(settings: Settings, nodes: number, workers: number): Promise<ServerProcess[]> {
  const started: ServerProcess[] = []
  // One after another: the first migrates.
  for (let node = 0; node < nodes; node += 1) started.push(await startServer(settings))
  for (const one of started) {
    while (one.output().split('"msg":"listening"').length <= workers) await pause(10)
  }
  return started
}
