// Chance that can be had again: one number, printed with every run, decides every draw of it. Each part of a proof
// draws from a stream of its own (`name`), so that what one worker draws does not shift what its neighbour gets.
import { createHash } from 'node:crypto'

export interface Seeded {
  /** From `least` to `most`, both included. */
  whole(least: number, most: number): number
  chance(share: number): boolean
  pick<Item>(items: readonly Item[]): Item | undefined
  /** Letters and digits. */
  text(length: number): string
  bytes(length: number): Buffer
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'

export function createSeeded(seed: number, name: string): Seeded {
  let state = createHash('sha256').update(`${seed} ${name}`).digest().readUInt32LE(0)

  /** Mulberry32: small, and good enough to choose faults with. */
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    whole,
    chance: (share) => next() < share,
    pick: (items) => items[whole(0, items.length - 1)],
    text: (length) => Array.from({ length }, () => alphabet[whole(0, alphabet.length - 1)]).join(''),
    bytes: (length) => Buffer.from(Array.from({ length }, () => whole(0, 255))),
  }
}
