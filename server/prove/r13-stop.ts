// R13: a graceful stop. SIGTERM in the middle of many sign-ins at their real cost, with idle connections of both
// kinds beside them: kept alive after an answer, and opened ahead by a browser that has not sent a byte yet.
import { existsSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { databaseFile } from '../src/stores/sql/open.ts'
import { doors } from './doors.ts'
import { auditLines } from './invariants.ts'
import { addPeople, makeSqlitePlace, type Place, realHashing, type Somebody } from './place.ts'
import { openRaw, type RawAnswer, type RawConnection, textOf } from './raw.ts'
import type { Context, Proof, Tally } from './report.ts'
import { grace, type Node, startNode } from './rig.ts'
import { createSeeded } from './seeded.ts'

/** A signal needs a turn of the loop to arrive. */
const atOnce = 250
const listenerGone = 1000

export const r13: Proof = {
  id: 'R13',
  promise: 'a stop answers what was accepted and takes nothing new',
  async run(context) {
    const { isLong } = context
    await atPlace(context, 'alone', (stage) => stopInTheMiddle(stage, isLong ? 200 : 100, isLong ? 500 : 200))
    await atPlace(context, 'two workers', (stage) => stopInTheMiddle(stage, 50, 50))
    await atPlace(context, 'alone', secondSignal)
    if (isLong) await atPlace(context, 'alone', stuckRequest)
  },
}

type How = 'alone' | 'two workers'

interface Stage {
  readonly tally: Tally
  readonly place: Place
  readonly people: readonly Somebody[]
  readonly node: Node
  /** Says with it how many processes served. */
  readonly violate: Tally['violate']
}

async function atPlace({ tally, seed }: Context, how: How, work: (stage: Stage) => Promise<void>): Promise<void> {
  const place = makeSqlitePlace({ ...realHashing, GATEHOUSE_WORKERS: how === 'alone' ? '1' : '2' })
  try {
    const people = await addPeople(place, 10, createSeeded(seed, 'people'))
    const node = await startNode(place.settings, tally)
    const violate = (rule: string, detail: string): void => tally.violate(`${rule} (${how})`, detail)
    try {
      await work({ tally, place, people, node, violate })
    } finally {
      await node.kill()
    }
  } finally {
    await place.remove()
  }
}

interface SignIn {
  readonly connection: RawConnection
  readonly success: number
  readonly answer: Promise<RawAnswer | undefined>
}

async function stopInTheMiddle(stage: Stage, signInCount: number, idleCount: number): Promise<void> {
  const { node, tally, violate } = stage
  const refusals = 300
  await refuse(node, refusals)
  const idle = await openIdle(node.server.origin, idleCount)
  const signIns = await beginSignIns(stage, signInCount)
  const told = performance.now()
  tellAll(node)
  tally.faults += 1
  tally.operations += signInCount + idleCount + refusals
  await Promise.all([probe(stage, told), closedIdle(stage, idle, told)])
  const late = setTimeout(() => node.server.child.kill('SIGKILL'), 2 * grace)
  const { by, at } = await node.gone
  clearTimeout(late)
  tally.most('slowest stop ms', at - told)
  if (by !== 0) violate('stop', `SIGTERM ended in ${by} after ${Math.round(at - told)} ms`)
  else if (at - told > grace) violate('stop', `the stop took ${Math.round(at - told)} ms`)
  const acknowledged = await checkAnswers(stage, signIns, told)
  await checkData(stage, acknowledged, refusals)
}

/** Dead credentials, more in a minute than are recorded one by one. */
async function refuse({ wire }: Node, count: number): Promise<void> {
  const headers = { cookie: 'semaphore=nobody-was-given-this' }
  await Promise.all(
    Array.from({ length: count }, () => wire.send({ method: 'GET', path: '/semaphore/api/user', headers })),
  )
}

async function openIdle(origin: string, count: number): Promise<readonly RawConnection[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const connection = await openRaw(origin)
      if (at % 3 !== 0) await ownerOf(connection)
      return connection
    }),
  )
}

/** Resolves when all were read: every process has answered one of its own, and the others wait for their hash. */
async function beginSignIns({ node, people }: Stage, count: number): Promise<readonly SignIn[]> {
  const connections = await Promise.all(Array.from({ length: count }, () => openRaw(node.server.origin)))
  const owners = await Promise.all(connections.map(ownerOf))
  const signIns = connections.map((connection, at) => {
    const [person, door] = [people[at % people.length], doors[at % doors.length]]
    if (person === undefined || door === undefined) throw new Error('nobody, or no door')
    connection.send(textOf(door.login(person)))
    return { connection, success: door.signedIn, answer: connection.answer() }
  })
  for (const owner of new Set(owners)) {
    await Promise.race(signIns.filter((_, at) => owners[at] === owner).map(({ answer }) => answer))
  }
  return signIns
}

/** The process at the other end, by what its request ids begin with. */
async function ownerOf(connection: RawConnection): Promise<string> {
  connection.send(textOf({ method: 'GET', path: '/health/live' }))
  return (await connection.answer())?.header('x-request-id')?.slice(0, 8) ?? ''
}

