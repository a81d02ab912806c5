// R24: what is ended at one node is dead at the other, at once. Two servers on one PostgreSQL, and two workers on one
// SQLite: sign in here, be known there, sign out here, and ask there in the moment the answer is whole, while
// further questions about the same credential are under way there.
import { startPostgres } from '../test/_kit/postgres.ts'
import { type Acts, createActs, type Stage } from './acts.ts'
import { doors } from './doors.ts'
import { type Operation, openHistory } from './history.ts'
import { judgeAll } from './invariants.ts'
import { createModel, type Item } from './model.ts'
import { addPeople, cheapSettings, makePostgresPlace, makeSqlitePlace, type Place, type Somebody } from './place.ts'
import type { Context, Proof } from './report.ts'
import { type Node, startNode } from './rig.ts'
import { createSeeded, type Seeded } from './seeded.ts'
import { openWire, type Wire } from './wire.ts'

const lanes = 10
const crowd = 20

export const r24: Proof = {
  id: 'R24',
  promise: 'what is ended at one node is dead at the other, at once',
  async run(context) {
    await crossWorkers(context)
    await crossServers(context)
  },
}

async function crossServers(context: Context): Promise<void> {
  const postgres = await startPostgres()
  const nodes: Node[] = []
  try {
    const place = await makePostgresPlace(postgres)
    const people = await addPeople(place, crowd, createSeeded(context.seed, 'people'))
    for (let at = 0; at < 2; at += 1) nodes.push(await startNode(place.settings, context.tally))
    await crossAll(
      context,
      place,
      people,
      nodes.map((node) => () => node.wire),
    )
    for (const node of nodes) await node.close()
    await place.remove()
  } finally {
    for (const node of nodes) await node.kill()
    await postgres.stop()
  }
}

async function crossWorkers(context: Context): Promise<void> {
  const place = makeSqlitePlace({ ...cheapSettings, GATEHOUSE_WORKERS: '2' })
  let node: Node | undefined
  try {
    const people = await addPeople(place, crowd, createSeeded(context.seed, 'people'))
    node = await startNode(place.settings, context.tally)
    const workers = await wiresByWorker(node)
    await crossAll(context, place, people, workers.map(turns))
    for (const wire of workers.flat()) wire.close()
    await node.close()
  } finally {
    await node?.kill()
    await place.remove()
  }
}

/** A worker is known by what its request ids begin with, and a connection stays with the worker that took it. */
async function wiresByWorker({ server }: Node): Promise<readonly (readonly Wire[])[]> {
  const byWorker = new Map<string, Wire[]>()
  for (let opened = 0; opened < 4 * lanes; opened += 1) {
    const wire = openWire(server.origin, 1)
    const answer = await wire.send({ method: 'GET', path: '/health/live' })
    const worker = 'status' in answer ? String(answer.headers['x-request-id']).slice(0, 8) : ''
    byWorker.set(worker, [...(byWorker.get(worker) ?? []), wire])
  }
  return [...byWorker.values()]
}

function turns(wires: readonly Wire[]): () => Wire {
  let at = 0
  return () => {
    at += 1
    const wire = wires[at % wires.length]
    if (wire === undefined) throw new Error('a worker without a connection')
    return wire
  }
}

async function crossAll(
  context: Context,
  place: Place,
  people: readonly Somebody[],
  nodes: readonly (() => Wire)[],
): Promise<void> {
  const { tally, seed, isLong } = context
  const stage: Stage = { history: openHistory(`R24-${place.kind}`, seed), model: createModel(), tally }
  const [here, there] = nodes.map((wire) => createActs(stage, wire))
  if (here === undefined || there === undefined || nodes.length > 2) throw new Error(`${nodes.length} nodes, not two`)
  const each = (isLong ? 10_000 : 250) / lanes
  const cross = async (lane: number): Promise<void> => {
    const seeded = createSeeded(seed, `${place.kind} lane ${lane}`)
    for (let at = 0; at < each; at += 1) {
      const [one, other] = seeded.chance(0.5) ? [here, there] : [there, here]
      await crossOnce(stage, one, other, seeded.pick(people), seeded)
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => cross(lane)))
  judgeAll(stage)
  stage.history.close(tally.violations.length > 0)
}

async function crossOnce(
  stage: Stage,
  here: Acts,
  there: Acts,
  person: Somebody | undefined,
  seeded: Seeded,
): Promise<void> {
  const door = seeded.pick(doors)
  const session = person && door && (await here.login(person, door))
  if (session === undefined) return stage.tally.violate('R24', 'a sign-in was not acknowledged')
  if (seeded.chance(0.2)) {
    const token = await here.create(session, 'crossing')
    if (token === undefined) return stage.tally.violate('R24', 'an API token was not acknowledged')
    await endAcross(stage, token, there, () => here.remove(token))
    await here.logout(session, seeded)
  } else {
    await endAcross(stage, session, there, () => here.logout(session, seeded))
  }
}

/** Known there before its end here is sent, dead there from the moment this is answered. */
async function endAcross({ tally }: Stage, item: Item, there: Acts, endHere: () => Promise<Operation>): Promise<void> {
  const before = await there.verify(item)
  const meanwhile = Promise.all([there.verify(item), there.verify(item)])
  const end = await endHere()
  const after = await there.verify(item)
  await meanwhile
  if (before !== 'accepted') tally.violate('R24', `a new ${item.kind} was not known at the other node`)
  if (end.outcome !== 'ok' || after === 'unknown') tally.violate('R24', `the end of a ${item.kind} has no answer`)
  if (isSameNode(item, end.requestId)) tally.violate('R24', 'both answers came from one node: nothing was crossed')
  tally.add('late acceptances', after === 'accepted' ? 1 : 0)
  tally.add('crossings', 1)
}

function isSameNode({ verdicts }: Item, requestId: string | undefined): boolean {
  return verdicts.some((one) => one.requestId?.slice(0, 8) === requestId?.slice(0, 8))
}
