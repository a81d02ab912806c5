// R03: acknowledged means synced. The server under strace, sign-outs one after another; between the read of each
// request and the write of its 204 the write-ahead log was written and then synced, on whatever thread.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createActs } from './acts.ts'
import { doors } from './doors.ts'
import { openHistory } from './history.ts'
import { judgeAll } from './invariants.ts'
import { createModel } from './model.ts'
import { addPeople, makeSqlitePlace, type Place } from './place.ts'
import type { Context, Proof } from './report.ts'
import { startNode } from './rig.ts'
import { createSeeded } from './seeded.ts'
import { signOutsIn } from './trace.ts'

const calls = 'read,recvfrom,pwrite64,pwritev,write,writev,sendto,sendmsg,fsync,fdatasync'
const install = 'strace is not on this machine; install it with: apt-get install strace'

export const r03: Proof = {
  id: 'R03',
  promise: 'acknowledged means synced: the log is on disk before the 204',
  async run(context) {
    if (spawnSync('strace', ['-V']).status !== 0) {
      context.tally.skipped = install
      return
    }
    const place = makeSqlitePlace()
    try {
      await proveSynced(context, place, context.isLong ? 200 : 40)
    } finally {
      await place.remove()
    }
  },
}

async function proveSynced(context: Context, place: Place, count: number): Promise<void> {
  const { tally, seed } = context
  const seeded = createSeeded(seed, 'sign-outs')
  const people = await addPeople(place, 10, seeded)
  const file = join(place.directory, 'trace')
  // -D: the server stays our own child, and the tracer is beside it; -y: descriptors with what they lead to.
  const under = ['strace', '-D', '-f', '-y', '-ttt', '-s', '64', '-e', `trace=${calls}`, '-o', file]
  const node = await startNode(place.settings, tally, under)
  const history = openHistory(context.id, seed)
  const model = createModel()
  const acts = createActs({ history, model, tally }, () => node.wire)
  for (let at = 0; at < count; at += 1) {
    const [person, door] = [seeded.pick(people), doors[at % doors.length]]
    const session = person && door && (await acts.login(person, door))
    if (session === undefined) continue
    await acts.logout(session, seeded)
    await acts.verify(session, seeded)
  }
  await node.close()
  judgeAll({ model, history, tally })
  history.close(tally.violations.length > 0)

  const seen = signOutsIn(readFileSync(file, 'utf8'))
  tally.figures['synced'] = `${seen.filter((one) => one.isSynced).length}/${count}`
  if (seen.length !== count) tally.violate('trace', `${seen.length} sign-outs in the trace of ${count}`)
  for (const [at, { isWritten, isSynced }] of seen.entries()) {
    if (!isWritten) tally.violate('sync', `sign-out ${at + 1}: nothing was written to the log before its 204`)
    else if (!isSynced) tally.violate('sync', `sign-out ${at + 1}: its 204 left before the log was synced`)
  }
}
