// Medians, spreads and percentiles: what is said of a few rounds and of many latencies.

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) }
}

/** The ratio of the medians; its spread is that of the rounds, each over the denominator of its own round. */
export function ratioOf(figures: readonly number[], denominators: readonly number[]): Spread {
  const each = figures.map((figure, at) => figure / (denominators[at] ?? Number.NaN))
  return { median: median(figures) / median(denominators), least: Math.min(...each), most: Math.max(...each) }
}

/** `share` between 0 and 1; the values need not be sorted. Undefined when there are none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
