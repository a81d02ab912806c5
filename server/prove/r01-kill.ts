// R01: nothing acknowledged is lost on kill -9. Fifty workers at both doors, the process killed at a random moment,
// started again on the same data, and everything it had said looked at.
import { setTimeout as pause } from 'node:timers/promises'
import { checkAtEnd, checkItems, checkTouched } from './invariants.ts'
import { startLoad } from './load.ts'
import { proveSetupLink } from './one-time.ts'
import { addPeople, makeSqlitePlace } from './place.ts'
import type { Proof } from './report.ts'
import { type Rig, withRig } from './rig.ts'
import { createSeeded } from './seeded.ts'

export const workers = 50
export const crowd = 25

export const r01: Proof = {
  id: 'R01',
  promise: 'nothing acknowledged is lost on kill -9 (SQLite)',
  async run(context) {
    const place = makeSqlitePlace()
    const people = await addPeople(place, crowd, createSeeded(context.seed, 'people'))
    await withRig(context, place, people, async (rig) => {
      await proveSetupLink(rig, createSeeded(context.seed, 'setup'))
      await killUnderLoad(rig, context.isLong ? 200 : 8)
      await checkItems(rig, rig.model.items, createSeeded(context.seed, 'end'))
      await rig.stop()
      await checkAtEnd(rig)
    })
  },
}

/** So many times: load, SIGKILL in the middle of it, start, and a look at what was touched. */
export async function killUnderLoad(rig: Rig, kills: number): Promise<void> {
  const { acts, model, people, context } = rig
  const seeded = createSeeded(context.seed, 'kills')
  for (let kill = 1; kill <= kills; kill += 1) {
    const load = startLoad({ acts, model, people, seed: context.seed, workers, name: `kill ${kill}` })
    await pause(seeded.whole(50, context.isLong ? 2000 : 500))
    const stopped = load.stop()
    await rig.kill()
    rig.tally.faults += 1
    await stopped
    await rig.start()
    await checkTouched(rig, seeded)
  }
}
