// A look at a database that changes nothing in it: for whoever asks what is wrong. SQLite is opened for reading only,
// and as a file that nobody writes where there is no log beside it, since SQLite would make one to read by.
// PostgreSQL gets a session in which every transaction is for reading only.
import { createHmac } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { ChainHead } from '../../core/audit/audit.ts'
import type { StoredProvider } from '../../core/federation/provider.ts'
import { chainLink } from '../../lib/chain-link.ts'
import type { Row } from './engine.ts'
import { checkApplied, readMigrations } from './migrate.ts'
import { databaseFile } from './open.ts'
import { openPool } from './postgres-engine.ts'
import { selectProviders, toProvider } from './providers.ts'
import { toSqliteParameters } from './sqlite-open.ts'

export interface Inspected {
  readonly engine: SqliteFacts | PostgresFacts
  readonly migrations: MigrationFacts
  /** Undefined when nothing was ever made here. */
  readonly installation: { readonly uuid: string; readonly keyCheck: string } | undefined
  readonly signingKeys: readonly SigningKeyFacts[]
  readonly audit: AuditFacts
  /** Undefined while migrations are to run, or were run by a newer version. */
  readonly providers: readonly StoredProvider[] | undefined
}

export interface SqliteFacts {
  readonly kind: 'sqlite'
  readonly version: string
  readonly isWal: boolean
  /** What the quick check says; empty when it finds nothing. */
  readonly damage: readonly string[]
}

export interface PostgresFacts {
  readonly kind: 'postgres'
  readonly version: string
  readonly fsync: string
  readonly synchronousCommit: string
  readonly connections: number
  readonly mostConnections: number
  /** Milliseconds of the middle one of five questions. */
  readonly latency: number
  /** The database's clock less ours, in milliseconds. */
  readonly clockOffset: number
}

export interface MigrationFacts {
  readonly newest: number
  /** Names of those that the next start runs. */
  readonly missing: readonly string[]
  /** Why this version does not start on it. */
  readonly problem: string | undefined
}

export interface SigningKeyFacts {
  readonly kid: string
  readonly state: string
  readonly createdAt: number
}

export interface AuditFacts {
  readonly newestAt: number | undefined
  /** Chains whose end does not fit its head. */
  readonly broken: readonly string[]
}

export interface InspectSettings {
  readonly url: string | undefined
  readonly directory: string
  /** Undefined when the master key cannot be read: the seals are not looked at then. */
  readonly auditKey: Uint8Array | undefined
  readonly now: () => number
}

type Query = (statement: string, parameters?: readonly (string | number)[]) => Promise<readonly Found[]>
type Found = Row

/** @throws Error when it cannot be opened or read. */
export async function inspectStore(settings: InspectSettings): Promise<Inspected> {
  return settings.url === undefined ? inspectSqlite(settings) : inspectPostgres(settings.url, settings)
}

async function inspectSqlite({ directory, auditKey }: InspectSettings): Promise<Inspected> {
  const file = databaseFile(directory)
  const isWal = readsAsWal(file)
  const place = existsSync(`${file}-wal`) ? file : unwritten(file)
  const database = new DatabaseSync(place, { readOnly: true, timeout: 1500 })
  try {
    const query: Query = async (statement, parameters = []) =>
      database.prepare(toSqliteParameters(statement)).all(...parameters) as Found[]
    const checked = (await query('pragma quick_check(5)')).map((row) => String(row['quick_check']))
    const damage = checked.filter((word) => word !== 'ok')
    const [row] = await query('select sqlite_version() as version')
    const engine: SqliteFacts = { kind: 'sqlite', version: String(row?.['version']), isWal, damage }
    return { engine, ...(await inspectTables(query, 'sqlite', auditKey)) }
  } finally {
    database.close()
  }
}

/** Bytes 18 and 19 of the file: 2 is WAL. */
function readsAsWal(file: string): boolean {
  const opened = openSync(file, 'r')
  try {
    const header = Buffer.alloc(20)
    readSync(opened, header, 0, header.length, 0)
    return header[18] === 2 && header[19] === 2
  } finally {
    closeSync(opened)
  }
}

function unwritten(file: string): URL {
  const url = pathToFileURL(file)
  url.search = '?mode=ro&immutable=1'
  return url
}

