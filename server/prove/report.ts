// What a run says: one line a promise, `promise → operations, faults, violations, seed`, and the same as JSON.
// A promise that could not be put to the test is `skipped`, which is never the same as kept.

/** What one proof counts while it runs. */
export interface Tally {
  operations: number
  faults: number
  readonly violations: string[]
  /** Measured along the way: slowest restart, latest answer. */
  readonly figures: Record<string, number | string>
  /** Set when the machine lacks what the proof needs; says what to install. */
  skipped: string | undefined
  /** `rule` is an invariant (I1–I7) or the proof's own pass line. */
  violate(rule: string, detail: string): void
  /** Keeps the largest. */
  most(figure: string, value: number): void
  /** Adds up. */
  add(figure: string, count: number): void
}

export interface Proof {
  readonly id: string
  readonly promise: string
  run(context: Context): Promise<void>
}

export interface Context {
  readonly id: string
  readonly seed: number
  readonly isLong: boolean
  readonly tally: Tally
}

export interface Result {
  readonly id: string
  readonly promise: string
  readonly operations: number
  readonly faults: number
  readonly violations: readonly string[]
  readonly seed: number
  readonly seconds: number
  readonly figures: Readonly<Record<string, number | string>>
  readonly skipped: string | undefined
}

/** More of the same add nothing; their number is kept. */
const mostTold = 20

export function createTally(): Tally {
  const figures: Record<string, number | string> = {}
  const violations: string[] = []
  return {
    operations: 0,
    faults: 0,
    violations,
    figures,
    skipped: undefined,
    violate(rule, detail) {
      violations.push(`${rule}: ${detail}`)
    },
    most(figure, value) {
      figures[figure] = Math.max(Number(figures[figure] ?? 0), Math.round(value))
    },
    add(figure, count) {
      figures[figure] = Number(figures[figure] ?? 0) + count
    },
  }
}

function lineOf(result: Result): string {
  const { id, promise, operations, faults, violations, seed, seconds, skipped } = result
  const head = `${id}  ${promise.padEnd(62)} →`
  if (skipped !== undefined) return `${head} SKIPPED, nothing shown: ${skipped}`
  const numbers = `${operations} operations, ${faults} faults, ${violations.length} violations, seed ${seed}`
  return `${head} ${numbers}  (${seconds.toFixed(1)} s${figuresOf(result)})`
}

function figuresOf({ figures }: Result): string {
  return Object.entries(figures)
    .map(([name, value]) => `; ${name} ${value}`)
    .join('')
}

/** One proof as soon as it has run, with what is wrong. */
export function storyOf(result: Result): string {
  return [lineOf(result), ...violationLines(result)].join('\n')
}

export function tableOf(results: readonly Result[]): string {
  const lines = results.map(lineOf)
  const broken = results.filter((one) => one.violations.length > 0).length
  const skipped = results.filter((one) => one.skipped !== undefined).length
  const kept = results.length - broken - skipped
  // The closing line in the words that .ci/run counts.
  return [...lines, '', `${kept} passed, ${broken} failed, ${skipped} skipped`].join('\n')
}

function violationLines({ violations }: Result): readonly string[] {
  const counts = new Map<string, number>()
  for (const violation of violations) counts.set(violation, (counts.get(violation) ?? 0) + 1)
  const lines = [...counts].map(([violation, count]) => `     ✗ ${violation}${count > 1 ? ` (${count} times)` : ''}`)
  const more = lines.length - mostTold
  return more > 0 ? [...lines.slice(0, mostTold), `     ✗ … and ${more} more`] : lines
}

export function jsonOf(results: readonly Result[], about: object): string {
  return `${JSON.stringify({ ...about, results }, undefined, 2)}\n`
}
