// The writer thread of one process on SQLite: the only connection of this process that writes. Acts that wait
// at the same time share one commit, each in a savepoint of its own; the batch commits, or every act in it is
// refused. Nothing is cached between batches, so other processes (workers, the command line) may write too.
import { createHmac } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { allActs } from './acts.ts'
import { appendRecord, type Sealing } from './audit-chain.ts'
import { type Row, type Tx, Undo, type Value } from './engine.ts'
import { cannotNow, openSqlite, toSqliteParameters } from './sqlite-open.ts'

export interface WriterData {
  readonly file: string
  readonly auditKey: Uint8Array
  readonly node: string
}

export interface ActCall {
  readonly id: number
  readonly room: string
  readonly name: string
  readonly args: readonly unknown[]
}

export type ActReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string; readonly isStore: boolean }

/** Acts in one commit at most: bounds how long the first of them waits. */
const mostInBatch = 256

if (parentPort !== null) serve(parentPort, workerData as WriterData)

function serve(port: NonNullable<typeof parentPort>, data: WriterData): void {
  const database = openSqlite(data.file)
  const tx = createTx(database, {
    mac: (text) => createHmac('sha256', data.auditKey).update(text).digest('base64url'),
    node: data.node,
  })
  const queue: ActCall[] = []
  let isRunning = false
  let isClosing = false

  async function drain(): Promise<void> {
    if (isRunning) return
    isRunning = true
    while (queue.length > 0) {
      port.postMessage(await runBatch(database, tx, queue.splice(0, mostInBatch)))
      for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port)) {
        accept(more.message)
      }
    }
    isRunning = false
    if (isClosing) close()
  }

  function accept(message: readonly ActCall[] | 'close'): void {
    if (message === 'close') isClosing = true
    else queue.push(...message)
  }

  function close(): void {
    // Without patience: waiting for a reader here would hold the write lock, and keep every other process waiting.
    database.exec('pragma busy_timeout = 0; pragma wal_checkpoint(truncate)')
    database.close()
    port.close()
  }

  port.on('message', (message: readonly ActCall[] | 'close') => {
    accept(message)
    void drain()
  })
}

async function runBatch(database: DatabaseSync, tx: Tx, calls: readonly ActCall[]): Promise<readonly ActReply[]> {
  try {
    database.exec('begin immediate')
  } catch (error) {
    return calls.map(({ id }) => failure(id, error))
  }
  const replies: ActReply[] = []
  for (const call of calls) {
    const reply = await runAct(database, tx, call)
    // SQLite has given the whole transaction up (a full disk): what went before is undone, and what comes after
    // would commit by itself, a savepoint each.
    if (!database.isTransaction) return calls.map(({ id }) => (id === call.id ? reply : undone(id, reply)))
    replies.push(reply)
  }
  try {
    database.exec('commit')
    return replies
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    return calls.map(({ id }) => failure(id, error))
  }
}

async function runAct(database: DatabaseSync, tx: Tx, call: ActCall): Promise<ActReply> {
  const act = allActs[call.room]?.[call.name]
  if (act === undefined) return failure(call.id, new Error(`no act ${call.room}.${call.name}`))
  try {
    database.exec('savepoint act')
    const answer = await act(tx, ...(call.args as never[]))
    database.exec('release act')
    return { id: call.id, answer }
  } catch (error) {
    if (database.isTransaction) database.exec('rollback to act; release act')
    if (error instanceof Undo) return { id: call.id, answer: error.answer }
    return failure(call.id, error)
  }
}

function createTx(database: DatabaseSync, sealing: Sealing): Tx {
  const prepared = new Map<string, StatementSync>()
  const tx: Tx = {
    lock: '',
    hold: '',
    async rows(statement, parameters) {
      let ready = prepared.get(statement)
      if (ready === undefined) {
        ready = database.prepare(toSqliteParameters(statement))
        prepared.set(statement, ready)
      }
      return ready.all(...(parameters as Value[])) as Row[]
    },
    async record(record) {
      await appendRecord(tx, sealing, record, { isParallel: false })
    },
  }
  return tx
}

/** Refused although nothing was wrong with it: the transaction went down with another act. */
function undone(id: number, by: ActReply): ActReply {
  return { id, error: `undone with another act: ${'error' in by ? by.error : ''}`, isStore: true }
}

function failure(id: number, error: unknown): ActReply {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { id, error: text, isStore: cannotNow(error) }
}
