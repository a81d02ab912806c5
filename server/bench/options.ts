// What the command line asks for: which goals, how long, and where the figures go besides the table.
import { parseArgs } from 'node:util'

export const goals = [1, 2, 3, 4, 5, 6, 9, 10] as const
export type Goal = (typeof goals)[number]

export interface Options {
  readonly isQuick: boolean
  readonly only: ReadonlySet<Goal>
  readonly jsonFile: string | undefined
}

const usage = 'usage: npm run bench -- [--quick] [--only 1,4] [--json FILE]'

/** @throws Error with a sentence. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' } },
  })
  return { isQuick: values.quick === true, only: readGoals(values.only), jsonFile: values.json }
}

function readGoals(text: string | undefined): ReadonlySet<Goal> {
  if (text === undefined) return new Set(goals)
  const wished = text.split(',').map(Number)
  const known = wished.filter((one): one is Goal => goals.some((goal) => goal === one))
  if (known.length !== wished.length) throw new Error(`--only takes goals out of ${goals.join(', ')}; ${usage}`)
  return new Set(known)
}

/** How long and how often things are measured; milliseconds and counts. */
export interface Pace {
  /** One round of load against one process. */
  readonly round: number
  /** The same where each request costs a password hash. */
  readonly hashingRound: number
  /** Rounds of each side, after one that only warms up. */
  readonly rounds: number
  /** Before a side is measured for the first time: so many requests, or so long. */
  readonly warmUpRequests: number
  readonly warmUp: number
  readonly crowd: number
  readonly signOuts: number
  readonly signOutsOneByOne: number
  readonly manyRequests: number
  readonly starts: number
  /** Before memory is read. */
  readonly settling: number
}

const quick: Pace = {
  round: 500,
  hashingRound: 800,
  rounds: 3,
  warmUpRequests: 25_000,
  warmUp: 1500,
  crowd: 2000,
  signOuts: 1000,
  signOutsOneByOne: 150,
  manyRequests: 50_000,
  starts: 3,
  settling: 1500,
}

const thorough: Pace = {
  round: 2000,
  hashingRound: 3000,
  rounds: 5,
  warmUpRequests: 100_000,
  warmUp: 6000,
  crowd: 6000,
  signOuts: 4000,
  signOutsOneByOne: 300,
  manyRequests: 1_000_000,
  starts: 9,
  settling: 4000,
}

export function paceOf(options: Options): Pace {
  return options.isQuick ? quick : thorough
}
