// The invariants I1–I7 after a fault and at the end: first through the public API, as a client sees them, then by
// SQL, where no door could have hidden anything.
import { createHash } from 'node:crypto'
import type { AuditRecord } from '../src/core/audit/audit.ts'
import type { Operation } from './history.ts'
import { type Item, judge } from './model.ts'
import type { Place } from './place.ts'
import type { Tally } from './report.ts'
import type { Rig } from './rig.ts'
import type { Seeded } from './seeded.ts'

const atOnce = 32

/** Looks at every item of `items` once, and judges all that was ever seen of it: I1, I2, I3. */
export async function checkItems(rig: Rig, items: readonly Item[], seeded: Seeded): Promise<void> {
  const left = [...items]
  const look = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) {
      if ((await rig.acts.verify(item, seeded)) === 'unknown') {
        rig.tally.violate('I1', `no verdict on a ${item.kind} at ${item.door.name} though no fault was under way`)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, look))
}

/** Everything acted on since the last fault, and as many others at random. */
export async function checkTouched(rig: Rig, seeded: Seeded): Promise<void> {
  const { items } = rig.model
  const newest = Math.max(0, ...items.map((item) => item.touched))
  const touched = items.filter((item) => item.touched === newest)
  const others = Array.from({ length: Math.min(touched.length, items.length) }, () => seeded.pick(items))
  await checkItems(rig, [...new Set([...touched, ...others.filter((item) => item !== undefined)])], seeded)
}

/** The whole history against the database: the server should have stopped, or have nothing under way. */
export async function checkAtEnd(rig: Rig): Promise<void> {
  judgeAll(rig)
  await checkRows(rig)
  await checkAuditRows(rig)
  const { findings, rows } = await rig.place.withHouse(({ core }) => core.audits.verify())
  rig.tally.figures['audit rows'] = rows
  for (const { chain, seq, what } of findings) rig.tally.violate('I5', `audit chain ${chain}, row ${seq}: ${what}`)
  const integrity = await rig.place.integrity()
  if (integrity !== 'ok') rig.tally.violate('integrity', integrity)
  checkLog(rig)
}

export function judgeAll({ model, history, tally }: Pick<Rig, 'model' | 'history' | 'tally'>): void {
  for (const item of model.items) {
    for (const { rule, verdict, because } of judge(item, history)) {
      const what = `${item.kind} of ${item.person.username} at ${item.door.name}, issued by operation ${item.issued.id}`
      tally.violate(rule, `${because}: ${what}, seen by operation ${verdict.id}`)
    }
  }
}

/** Acknowledged credentials are rows, acknowledged ends stand in them, and there are no more than were asked for. */
async function checkRows(rig: Rig): Promise<void> {
  const rows = await rig.place.rows(`
    select t.hash, case when t.revoked_at is null and s.ended_at is null then 1 else 0 end as live
    from tokens t left join sessions s on s.id = t.session_id where t.kind <> 'one-time'`)
  const liveByHash = new Map(rows.map((row) => [String(row['hash']), Number(row['live']) === 1]))
  for (const item of rig.model.items) checkItemRows(rig, item, liveByHash)
  const known = rig.model.items.reduce((sum, { bearings }) => sum + bearings.length, 0)
  const unknown = rig.history.operations.filter((one) => isUnknown(one, 'login') || isUnknown(one, 'create'))
  // A sign-in at Portainer's door makes two credentials.
  const most = unknown.reduce((sum, { name, door }) => sum + (name === 'login' && door === 'portainer' ? 2 : 1), known)
  if (rows.length > most) rig.tally.violate('I6', `${rows.length} credentials stand, ${most} were asked for at most`)
}

function checkItemRows({ tally }: Rig, item: Item, liveByHash: ReadonlyMap<string, boolean>): void {
  const isEnded = item.revocations.some((one) => one.outcome === 'ok')
  for (const { secret } of item.bearings) {
    const isLive = liveByHash.get(createHash('sha256').update(secret).digest('base64url'))
    if (isLive === undefined) tally.violate('I1', `operation ${item.issued.id} was acknowledged and has no row`)
    else if (isLive && isEnded) tally.violate('I2', `the end of operation ${item.issued.id}'s is not in its row`)
  }
}

