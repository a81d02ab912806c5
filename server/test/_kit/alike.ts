// Whether two classes of durations can be told apart: by their medians, and by a Mann-Whitney test at the resolution that
// medians are held to. The machine may be busy with something else for one run: two of three decide.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'

const resolution = 5

/** Why they can be told apart; empty when they cannot. */
export function toldApart(one: readonly number[], other: readonly number[]): string[] {
  const [here, there] = [median(one), median(other)]
  const gap = Math.abs(here - there)
  const p = mannWhitney(coarse(one), coarse(other))
  const isAlike = gap < resolution && gap < here * 0.05 && p > 0.01
  return isAlike ? [] : [`${here.toFixed(1)} and ${there.toFixed(1)} ms, p ${p.toFixed(4)}`]
}

/** `run` tells what could be told apart in one run. */
export async function assertAlike(t: TestContext, run: (at: number) => Promise<string[]>): Promise<void> {
  const told: string[][] = []
  while (told.length < 3 && told.filter((one) => one.length === 0).length < 2) {
    told.push(await run(told.length))
    t.diagnostic(`run ${told.length}: ${told.at(-1)?.join('; ') || 'alike'}`)
  }
  assert.ok(told.filter((one) => one.length === 0).length >= 2, told.flat().join('\n'))
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}

/** Two-sided Mann-Whitney U by its normal approximation, corrected for ties. */
export function mannWhitney(first: readonly number[], second: readonly number[]): number {
  const all = [...first, ...second].map((value, at) => ({ value, isFirst: at < first.length }))
  all.sort((one, other) => one.value - other.value)
  let rankSum = 0
  let ties = 0
  for (let at = 0; at < all.length; ) {
    let end = at
    while (all[end]?.value === all[at]?.value && end < all.length) end += 1
    const rank = (at + 1 + end) / 2
    for (let same = at; same < end; same += 1) if (all[same]?.isFirst === true) rankSum += rank
    ties += (end - at) ** 3 - (end - at)
    at = end
  }
  const [n, m, total] = [first.length, second.length, all.length]
  const u = rankSum - (n * (n + 1)) / 2
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  if (variance <= 0) return 1
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance)
  return 2 * (1 - normalDistribution(z))
}

/** Abramowitz and Stegun 26.2.17. */
function normalDistribution(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail
}

const coarse = (values: readonly number[]): number[] => values.map((value) => Math.round(value / resolution))
