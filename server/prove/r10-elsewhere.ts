// R10: whoever people sign in from elsewhere by may be away, silent, slow or talk nonsense: only that way in fails, within
// its limit, nobody gets in by it, and it works again by itself. People with a password here notice nothing. The long
// form takes one trouble after the other; the 99th percentile of local sign-ins is held to twice what it is without, and
// since neighbours on the same cores are felt as trouble, too, "without" is both: this server before and after, and
// another one, without any provider, that is asked at the same moments. The short form gives each other side a trouble
// of its own and only tells the ratios: of so few sign-ins the 99th percentile is the slowest one, which is anybody's.
import { setTimeout as pause } from 'node:timers/promises'
import { missingSlapd } from '../test/_kit/slapd.ts'
import { doors } from './doors.ts'
import {
  type Elsewhere,
  forget,
  isAnswer,
  type Other,
  openElsewhere,
  others,
  publicUrl,
  type Trouble,
  troubles,
} from './elsewhere.ts'
import { fromSomewhere, paced, percentile99 } from './pace.ts'
import { addPeople, makeSqlitePlace, type Place, realHashing, type Settings, type Somebody } from './place.ts'
import type { Context, Proof } from './report.ts'
import { type Node, startNode } from './rig.ts'
import { createSeeded } from './seeded.ts'
import { type Way, ways } from './ways-elsewhere.ts'
import { type Answer, openWire, type Wire, type WireRequest } from './wire.ts'

/** What one question outside may take, and what we and the machine may add to it. */
const limit = 5000
const margin = 2000
/** A circuit that is open is tried again after this. */
const probeTime = 10_000
/** The five failures that open a circuit have come by then, though each takes the whole limit. */
const settled = 12_000
/** A page that shows the form for a password. */
const pageLimit = 1000
const localEvery = 200
const eachWayEvery = 1000
const crowd = 10

const settings: Settings = {
  ...realHashing,
  GATEHOUSE_PUBLIC_URL: publicUrl,
  GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
  GATEHOUSE_PORTAINER_PROVIDER: 'cold',
}

export const r10: Proof = {
  id: 'R10',
  promise: 'a provider or directory in trouble takes only itself away',
  async run(context) {
    if (missingSlapd !== undefined) {
      context.tally.skipped = missingSlapd
      return
    }
    const [place, plainPlace] = [makeSqlitePlace(settings), makeSqlitePlace(settings)]
    let [elsewhere, node, plain]: [Elsewhere?, Node?, Node?] = []
    try {
      const people = await addPeople(place, crowd, createSeeded(context.seed, 'people'))
      await addPeople(plainPlace, crowd, createSeeded(context.seed, 'people'))
      elsewhere = await openElsewhere(place)
      node = await startNode(place.settings, context.tally)
      plain = await startNode(plainPlace.settings, context.tally)
      const away = openWire(node.server.origin, 512)
      await throughAll({ context, place, people, elsewhere, local: node.wire, plain: plain.wire, away })
      away.close()
      await node.close()
      await plain.close()
    } finally {
      await node?.kill()
      await plain?.kill()
      await plainPlace.remove()
      await elsewhere?.close()
      await place.remove()
    }
  },
}

interface Stage {
  readonly context: Context
  readonly place: Place
  readonly people: readonly Somebody[]
  readonly elsewhere: Elsewhere
  readonly local: Wire
  /** To a server that knows the same people and no provider. */
  readonly plain: Wire
  readonly away: Wire
}

interface Phase {
  readonly name: string
  readonly milliseconds: number
  readonly troubles: Readonly<Partial<Record<Other, Trouble>>>
}

const sameForAll = (trouble: Trouble): Phase['troubles'] =>
  Object.fromEntries(others.map((other) => [other, trouble] as const))

/** Which each other side is in, the seed decides. */
function oneEach(seed: number): Phase {
  const seeded = createSeeded(seed, 'troubles')
  const drawn = others.map((other) => [other, seeded.pick(troubles)] as const)
  return { name: 'one trouble each', milliseconds: 6000, troubles: Object.fromEntries(drawn) }
}

