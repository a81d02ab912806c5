// The denominator of sign-ins: Argon2id as the server calls it, as many at once as there are cores, and nothing
// else. Told a number of milliseconds, it answers with hashes a second.
import { availableParallelism } from 'node:os'
import { hash } from '@node-rs/argon2'

const password = 'correct horse battery staple 0001'

async function hashUntil(until: number, cost: Cost): Promise<number> {
  let done = 0
  while (performance.now() < until) {
    await hash(password, { memoryCost: cost.memoryKib, timeCost: cost.iterations, parallelism: cost.lanes })
    done += 1
  }
  return done
}

interface Cost {
  readonly memoryKib: number
  readonly iterations: number
  readonly lanes: number
}

async function measure({ milliseconds, cost }: { milliseconds: number; cost: Cost }): Promise<number> {
  const began = performance.now()
  const slots = Array.from({ length: availableParallelism() }, () => hashUntil(began + milliseconds, cost))
  const counts = await Promise.all(slots)
  return (counts.reduce((sum, count) => sum + count, 0) / (performance.now() - began)) * 1000
}

process.on('message', async (wish: { milliseconds: number; cost: Cost }) => {
  process.send?.(await measure(wish))
})
process.on('disconnect', () => process.exit())