const isUnknown = (operation: Operation, name: string): boolean =>
  operation.name === name && operation.outcome === 'info'

const eventsOf: Readonly<Record<string, readonly string[]>> = {
  login: ['auth.login.success', 'auth.login.success_after_failures'],
  logout: ['auth.logout'],
  create: ['token.api.created'],
  delete: ['token.api.revoked'],
}

interface AuditLine {
  readonly chain: string
  readonly event: string
  readonly requestId: string
}

/** I5: one row for every acknowledged act, none for what nobody asked, in an order that could have been. */
async function checkAuditRows({ place, history, tally, model }: Rig): Promise<void> {
  const lines = await auditLines(place)
  const acts = history.operations.filter((one) => eventsOf[one.name] !== undefined)
  // A second end of the same thing changes nothing, and is no act.
  const endedTwice = new Set(model.items.flatMap((item) => (item.revocations.length > 1 ? item.revocations : [])))
  const acknowledged = acts.filter((one) => one.outcome === 'ok')
  checkToldOnce(
    lines,
    acknowledged.filter((one) => !endedTwice.has(one)),
    tally,
  )
  const byRequest = new Map(acknowledged.map((one) => [one.requestId ?? '', one]))
  for (const [name, events] of Object.entries(eventsOf)) {
    const unasked = lines.filter(({ event, requestId }) => events.includes(event) && !byRequest.has(requestId)).length
    const most = acts.filter((one) => isUnknown(one, name)).length
    if (unasked > most) tally.violate('I5', `${unasked} audit rows of ${name} nobody was told of, ${most} possible`)
  }
  checkOrder(lines, byRequest, tally)
}

function checkToldOnce(lines: readonly AuditLine[], acknowledged: readonly Operation[], tally: Tally): void {
  const seen = new Map<string, number>()
  for (const line of lines) {
    const key = `${line.event} ${line.requestId}`
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  for (const { id, name, requestId } of acknowledged) {
    const counts = (eventsOf[name] ?? []).map((event) => seen.get(`${event} ${requestId}`) ?? 0)
    const count = counts.reduce((sum, one) => sum + one, 0)
    if (count !== 1) tally.violate('I5', `${name}, operation ${id} (${requestId}), has ${count} audit rows`)
  }
}

export async function auditLines(place: Place): Promise<readonly AuditLine[]> {
  const rows = await place.rows('select chain, event, body from audit order by chain, seq')
  return rows.map((row) => {
    const body = JSON.parse(String(row['body'])) as AuditRecord
    return { chain: String(row['chain']), event: String(row['event']), requestId: body.client?.requestId ?? '' }
  })
}

/** In one chain, what was answered before another was asked stands before it. */
function checkOrder(lines: readonly AuditLine[], byRequest: ReadonlyMap<string, Operation>, tally: Tally): void {
  let chain = ''
  let latestStart = 0
  for (const line of lines) {
    if (line.chain !== chain) latestStart = 0
    chain = line.chain
    const operation = byRequest.get(line.requestId)
    if (operation === undefined || !(eventsOf[operation.name] ?? []).includes(line.event)) continue
    if (operation.end < latestStart) tally.violate('I5', `the audit row of operation ${operation.id} stands too late`)
    latestStart = Math.max(latestStart, operation.start)
  }
}

/** I7: every 5xx that was received is told of in a log, by its request id. */
function checkLog(rig: Rig): void {
  const failed = rig.history.operations.filter(({ status = 0 }) => status >= 500)
  rig.tally.add('answers 503', failed.length)
  if (failed.length === 0) return
  const logged = new Set([...rig.output().matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id))
  for (const { id, status, requestId = '' } of failed) {
    if (!logged.has(requestId)) rig.tally.violate('I7', `operation ${id}: ${status} without a log line`)
  }
}