async function throughAll(stage: Stage): Promise<void> {
  const { tally, isLong, seed } = stage.context
  const minute = 60_000
  const phases = isLong
    ? troubles.map((trouble) => ({ name: trouble, milliseconds: minute, troubles: sameForAll(trouble) }))
    : [oneEach(seed)]
  const calm = { name: 'calm', milliseconds: isLong ? minute : 3000, troubles: {} }
  // What is compiled and remembered at the first of each is no part of any figure.
  await runPhase(stage, { ...calm, milliseconds: 2000 })
  const usual = [await runPhase(stage, calm)]
  const took = new Map<string, Times>()
  for (const phase of phases) {
    took.set(phase.name, await runTrouble(stage, phase))
    await untilWell(stage)
  }
  usual.push(await runPhase(stage, calm))
  const before = percentile99(usual.flatMap(({ local }) => local))
  tally.most('local p99 ms without trouble', before)
  for (const [name, { local, plain }] of took) {
    const [slowest, beside] = [percentile99(local), percentile99(plain)]
    const ratios = `${(slowest / before).toFixed(2)}, beside it ${(slowest / beside).toFixed(2)}`
    tally.figures[`p99 ratio, ${name}`] = ratios
    if (isLong && slowest > 2 * before && slowest > 2 * beside) tally.violate('p99', `${name}: ${ratios}`)
  }
}

async function runTrouble(stage: Stage, phase: Phase): Promise<Times> {
  const { place, elsewhere, context } = stage
  for (const [other, trouble] of entriesOf(phase)) await elsewhere.spoil(other, trouble)
  await forget(place, 'cold')
  context.tally.faults += others.length
  const watched = watchConnections(stage, phase)
  const times = await runPhase(stage, phase)
  watched()
  return times
}

const entriesOf = ({ troubles: each }: Phase) => Object.entries(each) as readonly (readonly [Other, Trouble])[]

/** Milliseconds that sign-ins by a password took, here and at the server without providers. */
interface Times {
  readonly local: number[]
  readonly plain: number[]
}

/** Local sign-ins and every way from elsewhere, each at its own pace, until all are answered. */
async function runPhase(stage: Stage, phase: Phase): Promise<Times> {
  const { tally } = stage.context
  const { milliseconds } = phase
  const times: Times = { local: [], plain: [] }
  const shed = { local: 0, plain: 0 }
  await Promise.all([
    paced(localEvery, milliseconds, async (turn) => {
      const [local, plain] = await Promise.all([
        signInLocally(stage, stage.local, turn),
        signInLocally(stage, stage.plain, turn),
      ])
      times.local.push(local.took)
      times.plain.push(plain.took)
      if (local.isShed) shed.local += 1
      if (plain.isShed) shed.plain += 1
    }),
    ...ways.map(async (way, at) => {
      await pause((eachWayEvery / ways.length) * at)
      await paced(eachWayEvery, milliseconds, (turn) => tryWay(stage, phase, way, turn))
    }),
    paced(eachWayEvery, milliseconds, () => seePage(stage, phase)),
  ])
  tally.add('shed where there are no providers', shed.plain)
  // Where the machine has no core to hash a password on, both say so.
  if (shed.local > 0 && shed.plain === 0) tally.violate('local', `${phase.name}: ${shed.local} sign-ins were shed`)
  return times
}

interface LocalSignIn {
  readonly took: number
  readonly isShed: boolean
}

async function signInLocally({ context, people }: Stage, wire: Wire, turn: number): Promise<LocalSignIn> {
  const [person, door] = [people[turn % people.length], doors[turn % doors.length]]
  if (person === undefined || door === undefined) throw new Error('nobody, or no door')
  const began = performance.now()
  const answer = await wire.send(fromSomewhere(door.login(person)))
  const took = performance.now() - began
  context.tally.operations += 1
  const status = 'status' in answer ? answer.status : answer.broken
  const isShed = status === 503
  if (status !== door.signedIn && !isShed) {
    context.tally.violate('local', `a sign-in at ${door.name} was answered ${status}`)
  }
  return { took, isShed }
}

