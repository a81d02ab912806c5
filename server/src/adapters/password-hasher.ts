// Passwords: Argon2id (OWASP: 19 MiB, t=2, p=1 by default) for our own hashes, bcrypt and the other Argon2 kinds
// verified for imported ones, all through one bounded queue.
import { setTimeout as pause } from 'node:timers/promises'
import { hash, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '../core/needs.ts'
import { bcryptRounds, measureBcrypt, verifyBcrypt } from './bcrypt.ts'
import { createHashingQueue } from './hashing-queue.ts'

export interface HashingCost {
  readonly memoryKib: number
  readonly iterations: number
  readonly lanes: number
}

const argonPattern = /^\$(argon2(?:id|i|d))\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/

export function createPasswordHasher(slots: number, cost: HashingCost): PasswordHasher {
  const queue = createHashingQueue(slots)
  const measured = new Map<string, Promise<number>>()
  const current = schemeOf(cost)

  function costOf(scheme: string): Promise<number> {
    let known = measured.get(scheme)
    if (known === undefined) {
      known = queue.run(() => measure(scheme))
      measured.set(scheme, known)
      known.catch(() => measured.delete(scheme))
    }
    return known
  }

  return {
    hash: (password) => queue.run(() => hashWith(cost, password.reveal())),
    async verify(password, encoded, stillAllowed) {
      // Without a hash the slot is held by a timer: were it free at once, a burst on a name that nobody has would get
      // further before its first failure is known than one on a name that exists, and so tell them apart (attack A06).
      const held = encoded === undefined ? await costOf(current) : 0
      return queue.run(async () => {
        if (!(await stillAllowed())) return 'refused'
        if (encoded !== undefined) return (await verifyAny(encoded, password.reveal())) ? 'match' : 'mismatch'
        await pause(held)
        return 'mismatch'
      })
    },
    isOutdated: (encoded) => schemeFrom(encoded) !== current,
    scheme: schemeFrom,
    cost: costOf,
  }
}

/** Argon2id is the package's default algorithm, version 1.3 its default version. */
function hashWith(cost: HashingCost, password: string): Promise<string> {
  const { memoryKib, iterations, lanes } = cost
  return hash(password, {
    memoryCost: memoryKib,
    timeCost: iterations,
    parallelism: lanes,
  })
}

function verifyAny(encoded: string, password: string): Promise<boolean> {
  return bcryptRounds(encoded) === undefined ? verify(encoded, password) : verifyBcrypt(encoded, password)
}

function schemeOf(cost: HashingCost): string {
  return `argon2id:${cost.memoryKib}:${cost.iterations}:${cost.lanes}`
}

function schemeFrom(encoded: string): string {
  const argon = argonPattern.exec(encoded)
  if (argon !== null) return argon.slice(1).join(':')
  const rounds = bcryptRounds(encoded)
  if (rounds !== undefined) return `bcrypt:${rounds}`
  throw new Error('a password hash of an unknown kind')
}

/** The faster of two runs, so that one hiccup does not slow every refusal for good. */
async function measure(scheme: string): Promise<number> {
  const [algorithm, first, second, third] = scheme.split(':').map(Number)
  if (Number.isNaN(algorithm) && second === undefined) return measureBcrypt(first ?? 10)
  const cost = { memoryKib: first ?? 0, iterations: second ?? 0, lanes: third ?? 1 }
  const times: number[] = []
  for (let turn = 0; turn < 2; turn += 1) {
    const began = performance.now()
    await hashWith(cost, 'measured once')
    times.push(performance.now() - began)
  }
  return Math.min(...times)
}
