// I4 on the one thing that works once at these doors: the setup link. Many use it at the same moment, the server
// is killed in the middle, and they try again; never do two of them become the first administrator.
import { setTimeout as pause } from 'node:timers/promises'
import type { Rig } from './rig.ts'
import type { Seeded } from './seeded.ts'
import type { Wire } from './wire.ts'

const rivals = 20
/** Long enough for some rounds to be killed after the commit and before the answer. */
const longestLife = 40

/** On a rig whose server was started for the first time. Leaves it running. */
export async function proveSetupLink(rig: Rig, seeded: Seeded): Promise<void> {
  const link = new URL(await rig.server().setupLink()).pathname
  const first = tryAll(rig.wire(), link, 'before')
  await pause(seeded.whole(0, longestLife))
  await rig.kill()
  rig.tally.faults += 1
  const before = await first
  await rig.start()
  const after = await tryAll(rig.wire(), link, 'after')
  rig.tally.operations += before.length + after.length
  const made = [...before, ...after].filter((status) => status === 200).length
  if (made > 1) rig.tally.violate('I4', `one setup link made ${made} administrators`)
  const odd = [...before, ...after].find((status) => ![0, 200, 404, 409].includes(status))
  if (odd !== undefined) rig.tally.violate('I4', `a use of the setup link was answered ${odd}`)
  const [row] = await rig.place.rows(`
    select (select count(*) from persons where is_operator = 1) as people,
      (select count(*) from audit where event = 'bootstrap.completed') as told,
      (select count(*) from tokens where kind = 'one-time' and scope = 'setup' and used_at is not null) as used`)
  const counts = ['people', 'told', 'used'].map((name) => Number(row?.[name]))
  if (counts.some((count) => count !== counts[0] || count > 1) || made > (counts[0] ?? 0)) {
    rig.tally.violate('I4', `${made} told; administrators, audit rows, used links: ${counts.join(', ')}`)
  }
}

/** The statuses; 0 where none came. */
function tryAll(wire: Wire, link: string, round: string): Promise<readonly number[]> {
  return Promise.all(
    Array.from({ length: rivals }, async (_, at) => {
      const json = { username: `rival-${round}-${at}`, password: 'four unrelated quiet words' }
      const answer = await wire.send({ method: 'POST', path: link, json })
      return 'status' in answer ? answer.status : 0
    }),
  )
}