async function tryWay(stage: Stage, phase: Phase, way: Way, turn: number): Promise<void> {
  const { tally } = stage.context
  const trouble = phase.troubles[way.through]
  try {
    const isIn = await walk(stage, way, turn, trouble)
    if (isIn && trouble !== undefined) tally.violate('open', `${way.name} let somebody in though it ${trouble}`)
    if (!isIn && trouble === undefined) tally.violate('shut', `${way.name} let nobody in though all is well`)
  } catch (error) {
    tally.violate('answer', `${way.name}, ${trouble ?? 'well'}: ${error instanceof Error ? error.message : error}`)
  }
}

function walk({ context, elsewhere, away }: Stage, way: Way, turn: number, trouble?: Trouble): Promise<boolean> {
  const { tally } = context
  const send = async (request: WireRequest): Promise<Answer> => {
    const began = performance.now()
    const answer = await away.send(fromSomewhere(request))
    const took = performance.now() - began
    tally.operations += 1
    tally.most(trouble === undefined ? 'slowest way ms' : 'slowest broken way ms', took)
    if ('broken' in answer) throw new Error(answer.broken)
    if (took > limit + margin) throw new Error(`answered after ${Math.round(took)} ms`)
    if (answer.status >= 500 && answer.status !== 503) throw new Error(`answered ${answer.status}`)
    return answer
  }
  return way.walk({ elsewhere, turn, send })
}

/** Portainer's page asks for this before it shows a form to anybody. */
async function seePage({ context: { tally }, away }: Stage, { troubles: each }: Phase): Promise<void> {
  const began = performance.now()
  const answer = await away.send(fromSomewhere({ method: 'GET', path: '/portainer/api/settings/public' }))
  const took = performance.now() - began
  tally.operations += 1
  tally.most(each.cold === undefined ? 'slowest page ms' : 'slowest page beside trouble ms', took)
  const status = 'status' in answer ? answer.status : answer.broken
  if (status !== 200) tally.violate('page', `Portainer's page was answered ${status}`)
  if (took > pageLimit + margin) tally.violate('page', `Portainer's page came after ${Math.round(took)} ms`)
}

/** From when its circuit must be open, an other side that fails to answer is asked once in a while only. */
function watchConnections({ context: { tally }, elsewhere }: Stage, phase: Phase): () => void {
  const span = phase.milliseconds - settled
  const silent = entriesOf(phase).filter(([, trouble]) => !isAnswer(trouble))
  if (span <= 0) return () => {}
  const before = new Map<Other, number>()
  const timer = setTimeout(() => {
    for (const [other] of silent) before.set(other, elsewhere.connections(other))
  }, settled)
  return () => {
    clearTimeout(timer)
    for (const [other, trouble] of silent) {
      const count = elsewhere.connections(other) - (before.get(other) ?? 0)
      const most = Math.ceil(span / probeTime) + 1
      tally.most('most probes of an open circuit', count)
      if (count > most) tally.violate('circuit', `${other}, which ${trouble}, was asked ${count} times, not ${most}`)
    }
  }
}

/** Everybody is well again: each way must find out by itself. */
async function untilWell(stage: Stage): Promise<void> {
  const { tally } = stage.context
  await stage.elsewhere.heal()
  const began = performance.now()
  await Promise.all(
    ways.map(async (way) => {
      for (let turn = 0; ; turn += 1) {
        const since = performance.now() - began
        const isIn = await walk(stage, way, turn, 'absent').catch(() => false)
        if (isIn) return tally.most('slowest return ms', since)
        if (since > probeTime + margin) {
          return tally.violate('return', `${way.name} lets nobody in ${Math.round(since)} ms after all was well`)
        }
        await pause(250)
      }
    }),
  )
}
