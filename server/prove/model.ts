// What the history says must be so. A session or token goes from absent to live to revoked and never back; each
// look at it (a verification) was an acceptance or a refusal with a beginning and an end, and is judged only by
// what had certainly happened before it began, or had certainly not begun when it ended.
import type { Bearing, Door, IssuedToken } from './doors.ts'
import type { History, Operation } from './history.ts'
import type { Somebody } from './place.ts'

export interface Item {
  readonly kind: 'session' | 'token'
  readonly door: Door
  readonly person: Somebody
  /** Every credential it is known by. */
  readonly bearings: readonly Bearing[]
  readonly token: IssuedToken | undefined
  readonly issued: Operation
  /** Attempts to end it, refused ones left out. */
  readonly revocations: Operation[]
  /** Verifications that said yes or no. */
  readonly verdicts: Operation[]
  /** The epoch in which it was last acted on. */
  touched: number
}

export interface Breach {
  readonly rule: 'I1' | 'I2' | 'I3'
  readonly item: Item
  readonly verdict: Operation
  readonly because: string
}

interface Fault {
  readonly rule: Breach['rule']
  readonly because: string
}

/** Since when it is known to be dead, and the latest beginning of a look that found it alive. */
interface Seen {
  readonly refusedSince: number
  readonly acceptedFor: number
}

/** Everything that speaks against one item. */
export function judge(item: Item, history: History): readonly Breach[] {
  let seen: Seen = { refusedSince: Number.POSITIVE_INFINITY, acceptedFor: Number.NEGATIVE_INFINITY }
  const breaches: Breach[] = []
  for (const verdict of [...item.verdicts].sort((one, other) => one.start - other.start)) {
    const isAccepted = verdict.outcome === 'ok'
    const fault = isAccepted ? faultOfAcceptance(item, verdict, seen) : faultOfRefusal(item, verdict, seen, history)
    if (fault !== undefined) breaches.push({ ...fault, item, verdict })
    seen = isAccepted
      ? { ...seen, acceptedFor: verdict.start }
      : { ...seen, refusedSince: Math.min(seen.refusedSince, verdict.end) }
  }
  return breaches
}

function faultOfAcceptance(item: Item, { start }: Operation, seen: Seen): Fault | undefined {
  const isEnded = item.revocations.some((one) => one.outcome === 'ok' && one.end < start)
  if (isEnded) return { rule: 'I2', because: 'accepted after an acknowledged end' }
  return start > seen.refusedSince ? { rule: 'I3', because: 'accepted after it had been refused' } : undefined
}

/** Wrong when nothing that could have ended it was begun, or all that was is settled and it was seen alive since. */
function faultOfRefusal(item: Item, { end }: Operation, seen: Seen, history: History): Fault | undefined {
  const begun = item.revocations.filter((one) => one.start < end)
  if (begun.length === 0) return { rule: 'I1', because: 'refused while live' }
  const isAlive = begun.every((one) => one.outcome === 'info' && history.settledAt(one) < seen.acceptedFor)
  return isAlive ? { rule: 'I3', because: 'refused after it had been seen to live on' } : undefined
}

/** Items by what the driver may do with them; a draw from `live` takes it out, so that one worker ends it. */
export interface Model {
  readonly items: readonly Item[]
  readonly live: Pool
  readonly liveTokens: Pool
  readonly ended: Pool
  add(item: Omit<Item, 'revocations' | 'verdicts' | 'touched'>): Item
}

export interface Pool {
  readonly size: number
  put(item: Item): void
  look(draw: (most: number) => number): Item | undefined
  take(draw: (most: number) => number): Item | undefined
}

export function createModel(): Model {
  const items: Item[] = []
  const [live, liveTokens] = [createPool(), createPool()]
  return {
    items,
    live,
    liveTokens,
    ended: createPool(),
    add(made) {
      const item: Item = { ...made, revocations: [], verdicts: [], touched: made.issued.epoch }
      items.push(item)
      ;(item.kind === 'session' ? live : liveTokens).put(item)
      return item
    },
  }
}

function createPool(): Pool {
  const inside: Item[] = []
  return {
    get size() {
      return inside.length
    },
    put: (item) => {
      inside.push(item)
    },
    look: (draw) => inside[draw(inside.length - 1)],
    take(draw) {
      const at = draw(inside.length - 1)
      const last = inside.pop()
      if (last === undefined || at >= inside.length) return last
      const taken = inside[at]
      inside[at] = last
      return taken
    },
  }
}
