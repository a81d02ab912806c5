// The import of a file, in two readings: the first checks every line and says what would happen; the second, when all
// of them can come in, does it. Lines are taken twenty at a time, which is all that is in memory of them.
import type { FileHandle } from 'node:fs/promises'
import type { House } from '../../compose.ts'
import type { Leave, Plan } from '../../core/transfers/transfers.ts'
import { byCommand } from '../house.ts'
import { remark } from '../output.ts'
import { startProgress } from '../progress.ts'
import { type Line, readLines } from './lines.ts'
import { createSeenNames, type SeenNames } from './seen-names.ts'
import type { Counts, Told } from './tell-arrival.ts'

/** As many as a process has connections to PostgreSQL: what waits for one too long is refused. */
const atOnce = 20

export interface Reading {
  readonly house: House
  readonly file: FileHandle
  readonly leave: Leave
  readonly tell: (told: Told) => Promise<void>
}

/** What would become of every line. Writes nothing. */
export async function checkLines(reading: Reading): Promise<Counts> {
  using seen = createSeenNames()
  return await readAll(reading, 'checked', (batch) => Promise.all(batch.map((line) => planOf(reading, seen, line))))
}

/** Does what `checkLines` told. @throws what stopped it; everybody before that is whole. */
export async function carryOutLines(reading: Reading): Promise<Counts> {
  using seen = createSeenNames()
  return await readAll(reading, 'done', async (batch) => {
    const told = await Promise.all(batch.map((line) => planOf(reading, seen, line)))
    return Promise.all(told.map((one) => carryOut(reading, one)))
  })
}

async function readAll(
  { file, tell }: Reading,
  verb: string,
  work: (batch: readonly Line[]) => Promise<readonly Told[]>,
): Promise<Counts> {
  const counts: Counts = { make: 0, change: 0, same: 0, left: 0, refused: 0 }
  const progress = startProgress(`lines ${verb}:`)
  let done = 0
  try {
    for await (const batch of batches(readLines(file))) {
      const told = await work(batch)
      progress.end()
      for (const one of told) {
        counts[one.plan.kind] += 1
        await tell(one)
      }
      done += batch.length
      progress.tell(done)
    }
  } catch (error) {
    remark(`Stopped after ${done} lines; what is done is done, and running it again goes on from there.`)
    throw error
  } finally {
    progress.end()
  }
  return counts
}

async function* batches(lines: AsyncIterable<Line>): AsyncGenerator<readonly Line[]> {
  let batch: Line[] = []
  for await (const line of lines) {
    batch.push(line)
    if (batch.length < atOnce) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function planOf({ house, leave }: Reading, seen: SeenNames, line: Line): Promise<Told> {
  const { number, problem } = line
  if (problem !== undefined) return { number, plan: { kind: 'refused', why: problem } }
  const { transfers } = house.core
  const arrival = transfers.read(line.value)
  if (!('username' in arrival)) return { number, plan: arrival }
  const double = seen.claim(arrival.names, number)
  if (double === undefined) return { number, arrival, plan: await transfers.plan(arrival, leave) }
  const why = `Line ${double.line} has the name "${double.name}" already.`
  return { number, arrival, plan: { kind: 'refused', why } }
}

const failures = {
  'name-taken': 'Somebody else came to answer to one of the names just now.',
  missing: 'The person or an account went just now.',
  'last-operator': 'This is the last active operator, and stays one.',
} as const

async function carryOut({ house }: Reading, told: Told): Promise<Told> {
  const done = await house.core.transfers.carryOut(told.plan, byCommand)
  if (done === 'done') return told
  const plan: Plan = { kind: 'refused', why: failures[done] }
  return { ...told, plan }
}
