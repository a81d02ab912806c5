// Long output: written as fast as its reader reads, so that a million lines are never in memory together. A reader
// that is gone is no reason to stop what is being done; program.ts says so at the end.
import { once } from 'node:events'
import type { Writable } from 'node:stream'

export async function writeOut(text: string, to: Writable = process.stdout): Promise<void> {
  if (text === '' || to.destroyed || to.write(text)) return
  try {
    await once(to, 'drain')
  } catch {
    // Told by whoever listens to the stream's errors.
  }
}

/** Beside long work on a terminal: one line that is written over and over. Elsewhere nothing. */
export function showProgress(sentence: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${sentence}\x1b[K`)
}

export function clearProgress(): void {
  showProgress('')
}
