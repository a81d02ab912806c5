// A file of JSON lines, read piece by piece: never more of it in memory than one line. A line that cannot be read is
// handed on with a sentence, and the next one is read all the same. Its text is never repeated: it may hold hashes.
import type { FileHandle } from 'node:fs/promises'

/** UTF-8 bytes; the longest line that may come in, two hundred memberships and all, is shorter. */
const longestLine = 64 * 1024
const byteOrderMark = '\ufeff'

export interface Line {
  /** As editors count: from 1. */
  readonly number: number
  readonly value?: unknown
  readonly problem?: string
}

/** Every line that is not blank. The file is read from its beginning, as often as one asks. */
export async function* readLines(file: FileHandle): AsyncGenerator<Line> {
  let number = 0
  for await (const bytes of splitLines(file)) {
    number += 1
    const line = readLine(bytes, number)
    if (line !== undefined) yield line
  }
}

/** Undefined in the place of what is too long to hold. */
async function* splitLines(file: FileHandle): AsyncGenerator<Buffer | undefined> {
  let begun: Buffer[] = []
  let length = 0
  const take = (): Buffer | undefined => {
    const whole = length > longestLine ? undefined : Buffer.concat(begun)
    begun = []
    length = 0
    return whole
  }
  const hold = (piece: Buffer): void => {
    length += piece.length
    if (length <= longestLine) begun.push(piece)
    else begun = []
  }
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false, highWaterMark: longestLine })) {
    let rest = chunk as Buffer
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      hold(rest.subarray(0, end))
      yield take()
      rest = rest.subarray(end + 1)
    }
    hold(rest)
  }
  if (length > 0) yield take()
}

function readLine(bytes: Buffer | undefined, number: number): Line | undefined {
  if (bytes === undefined) return { number, problem: `The line is longer than ${longestLine} bytes.` }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return { number, problem: 'The line is no valid UTF-8.' }
  }
  if (number === 1 && text.startsWith(byteOrderMark)) text = text.slice(1)
  if (text.trim() === '') return undefined
  try {
    return { number, value: JSON.parse(text) }
  } catch {
    return { number, problem: 'The line is no JSON; each line holds one whole object.' }
  }
}
