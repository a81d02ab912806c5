// A bounded queue before the hash: as many at once as there are slots, and no more waiting than can be done in
// two seconds. More than the cores can hash at once makes every one of them slower, so the rest is told to
// come again (attack D01's flood, reliability R17).
import { Unavailable } from '../lib/unavailable.ts'

const longestWait = 2000
/**
 * Waiting places that are always there, however slow a hash is measured to be: as many as one clean name may have
 * under way, so that somebody's twenty scripts at once are served, late, on a slow machine too.
 */
const fewestPlaces = 20

export interface HashingQueue {
  /** Runs `work` in a slot. @throws Unavailable when too many wait already. */
  run<Answer>(work: () => Promise<Answer>): Promise<Answer>
}

export function createHashingQueue(slots: number): HashingQueue {
  const waiting: (() => void)[] = []
  let running = 0
  /** A moving average of how long a slot is held, in milliseconds. */
  let held = 20

  function next(): void {
    running -= 1
    const first = waiting.shift()
    if (first === undefined) return
    running += 1
    first()
  }

  async function enter(): Promise<void> {
    if (running < slots) {
      running += 1
      return
    }
    const places = Math.max(fewestPlaces, Math.floor((longestWait * slots) / held))
    if (waiting.length >= places) throw new Unavailable('too many sign-ins are waiting')
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  return {
    async run(work) {
      await enter()
      const began = performance.now()
      try {
        return await work()
      } finally {
        const took = performance.now() - began
        if (took > 1) held += (took - held) / 16
        next()
      }
    },
  }
}
