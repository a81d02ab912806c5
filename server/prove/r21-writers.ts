// R21: several processes on one SQLite. The server under load, an administrator's commands in a loop, somebody
// else's long reads, and a second server started by mistake: nobody is told "busy", and nothing told is lost.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { databaseFile } from '../src/stores/sql/open.ts'
import { createActs } from './acts.ts'
import { runCommand } from './command.ts'
import { type Door, doors } from './doors.ts'
import { checkAtEnd, checkItems } from './invariants.ts'
import { startLoad } from './load.ts'
import { createModel, type Item } from './model.ts'
import { addPeople, makeSqlitePlace, type Place, type Somebody } from './place.ts'
import type { Proof, Tally } from './report.ts'
import { type Rig, withRig } from './rig.ts'
import { createSeeded, type Seeded } from './seeded.ts'

const workers = 10

export const r21: Proof = {
  id: 'R21',
  promise: 'several processes write one SQLite and none is told "busy"',
  async run(context) {
    const place = makeSqlitePlace()
    const { seed, isLong } = context
    const people = await addPeople(place, 10, createSeeded(seed, 'people'))
    await withRig(context, place, people, async (rig) => {
      const until = performance.now() + (isLong ? 300_000 : 10_000)
      const load = startLoad({ acts: rig.acts, model: rig.model, people, seed, workers, name: 'load' })
      const reader = startReader(place, seed, rig.tally)
      const told = new Map<string, number>()
      // A model of their own: the load must not mint from the session of somebody who is about to be disabled.
      const model = createModel()
      const acts = createActs({ history: rig.history, model, tally: rig.tally }, rig.wire)
      await Promise.all([administer({ ...rig, model, acts }, told, until), mistake(rig, until)])
      await load.stop()
      reader.stop()
      const both = { ...rig, model: { ...rig.model, items: [...rig.model.items, ...model.items] } }
      await checkItems(both, both.model.items, createSeeded(seed, 'end'))
      await rig.stop()
      checkShedding(rig)
      await checkCommands(rig, told)
      await checkAtEnd(both)
    })
  },
}

/** Makes a person, lets them in, disables and enables them, and looks from outside after each command. */
async function administer(rig: Rig, told: Map<string, number>, until: number): Promise<void> {
  const seeded = createSeeded(rig.context.seed, 'administrator')
  while (performance.now() < until) {
    const person = await createByCommand(rig, told, seeded)
    const door = seeded.pick(doors)
    if (person === undefined || door === undefined) continue
    const session = await rig.acts.login(person, door)
    if (session === undefined) rig.tally.violate('R21', 'a person just made could not sign in')
    await command(rig, told, 'disable', person, session)
    if (session !== undefined) await rig.acts.verify(session)
    await expectRefused(rig, person, door)
    await command(rig, told, 'enable', person, undefined)
    if (session !== undefined) await rig.acts.verify(session)
    if ((await rig.acts.login(person, door)) === undefined) {
      rig.tally.violate('R21', 'a person enabled again could not sign in')
    }
  }
}

async function createByCommand(rig: Rig, told: Map<string, number>, seeded: Seeded): Promise<Somebody | undefined> {
  const marker = `mk${seeded.text(10)}`
  const [username, email, password] = [
    `${marker}-cli`,
    `${marker}@example.org`,
    `four unrelated words ${seeded.text(12)}`,
  ]
  const args = ['user', 'create', username, '--email', email, '--json']
  const ran = await runCommand(rig.place.settings, args, `${password}\n`)
  rig.tally.operations += 1
  rig.tally.most('slowest command ms', ran.ms)
  if (ran.code !== 0) {
    rig.tally.violate('R21', `user create ended in ${ran.code}: ${ran.err}`)
    return undefined
  }
  const { id } = JSON.parse(ran.out) as { id: number }
  told.set(`user.created ${id}`, 1)
  return { id, marker, username, email, password }
}

