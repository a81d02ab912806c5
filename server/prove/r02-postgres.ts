// R02: nothing acknowledged is lost when PostgreSQL or we are killed. Our process first, as in R01; then the
// database under a server that goes on running: it must outlive that, refuse meanwhile, and answer again by itself.
import { setTimeout as pause } from 'node:timers/promises'
import { type Postgres, startPostgres } from '../test/_kit/postgres.ts'
import { doors } from './doors.ts'
import { checkAtEnd, checkItems, checkTouched } from './invariants.ts'
import { startLoad } from './load.ts'
import { proveSetupLink } from './one-time.ts'
import { addPeople, makePostgresPlace } from './place.ts'
import { crowd, killUnderLoad, workers } from './r01-kill.ts'
import type { Proof } from './report.ts'
import { type Rig, withRig } from './rig.ts'
import { createSeeded } from './seeded.ts'

/** What a crash may take is part of the promise, so nothing is traded for speed here. */
const durable = ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on']

const longestAbsence = 5000

export const r02: Proof = {
  id: 'R02',
  promise: 'nothing acknowledged is lost on kill -9 (PostgreSQL, and its own)',
  async run(context) {
    const server = await startPostgres(durable)
    try {
      const place = await makePostgresPlace(server)
      const people = await addPeople(place, crowd, createSeeded(context.seed, 'people'))
      await withRig(context, place, people, async (rig) => {
        await proveSetupLink(rig, createSeeded(context.seed, 'setup'))
        await killUnderLoad(rig, context.isLong ? 100 : 4)
        await crashUnderLoad(rig, server, context.isLong ? 50 : 2)
        await checkItems(rig, rig.model.items, createSeeded(context.seed, 'end'))
        // A stop does not need the database: it is away, and comes back for the last look.
        await server.crash()
        await rig.stop()
        await server.start()
        await checkAtEnd(rig)
      })
    } finally {
      await server.stop()
    }
  },
}

async function crashUnderLoad(rig: Rig, server: Postgres, crashes: number): Promise<void> {
  const { acts, model, people, context, tally } = rig
  const seeded = createSeeded(context.seed, 'crashes')
  for (let crash = 1; crash <= crashes; crash += 1) {
    const load = startLoad({ acts, model, people, seed: context.seed, workers, name: `crash ${crash}` })
    await pause(seeded.whole(100, context.isLong ? 2000 : 500))
    await server.crash()
    tally.faults += 1
    await pause(seeded.whole(0, 1000))
    await server.start()
    const absence = await untilServed(rig)
    tally.most('slowest return ms', absence)
    if (absence > longestAbsence)
      tally.violate('return', `no sign-in for ${Math.round(absence)} ms after PostgreSQL was back`)
    rig.history.turn()
    await pause(200)
    await load.stop()
    await checkTouched(rig, seeded)
  }
}

/** Milliseconds until every door signs in again and the server says that it is ready; asked anew all the time. */
async function untilServed({ acts, people, wire }: Rig): Promise<number> {
  const began = performance.now()
  const [person] = people
  if (person === undefined) throw new Error('nobody to sign in')
  const signedIn = doors.map((door) => firstSuccess(began, async () => (await acts.login(person, door))?.issued.end))
  const ready = firstSuccess(began, async () => {
    const answer = await wire().send({ method: 'GET', path: '/health/ready' })
    return 'status' in answer && answer.status === 200 ? performance.now() : undefined
  })
  return Math.max(...(await Promise.all([...signedIn, ready])))
}

/** When the first of many attempts was answered well, since `began`; an attempt that hangs holds up no other. */
async function firstSuccess(began: number, attempt: () => Promise<number | undefined>): Promise<number> {
  let first = Number.POSITIVE_INFINITY
  const attempts: Promise<void>[] = []
  const since = (): number => performance.now() - began
  while (first === Number.POSITIVE_INFINITY && since() < 4 * longestAbsence) {
    attempts.push(
      attempt().then((at = Number.POSITIVE_INFINITY) => {
        first = Math.min(first, at - began)
      }),
    )
    await pause(50)
  }
  await Promise.all(attempts)
  return Math.min(first, since())
}
