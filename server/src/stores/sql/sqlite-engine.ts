// The embedded engine as one process sees it: reads on this thread, synchronously and without waiting for any
// writer (WAL); acts in the writer thread, whose commits they share.
import type { StatementSync } from 'node:sqlite'
import { Unavailable } from '../../lib/unavailable.ts'
import type { Engine, Row, Value } from './engine.ts'
import { createLookUps } from './sqlite-look-ups.ts'
import { cannotNow, openSqlite, toSqliteParameters } from './sqlite-open.ts'
import type { WriterData } from './sqlite-writer.ts'
import { createWriter } from './sqlite-writer-calls.ts'

export function createSqliteEngine(data: WriterData): Engine {
  const database = openSqlite(data.file)
  const prepared = new Map<string, StatementSync>()
  const writer = createWriter(data)

  function prepare(statement: string): StatementSync {
    let ready = prepared.get(statement)
    if (ready === undefined) {
      ready = database.prepare(toSqliteParameters(statement))
      prepared.set(statement, ready)
    }
    return ready
  }

  return {
    kind: 'sqlite',
    reader: {
      async rows(statement, parameters) {
        return read(() => prepare(statement).all(...(parameters as Value[])) as Row[])
      },
    },
    act: writer.act,
    valueByKey: createLookUps({
      database,
      rowOf: (statement, key) => prepare(statement).get(key) as Row | undefined,
      failureOf: readFailure,
    }),
    async ping() {
      read(() => prepare('select 1').get())
      if (writer.hasStopped()) throw new Unavailable('the writer thread has stopped')
    },
    async close() {
      await writer.close()
      if (database.isOpen) database.close()
    },
  }
}

function read<Answer>(work: () => Answer): Answer {
  try {
    return work()
  } catch (error) {
    throw readFailure(error)
  }
}

function readFailure(error: unknown): unknown {
  return cannotNow(error) ? new Unavailable('the database cannot be read now', { cause: error }) : error
}
