// The table that a bench prints, and the same rows as JSON. It asserts nothing: whoever reads it judges.
import type { Spread } from './stats.ts'

export interface Row {
  readonly goal: string
  /** What was measured, over what. */
  readonly figure: string
  /** The figure in its own unit, then its denominator. */
  readonly absolute: string
  /** Absent where a figure is no ratio. */
  readonly ratio?: Spread
  /** How it is shown: digits after the point, 2 unless told. */
  readonly digits?: number
  readonly wanted: string
}

/** The goals' rows, in the order of the goals. */
export function printTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.goal, row.figure, row.absolute, ratioText(row), row.wanted, spreadText(row)])
  return layOut([['goal', 'figure', 'measured', 'ratio', "goal's number", 'spread'], ...cells])
}

export function toJson(rows: readonly Row[], about: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ about, rows }, null, 2)}\n`
}

function ratioText({ ratio, digits = 2 }: Row): string {
  return ratio === undefined ? '' : ratio.median.toFixed(digits)
}

function spreadText({ ratio, digits = 2 }: Row): string {
  return ratio === undefined ? '' : `${ratio.least.toFixed(digits)}–${ratio.most.toFixed(digits)}`
}

function layOut(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join(' | ')
      .trimEnd()
  const [head = [], ...body] = rows
  const rule = widths.map((width) => '-'.repeat(width)).join('-|-')
  return `${[line(head), rule, ...body.map(line)].join('\n')}\n`
}

export function micros(seconds: number): string {
  return `${(seconds * 1e6).toFixed(1)} µs`
}

export function perSecond(rate: number): string {
  return rate >= 1000 ? `${Math.round(rate)}/s` : `${rate.toFixed(1)}/s`
}

export function millis(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '–' : `${milliseconds.toFixed(1)} ms`
}
