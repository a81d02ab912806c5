// bcrypt, verified only: hashes that were imported from elsewhere. It looks at 72 bytes and stops at a NUL, so a
// password that is longer or holds one never matches an imported hash.
import { hash, verify } from '@node-rs/bcrypt'

const mostBytes = 72
const pattern = /^\$2[abxy]\$(\d\d)\$/
/** Measured at no more than this, and doubled from there. */
const measuredRounds = 10

/** The cost in a bcrypt hash; undefined when it is another kind. */
export function bcryptRounds(encoded: string): number | undefined {
  const match = pattern.exec(encoded)
  return match === null ? undefined : Number(match[1])
}

export async function verifyBcrypt(encoded: string, password: string): Promise<boolean> {
  if (Buffer.byteLength(password) > mostBytes || password.includes('\0')) return false
  return verify(password, encoded)
}

/** How many milliseconds one verification at this cost takes here. */
export async function measureBcrypt(rounds: number): Promise<number> {
  const tried = Math.min(rounds, measuredRounds)
  const began = performance.now()
  await hash('measured once', { cost: tried })
  return (performance.now() - began) * 2 ** (rounds - tried)
}
