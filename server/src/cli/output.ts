// How commands answer: a table or sentence for people, one JSON value for programs, errors on stderr as one plain
// sentence that says what to do.

export interface Output {
  readonly isJson: boolean
}

/** Writes the answer: `value` as JSON, or `text`. */
export function answer(output: Output, value: unknown, text: string): void {
  process.stdout.write(output.isJson ? `${JSON.stringify(value)}\n` : `${text}\n`)
}

/** Columns padded to their widest cell; the last one is left as it is. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows]
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

export function complain(sentence: string): void {
  process.stderr.write(`gatehouse: ${sentence}\n`)
}