async function command(
  rig: Rig,
  told: Map<string, number>,
  name: 'disable' | 'enable',
  person: Somebody,
  session: Item | undefined,
): Promise<void> {
  const operation = rig.history.begin('command', 'command line', person.username)
  if (name === 'disable') session?.revocations.push(operation)
  const ran = await runCommand(rig.place.settings, ['user', name, person.username, '--json'])
  rig.tally.operations += 1
  rig.tally.most('slowest command ms', ran.ms)
  rig.history.end(operation, { outcome: ran.code === 0 ? 'ok' : 'info' })
  if (ran.code !== 0) return rig.tally.violate('R21', `user ${name} ended in ${ran.code}: ${ran.err}`)
  const key = `user.${name}d ${person.id}`
  told.set(key, (told.get(key) ?? 0) + 1)
}

async function expectRefused({ wire, tally }: Rig, person: Somebody, door: Door): Promise<void> {
  const answer = await wire().send(door.login(person))
  const status = 'status' in answer ? answer.status : answer.broken
  if (status !== 401 && status !== 422) tally.violate('R21', `a disabled person's sign-in was answered ${status}`)
}

/** A second server on the same data, and one on the same port: refused with a sentence, and the first goes on. */
async function mistake({ place, tally, server }: Rig, until: number): Promise<void> {
  const { port } = new URL(server().origin)
  const mistakes = [
    { more: { GATEHOUSE_PORT: '0' }, sentence: /another Gatehouse serves/ },
    {
      more: { GATEHOUSE_PORT: port, GATEHOUSE_DATA: join(place.directory, 'other') },
      sentence: /another program listens/,
    },
  ]
  for (let at = 0; performance.now() < until; at += 1) {
    const { more = {}, sentence = /./ } = mistakes[at % mistakes.length] ?? {}
    const { code, err, ms } = await runCommand({ ...place.settings, ...more }, ['serve'])
    tally.faults += 1
    tally.most('slowest refusal ms', ms)
    if (code === 0 || code === null || !sentence.test(err))
      tally.violate('R21', `a second server ended in ${code}: ${err}`)
    await pause(1000)
  }
}

function startReader(place: Place, seed: number, tally: Tally) {
  const script = fileURLToPath(new URL('./external-reader.ts', import.meta.url))
  const child = spawn(process.execPath, [script, databaseFile(place.directory), String(seed)])
  let [out, err, isStopped] = ['', '', false]
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.once('exit', () => {
    if (!isStopped) tally.violate('R21', `the external reader ended: ${err}`)
  })
  return {
    stop() {
      isStopped = true
      child.kill()
      tally.figures['external reads'] = (out.match(/^read$/gm) ?? []).length
      for (const [torn] of out.matchAll(/^torn.*$/gm)) tally.violate('R21', `an external read was ${torn}`)
    },
  }
}

/** A 503 may say that there is too much to do, never that another process was writing. */
function checkShedding({ history, tally, output }: Rig): void {
  const lines = output()
    .split('\n')
    .filter((line) => line.includes('"msg":"overloaded"'))
  for (const { status, requestId, name } of history.operations) {
    if (status !== 503) continue
    const line = lines.find((one) => one.includes(`"id":"${requestId}"`)) ?? 'no log line'
    if (!line.includes('too many')) tally.violate('R21', `${name} was answered 503: ${line.slice(0, 400)}`)
  }
}

/** I5 for commands: one row each. */
async function checkCommands({ place, tally }: Rig, told: ReadonlyMap<string, number>): Promise<void> {
  const rows = await place.rows(
    "select event, person_id, count(*) as count from audit where event like 'user.%' group by event, person_id",
  )
  const counts = new Map(rows.map((row) => [`${row['event']} ${row['person_id']}`, Number(row['count'])]))
  for (const [key, count] of told) {
    if (counts.get(key) !== count) tally.violate('I5', `${key}: ${count} told, ${counts.get(key) ?? 0} audit rows`)
  }
}