async function inspectPostgres(url: string, { auditKey, now }: InspectSettings): Promise<Inspected> {
  const pool = openPool({ url, connections: 1 })
  try {
    const query: Query = async (statement, parameters = []) => {
      return (await pool.query<Found>(statement, [...parameters])).rows
    }
    await query('set default_transaction_read_only = on')
    const engine = await inspectServer(query, now)
    return { engine, ...(await inspectTables(query, 'postgres', auditKey)) }
  } finally {
    await pool.end()
  }
}

const selectServer = `
  select current_setting('server_version') as version, current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as synchronous_commit, current_setting('max_connections') as most,
    (select count(*) from pg_stat_activity) as connections`
const selectClock = 'select extract(epoch from clock_timestamp()) * 1000 as now'

async function inspectServer(query: Query, now: () => number): Promise<PostgresFacts> {
  const [row = {}] = await query(selectServer)
  const turns: { readonly latency: number; readonly offset: number }[] = []
  for (let turn = 0; turn < 5; turn += 1) {
    const began = now()
    const from = performance.now()
    const [clock] = await query(selectClock)
    const latency = performance.now() - from
    turns.push({ latency, offset: Number(clock?.['now']) - (began + latency / 2) })
  }
  const middle = turns.sort((one, two) => one.latency - two.latency)[2]
  return {
    kind: 'postgres',
    version: String(row['version']),
    fsync: String(row['fsync']),
    synchronousCommit: String(row['synchronous_commit']),
    connections: Number(row['connections']),
    mostConnections: Number(row['most']),
    latency: middle?.latency ?? 0,
    clockOffset: middle?.offset ?? 0,
  }
}

async function inspectTables(query: Query, kind: 'sqlite' | 'postgres', auditKey: Uint8Array | undefined) {
  const migrations = await inspectMigrations(query, kind)
  const [row] = await query('select uuid, key_check from installation where id = 1')
  const keys = await query('select kid, state, created_at from signing_keys order by created_at desc')
  const [newest] = await query('select max(at) as at from audit')
  const isOurs = migrations.missing.length === 0 && migrations.problem === undefined
  return {
    migrations,
    providers: isOurs ? (await query(selectProviders)).map(toProvider) : undefined,
    installation: row === undefined ? undefined : { uuid: String(row['uuid']), keyCheck: String(row['key_check']) },
    signingKeys: keys.map((key) => {
      return { kid: String(key['kid']), state: String(key['state']), createdAt: Number(key['created_at']) }
    }),
    audit: {
      newestAt: newest?.['at'] === null || newest === undefined ? undefined : Number(newest['at']),
      broken: auditKey === undefined ? [] : await brokenChains(query, auditKey),
    },
  }
}

async function inspectMigrations(query: Query, kind: 'sqlite' | 'postgres'): Promise<MigrationFacts> {
  const rows = await query('select number, hash from migrations order by number')
  const applied = rows.map((row) => ({ number: Number(row['number']), hash: String(row['hash']) }))
  const newest = applied.at(-1)?.number ?? 0
  try {
    return { newest, missing: checkApplied(readMigrations(kind), applied).map(({ name }) => name), problem: undefined }
  } catch (error) {
    return { newest, missing: [], problem: (error as Error).message }
  }
}

const selectRow = 'select body, mac from audit where chain = $1 and seq = $2'

/** The last row of every chain against its head and its seal; "gatehouse audit verify" reads them all. */
async function brokenChains(query: Query, auditKey: Uint8Array): Promise<readonly string[]> {
  const heads = (await query('select chain, seq, mac from audit_heads order by chain')).map((row): ChainHead => {
    return { chain: String(row['chain']), seq: Number(row['seq']), mac: String(row['mac']) }
  })
  const broken: string[] = []
  for (const head of heads) if (head.seq > 0 && !(await fits(query, auditKey, head))) broken.push(head.chain)
  return broken
}

async function fits(query: Query, auditKey: Uint8Array, { chain, seq, mac }: ChainHead): Promise<boolean> {
  const [last] = await query(selectRow, [chain, seq])
  if (last === undefined || last['mac'] !== mac) return false
  const [before] = await query(selectRow, [chain, seq - 1])
  // The rows before may have been purged, which leaves a checkpoint; only a whole verification can judge that.
  if (before === undefined && seq > 1) return true
  const link = chainLink({ chain, seq, previous: String(before?.['mac'] ?? ''), body: String(last['body']) })
  return createHmac('sha256', auditKey).update(link).digest('base64url') === mac
}
