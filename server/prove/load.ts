// The load of R01 and its kin: workers that each do one thing after another, 40 % sign-ins, 30 % sign-outs, 20 %
// verifications (live, ended and forged credentials), 10 % API tokens made and deleted, at both doors.
import { setTimeout as pause } from 'node:timers/promises'
import type { Acts } from './acts.ts'
import { doors } from './doors.ts'
import type { Model } from './model.ts'
import type { Somebody } from './place.ts'
import { createSeeded, type Seeded } from './seeded.ts'

export interface LoadParts {
  readonly acts: Acts
  readonly model: Model
  readonly people: readonly Somebody[]
  readonly seed: number
  readonly workers: number
  /** Tells the draws of this load from those of others with the same seed. */
  readonly name: string
}

export interface Load {
  /** Nothing further is sent; resolves when what is under way has been answered or broken off. */
  stop(): Promise<void>
}

/** Before a worker tries again after an answer that was none: a server that is away is not hammered. */
const breath = 20

export function startLoad(parts: LoadParts): Load {
  let isStopping = false
  const work = async (worker: number): Promise<void> => {
    const seeded = createSeeded(parts.seed, `${parts.name} worker ${worker}`)
    while (!isStopping) if (!(await step(parts, seeded))) await pause(breath)
  }
  const working = Promise.all(Array.from({ length: parts.workers }, (_, worker) => work(worker)))
  return {
    async stop() {
      isStopping = true
      await working
    },
  }
}

/** False when no answer came. */
async function step({ acts, model, people }: LoadParts, seeded: Seeded): Promise<boolean> {
  const draw = (most: number): number => seeded.whole(0, Math.max(0, most))
  const share = seeded.whole(0, 99)
  if (share >= 70 && share < 90) return look(acts, model, seeded)
  if (share >= 90) return changeToken(acts, model, seeded)
  const session = share >= 40 ? model.live.take(draw) : undefined
  if (session !== undefined) return (await acts.logout(session, seeded)).outcome !== 'info'
  const [person, door] = [seeded.pick(people), seeded.pick(doors)]
  if (person === undefined || door === undefined) return false
  return (await acts.login(person, door)) !== undefined
}

async function look(acts: Acts, model: Model, seeded: Seeded): Promise<boolean> {
  const draw = (most: number): number => seeded.whole(0, Math.max(0, most))
  const pool = seeded.pick([model.live, model.live, model.liveTokens, model.ended, model.ended])
  const item = pool?.look(draw)
  if (item === undefined) return true
  if (seeded.chance(0.1)) await acts.forge(item, seeded)
  return (await acts.verify(item, seeded)) !== 'unknown'
}

async function changeToken(acts: Acts, model: Model, seeded: Seeded): Promise<boolean> {
  const draw = (most: number): number => seeded.whole(0, Math.max(0, most))
  const token = seeded.chance(0.5) ? model.liveTokens.take(draw) : undefined
  if (token !== undefined) return (await acts.remove(token)).outcome !== 'info'
  const session = model.live.look(draw)
  if (session === undefined) return true
  await acts.create(session, `load ${seeded.text(8)}`)
  return true
}
