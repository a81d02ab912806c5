// The engine for many nodes: plain SQL over a pool, nothing that only one server version has. Acts are
// transactions at read committed, repeated when the server calls them off (deadlock, serialisation); look-ups
// by key that come in the same tick travel as one statement.
import { createHmac } from 'node:crypto'
import pg from 'pg'
import { Unavailable } from '../../lib/unavailable.ts'
import { allActs } from './acts.ts'
import { appendRecord, type Sealing } from './audit-chain.ts'
import { type Engine, type KeyedLookUp, type Row, type Tx, Undo } from './engine.ts'

const statementMilliseconds = 3000
const connectMilliseconds = 2000
const mostTries = 5

export interface PostgresSettings {
  readonly url: string
  readonly auditKey: Uint8Array
  readonly node: string
  readonly connections?: number
}

export function createPostgresEngine(settings: PostgresSettings): Engine {
  const pool = openPool(settings)
  const sealing: Sealing = {
    mac: (text) => createHmac('sha256', settings.auditKey).update(text).digest('base64url'),
    node: settings.node,
  }
  let underWay = 0
  let closing: PromiseWithResolvers<void> | undefined

  function leave(): void {
    underWay -= 1
    if (underWay === 0) closing?.resolve()
  }

  return {
    kind: 'postgres',
    reader: { rows: (statement, parameters) => query(pool, statement, parameters) },
    async act(room, name, args) {
      if (closing !== undefined) throw new Unavailable('the store is closed')
      underWay += 1
      try {
        return await runAct(pool, sealing, { room, name, args })
      } finally {
        leave()
      }
    },
    valueByKey: createLookUps(pool),
    async ping() {
      await query(pool, 'select 1', [])
    },
    // The pool would leave what waits for a connection waiting: it ends when the last act has.
    async close() {
      closing ??= Promise.withResolvers()
      if (underWay === 0) closing.resolve()
      await closing.promise
      if (!pool.ending) await pool.end()
    },
  }
}

export interface PoolSettings {
  readonly url: string
  readonly connections?: number
  /** For migrations: no statement is cut off, nor the wait for another node's. */
  readonly isPatient?: boolean
}

/** A pool whose 64-bit integers are numbers: ours stay far below 2^53. */
export function openPool(settings: PoolSettings): pg.Pool {
  const patience = settings.isPatient === true ? 0 : 1
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.connections ?? 20,
    connectionTimeoutMillis: connectMilliseconds,
    statement_timeout: patience * statementMilliseconds,
    query_timeout: patience * (statementMilliseconds + 500),
    idle_in_transaction_session_timeout: 5000,
    application_name: 'gatehouse',
    types: { getTypeParser: (oid, format) => (oid === 20 ? Number : pg.types.getTypeParser(oid, format)) },
  })
  // A connection that breaks is replaced at its next use, and whoever waits on it is told by its query; without
  // these listeners (the pool's for idle connections, each one's own while an act holds it) it ends the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

const names = new Map<string, string>()

/** A statement is parsed once a connection, under a short name of its own. */
function nameOf(statement: string): string {
  let name = names.get(statement)
  if (name === undefined) {
    name = `g${names.size + 1}`
    names.set(statement, name)
  }
  return name
}

async function query(
  on: pg.Pool | pg.PoolClient,
  statement: string,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  const values = parameters.map(storable)
  const result = await asked(() => on.query({ name: nameOf(statement), text: statement, values }))
  return result.rows as Row[]
}

/** PostgreSQL's text has no U+0000: it is replaced, as encoders replace a lone surrogate, and finds nobody. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}

interface Call {
  readonly room: string
  readonly name: string
  readonly args: readonly unknown[]
}

async function runAct(pool: pg.Pool, sealing: Sealing, call: Call): Promise<unknown> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await runOnce(pool, sealing, call)
    } catch (error) {
      if (tried >= mostTries || !(error instanceof CalledOff)) throw error
      await new Promise((resolve) => setTimeout(resolve, tried * 5))
    }
  }
}

async function runOnce(pool: pg.Pool, sealing: Sealing, call: Call): Promise<unknown> {
  const act = allActs[call.room]?.[call.name]
  if (act === undefined) throw new Error(`no act ${call.room}.${call.name}`)
  const client = await asked(() => pool.connect())
  let broken: Error | undefined
  try {
    await asked(() => client.query('begin'))
    const answer = await act(createTx(client, sealing), ...(call.args as never[]))
    await asked(() => client.query('commit'))
    return answer
  } catch (error) {
    try {
      await client.query('rollback')
    } catch (second) {
      broken = second instanceof Error ? second : new Error(String(second))
    }
    if (error instanceof Undo) return error.answer
    throw error
  } finally {
    client.release(broken)
  }
}

function createTx(client: pg.PoolClient, sealing: Sealing): Tx {
  // The rows of one act stand in one chain, in order: the one that its first row took.
  let chain: string | undefined
  const tx: Tx = {
    // Not `for update`: rows that refer to a locked one may still be added by others (their key is not touched).
    lock: ' for no key update',
    hold: ' for share',
    rows: (statement, parameters) => query(client, statement, parameters),
    async record(record) {
      chain = await appendRecord(tx, sealing, record, { isParallel: true, chain })
    },
  }
  return tx
}

interface Batch {
  readonly keys: Set<string>
  readonly found: Promise<ReadonlyMap<string, Row>>
}

/** Keys asked for in one tick go out together, after the asking: never answered by a query already under way. */
function createLookUps(pool: pg.Pool): Engine['valueByKey'] {
  const gathering = new Map<string, Batch>()

  function gather(statement: string): Batch {
    const keys = new Set<string>()
    const found = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      gathering.delete(statement)
      const rows = await query(pool, statement, [[...keys]])
      return new Map(rows.map((row) => [String(row['key']), row]))
    })
    const batch = { keys, found }
    gathering.set(statement, batch)
    return batch
  }

  return async <Found>(look: KeyedLookUp<Found>, key: string) => {
    const batch = gathering.get(look.many) ?? gather(look.many)
    batch.keys.add(key)
    const row = (await batch.found).get(key)
    return row === undefined ? undefined : look.toValue(row)
  }
}

/** Deadlock or serialisation failure: the server undid the transaction and wants it again. */
class CalledOff extends Unavailable {}

/** What the server says to a request, sorted: asked again, our own fault, or it cannot now. @throws Unavailable */
async function asked<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (['40001', '40P01'].includes(code)) throw new CalledOff('the database called it off', { cause: error })
    // A broken statement or constraint; everything else means that the database cannot now.
    if (/^(22|23|42)/.test(code)) throw error
    throw new Unavailable('the database does not answer', { cause: error })
  }
}
