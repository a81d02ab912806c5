// Reads the audit trail for people: newest first across all chains, filtered, in bounded steps; and follows what is
// added. What is sealed is what is told: records come from their sealed bodies, never from the columns beside them.
import type { Duration, Instant, PersonId } from '../ids.ts'
import type { Clock } from '../needs.ts'
import { type AuditPlace, type AuditRecord, type AuditRow, bySystem, recordIn } from './audit.ts'
import type { AuditStore } from './audit-store.ts'

const chunk = 1000
/** How far one page looks for what fits: a rare event costs further pages, never a long one. */
const mostChunks = 5
const lookEvery: Duration = 1000

export interface TrailNeeds {
  readonly clock: Clock
  readonly store: AuditStore
}

export interface TrailFilter {
  /** The event, or what its name begins with. */
  readonly event?: string
  /** Who acted, or was acted upon. */
  readonly personId?: PersonId
  readonly from?: Instant
  readonly until?: Instant
}

export interface TrailRow extends AuditRow {
  readonly record: AuditRecord & { readonly node?: string }
}

/** How far each chain was told of. */
export type TrailPosition = Readonly<Record<string, number>>

export interface Trail {
  /** Newest first. A page may have fewer rows than asked for, or none, and still a `next`. */
  page(
    filter: TrailFilter,
    before: AuditPlace | undefined,
    limit: number,
  ): Promise<{ readonly rows: readonly TrailRow[]; readonly next: AuditPlace | undefined }>
  /** All of it, newest first, in chunks. */
  all(filter: TrailFilter): AsyncGenerator<readonly TrailRow[]>
  /** What is added after the position (absent = from this call on), looked for each second; often nothing. */
  follow(filter: TrailFilter, after: TrailPosition | undefined): Promise<Followed>
}

export type Followed = AsyncGenerator<{ readonly rows: readonly TrailRow[]; readonly position: TrailPosition }>

export function createTrail(needs: TrailNeeds): Trail {
  return { ...reading(needs), ...following(needs) }
}

function reading({ clock, store }: TrailNeeds): Pick<Trail, 'page' | 'all'> {
  /** One chunk: what fits of it, and from where to look on; undefined = that was all. */
  async function look(filter: TrailFilter, before: AuditPlace | undefined, room: number, size: number) {
    const found = await store.newest({ ...filter, before }, size)
    const { fitting, looked } = pick(found, filter, room)
    const last = found[looked - 1]
    const isAll = last === undefined || (looked === found.length && found.length < size)
    return { fitting, next: isAll ? undefined : placeOf(last) }
  }

  async function page(filter: TrailFilter, before: AuditPlace | undefined, limit: number) {
    const isFiltered = filter.event !== undefined || filter.personId !== undefined
    const size = isFiltered ? chunk : limit + 1
    const rows: TrailRow[] = []
    let next = before
    for (let looks = 0; looks < mostChunks && rows.length < limit; looks += 1) {
      const looked = await look(filter, next, limit - rows.length, size)
      rows.push(...looked.fitting)
      next = looked.next
      if (next === undefined) break
    }
    return { rows, next }
  }

  return {
    page,
    async *all(filter) {
      let before: AuditPlace | undefined
      for (;;) {
        const { rows, next } = await page(filter, before, chunk)
        yield rows
        if (next === undefined) return
        before = next
        // Reading may not wait for anything, and others want to be served meanwhile.
        await clock.pause(0)
      }
    },
  }
}

function following({ clock, store }: TrailNeeds): Pick<Trail, 'follow'> {
  async function headsNow(): Promise<TrailPosition> {
    return Object.fromEntries((await store.heads()).map(({ chain, seq }) => [chain, seq]))
  }

  async function* looksFor(filter: TrailFilter, after: TrailPosition): Followed {
    let position = after
    for (;;) {
      const added: TrailRow[] = []
      for (const [chain, seq] of Object.entries(await headsNow())) {
        const told = position[chain] ?? 0
        if (seq <= told) continue
        const rows = await store.rows(chain, told, chunk)
        added.push(...rows.map(opened))
        position = { ...position, [chain]: rows.at(-1)?.seq ?? told }
      }
      const rows = added.filter((row) => fits(row, filter)).sort((one, other) => one.at - other.at)
      yield { rows, position }
      await clock.pause(lookEvery)
    }
  }

  return { follow: async (filter, after) => looksFor(filter, after ?? (await headsNow())) }
}

/** What fits of a chunk, until there is room for no more; how many rows were looked at for it. */
function pick(found: readonly AuditRow[], filter: TrailFilter, room: number) {
  const fitting: TrailRow[] = []
  let looked = 0
  for (const one of found) {
    looked += 1
    const row = opened(one)
    if (fits(row, filter)) fitting.push(row)
    if (fitting.length === room) break
  }
  return { fitting, looked }
}

function placeOf({ at, chain, seq }: AuditRow): AuditPlace {
  return { at, chain, seq }
}

/** A row whose body somebody broke hides no other; verifying says so, too. */
function opened(row: AuditRow): TrailRow {
  const { at, event } = row
  const broken = { at, event: event as AuditRecord['event'], actor: bySystem, reason: 'the row was altered' }
  return { ...row, record: recordIn(row) ?? { ...broken, outcome: 'failure' } }
}

function fits({ record }: TrailRow, { event, personId }: TrailFilter): boolean {
  if (event !== undefined && !record.event.startsWith(event)) return false
  if (personId === undefined) return true
  const { actor, target } = record
  return (actor.kind === 'person' && actor.id === personId) || (target?.kind === 'person' && target.id === personId)
}