/** As a terminal or a service manager does it: every process gets the signal, workers and supervisor alike. */
function tellAll({ server, signal }: Node): void {
  for (const [, pid] of server.output().matchAll(/"pid":(\d+),"msg":"listening"/g)) {
    if (Number(pid) !== server.child.pid) process.kill(Number(pid), 'SIGTERM')
  }
  signal('SIGTERM')
}

/** Asks over new connections whether it is ready, until there is nobody to ask. */
async function probe({ node, violate }: Stage, told: number): Promise<void> {
  for (let isGone = false; !isGone; await pause(5)) {
    const asked = performance.now()
    const status = await readinessOver(node.server.origin)
    const since = Math.round(asked - told)
    if (status === 200 && since > atOnce) violate('ready', `still said to be ready ${since} ms after SIGTERM`)
    if (status !== undefined && since > listenerGone)
      violate('closed', `a connection was taken ${since} ms after SIGTERM`)
    isGone = status === undefined || since > grace
  }
}

/** Undefined when no connection is to be had. */
async function readinessOver(origin: string): Promise<number | undefined> {
  const connection = await openRaw(origin).catch(() => undefined)
  connection?.send(textOf({ method: 'GET', path: '/health/ready' }))
  const answer = await connection?.answer()
  connection?.destroy()
  return answer?.status
}

async function closedIdle({ tally, violate }: Stage, idle: readonly RawConnection[], told: number): Promise<void> {
  for (const { ended } of idle) {
    const end = await Promise.race([ended, pause(grace, undefined, { ref: false })])
    if (end === undefined) return violate('idle', 'an idle connection was held open for the whole grace')
    tally.most('idle closed after ms', end.at - told)
    if (end.how !== 'closed') violate('idle', `an idle connection ended with ${end.how}`)
  }
}

/** The request ids of the sign-ins that were acknowledged. */
async function checkAnswers(stage: Stage, signIns: readonly SignIn[], told: number): Promise<readonly string[]> {
  const acknowledged: string[] = []
  for (const { connection, success, answer } of signIns) {
    const got = await answer
    const { how } = await connection.ended
    if (how !== 'closed') stage.violate('answer', `the connection of a sign-in ended with ${how}`)
    if (got === undefined) {
      stage.violate('answer', 'a sign-in that was accepted got no whole answer')
      continue
    }
    if (got.status === success) acknowledged.push(got.header('x-request-id') ?? '')
    else if (got.status !== 503) stage.violate('answer', `a sign-in was answered ${got.status}`)
    stage.tally.add('shed 503', got.status === 503 ? 1 : 0)
    checkClosing(stage, got, told)
  }
  return acknowledged
}

function checkClosing({ tally, violate }: Stage, { at, header }: RawAnswer, told: number): void {
  tally.add('answered during the stop', at > told ? 1 : 0)
  if (at > told + atOnce && header('connection') !== 'close') {
    violate('answer', 'an answer during the stop did not say Connection: close')
  }
}

async function checkData({ place, violate }: Stage, acknowledged: readonly string[], refusals: number): Promise<void> {
  const log = `${databaseFile(place.directory)}-wal`
  if (existsSync(log) && statSync(log).size > 0) violate('checkpoint', `${statSync(log).size} bytes of log are left`)
  const lines = await auditLines(place)
  for (const requestId of acknowledged) {
    const count = lines.filter((line) => line.requestId === requestId && line.event === 'auth.login.success').length
    if (count !== 1) violate('I5', `sign-in ${requestId} has ${count} audit rows`)
  }
  const told = await place.rows("select body from audit where event = 'token.invalid'")
  const counted = told.reduce(
    (sum, row) => sum + ((JSON.parse(String(row['body'])) as { count?: number }).count ?? 1),
    0,
  )
  if (counted !== refusals)
    violate('I5', `${refusals} dead credentials were refused, the audit log tells of ${counted}`)
  const { findings } = await place.withHouse(({ core }) => core.audits.verify())
  if (findings.length > 0) violate('I5', `the audit chain is not whole: ${JSON.stringify(findings)}`)
}

/** Writing the compile cache of a first start may take a second of it. */
const longestImpatience = 3000

/** Whoever cannot wait says it twice. */
async function secondSignal(stage: Stage): Promise<void> {
  const { node, tally, violate } = stage
  await beginSignIns(stage, 30)
  node.signal('SIGTERM')
  await pause(50)
  const again = performance.now()
  node.signal('SIGTERM')
  tally.faults += 1
  const { by, at } = await node.gone
  if (by === 0) violate('second', 'a second SIGTERM ended in status 0')
  if (at - again > longestImpatience) violate('second', `a second SIGTERM took ${Math.round(at - again)} ms`)
}

/** A request that never comes to its end holds the stop for the grace and no longer, and the status says so. */
async function stuckRequest({ node, tally, violate }: Stage): Promise<void> {
  const connection = await openRaw(node.server.origin)
  connection.send('POST /semaphore/api/auth/login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\n{')
  await pause(200)
  const told = performance.now()
  node.signal('SIGTERM')
  tally.faults += 1
  const { by, at } = await node.gone
  if (by === 0) violate('timeout', 'a stop that ran out of time ended in status 0')
  if (at - told > grace + 5000) violate('timeout', `the stop took ${Math.round(at - told)} ms`)
}
