// How commands answer: a table or sentence for people, one JSON value for programs, errors on stderr as one plain
// sentence that says what to do.
import type { Instant } from '../core/ids.ts'

/** The options of a command that answers. */
export interface Output {
  readonly json?: boolean
}

/** Writes a part of a long answer, and waits until there is room for more. False when nobody reads it any more. */
export function write(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => resolve(error === undefined || error === null))
  })
}

/** What others chose, such as a User-Agent, must not steer the terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
}

/** Writes the answer: `value` as JSON, or `text`. */
export function answer({ json }: Output, value: unknown, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${text}\n`)
}

/** Columns padded to their widest cell; the last one is left as it is. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows.map((row) => row.map(plain))]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One row without a table around it. */
export function line(cells: readonly string[]): string {
  return cells.map(plain).join('  ').trimEnd()
}

export function complain(sentence: string): void {
  process.stderr.write(`gatehouse: ${plain(sentence)}\n`)
}

/** Beside an answer that a script captures: what a person should know of it. */
export function remark(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

/** Instants as people and programs read them: ISO 8601, UTC. */
export function isoTime(instant: Instant): string {
  return new Date(instant).toISOString()
}
