// What was asked and what came back: every operation is written down before it is sent and again after its whole
// answer, in a file that outlives the run when something was wrong. Until its answer is whole an operation is
// `info`: it may or may not have happened. No secret is ever in it.
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** ok: acknowledged. fail: refused, not done. info: broken off, timed out, or answered 5xx: done or not. */
export type Outcome = 'ok' | 'fail' | 'info'
export type OperationName = 'login' | 'logout' | 'verify' | 'create' | 'delete' | 'forged' | 'command'

export interface Operation {
  readonly id: number
  readonly name: OperationName
  readonly door: string
  readonly person: string
  /** Counts the faults before it: what was under way at a fault is settled once the next epoch begins. */
  readonly epoch: number
  /** Milliseconds of the monotonic clock. */
  readonly start: number
  end: number
  outcome: Outcome
  status: number | undefined
  requestId: string | undefined
}

export interface Ending {
  readonly outcome: Outcome
  readonly status?: number | undefined
  readonly requestId?: string | undefined
}

export interface History {
  readonly operations: readonly Operation[]
  readonly file: string
  begin(name: OperationName, door: string, person: string): Operation
  end(operation: Operation, ending: Ending): void
  /** A fault is over: whatever was under way when it struck has happened by now, or never will. */
  turn(): void
  /** When what this operation did is certain to stand. */
  settledAt(operation: Operation): number
  close(keep: boolean): void
}

export function openHistory(name: string, seed: number): History {
  const directory = join(tmpdir(), 'gatehouse-prove')
  mkdirSync(directory, { recursive: true })
  const file = join(directory, `${name}-${seed}.jsonl`)
  const descriptor = openSync(file, 'w', 0o600)
  const operations: Operation[] = []
  const epochs = [performance.now()]
  const write = (line: object): void => {
    writeSync(descriptor, `${JSON.stringify(line)}\n`)
  }

  return {
    operations,
    file,
    begin(operationName, door, person) {
      const operation: Operation = {
        id: operations.length,
        name: operationName,
        door,
        person,
        epoch: epochs.length - 1,
        start: performance.now(),
        end: Number.POSITIVE_INFINITY,
        outcome: 'info',
        status: undefined,
        requestId: undefined,
      }
      operations.push(operation)
      const { id, epoch, start } = operation
      write({ id, op: operationName, door, person, epoch, start })
      return operation
    },
    end(operation, { outcome, status, requestId }) {
      Object.assign(operation, { outcome, status, requestId, end: performance.now() })
      write({ id: operation.id, end: operation.end, outcome, status: status ?? 'unknown', requestId })
    },
    turn() {
      epochs.push(performance.now())
    },
    settledAt({ outcome, end, epoch }) {
      return outcome === 'ok' ? end : (epochs[epoch + 1] ?? Number.POSITIVE_INFINITY)
    },
    close(keep) {
      closeSync(descriptor)
      if (!keep) rmSync(file, { force: true })
    },
  }
}
