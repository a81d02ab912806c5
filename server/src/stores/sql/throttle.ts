// Implements the throttle port; owns the table `throttle`. Three counters an attempt: the network's, the
// name's, and the name's from this network, each with its failures and with what is under way. Always written in this order, so that no two acts wait for each other.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { Instant, PersonId } from '../../core/ids.ts'
import type { ThrottleClaim, ThrottleLimits } from '../../core/throttle/throttle.ts'
import type { Taken, ThrottleStore } from '../../core/throttle/throttle-store.ts'
import { flag, numberOf, optional } from './codecs.ts'
import { type Acts, callActs, type Engine, type Tx, Undo } from './engine.ts'

/** An attempt that never reported back (a kill -9) holds its place until the name has had no new one for so long. */
const pendingLife = 30_000

// throttle: primary key, in every statement here
const takeNetwork = `
  insert into throttle (key, pending, pending_until, failed_at) values ($1, 1, $2, $3)
  on conflict (key) do update set
    pending = case when throttle.pending_until <= $3 then 1 else throttle.pending + 1 end,
    pending_until = $2,
    failures = case when throttle.failed_at <= $4 then 0 else throttle.failures end,
    failed_at = case when throttle.failed_at <= $4 then $3 else throttle.failed_at end
  where case when throttle.failed_at <= $4 then 0 else throttle.failures end +
    case when throttle.pending_until <= $3 then 0 else throttle.pending end < $5
  returning failures`
const failNetwork = `
  insert into throttle (key, failures, failed_at) values ($1, 1, $2)
  on conflict (key) do update set
    failures = throttle.failures + 1,
    pending = case when throttle.pending > 0 then throttle.pending - 1 else 0 end`
const takePlace = `
  insert into throttle (key, pending, pending_until, is_known) values ($1, 1, $2, $3)
  on conflict (key) do update set
    pending = case when throttle.pending_until <= $4 then 1 else throttle.pending + 1 end,
    pending_until = $2,
    failures = case when throttle.failed_at <= $5 then 0 else throttle.failures end,
    is_known = $3
  where throttle.blocked_until <= $4 and
    case when throttle.pending_until <= $4 then 0 else throttle.pending end <
    case when throttle.failed_at <= $5 or throttle.failures = 0 then $6
         when throttle.failures < $7 then $7 - throttle.failures
         else 1 end
  returning failures, pending`
const selectCounters = 'select key, failures, failed_at, blocked_until from throttle where key in ($1, $2)'
// An upsert: the row of a long attempt may have been purged, its failure counts all the same.
const failPlace = `
  insert into throttle (key, failures, failed_at, is_known) values ($1, 1, $2, $4)
  on conflict (key) do update set
    failures = case when throttle.failed_at <= $3 then 1 else throttle.failures + 1 end,
    failed_at = $2,
    pending = case when throttle.pending > 0 then throttle.pending - 1 else 0 end
  returning failures`
const blockPair = 'update throttle set blocked_until = $2 where key = $1'
const failPassword = `
  update passwords set
    failures = failures + 1,
    disabled_at = case when failures + 1 >= $2 then cast($3 as bigint) else disabled_at end
  where person_id = $1 and disabled_at is null
  returning disabled_at`
const clearPlace = `
  update throttle set failures = 0, blocked_until = 0, pending = case when pending > 0 then pending - 1 else 0 end
  where key = $1`
const leavePlace = 'update throttle set pending = case when pending > 0 then pending - 1 else 0 end where key = $1'
const forgetName = "update throttle set failures = 0, blocked_until = 0 where key = $1 or key like $2 escape '!'"
// throttle: index throttle_by_age (is_known, failed_at)
const purgeOld =
  'delete from throttle where failed_at <= $1 and pending_until <= $2 and blocked_until <= $2 returning key'
const purgeInvented = `
  delete from throttle where key in (
    select key from throttle where is_known = 0 order by failed_at desc limit 1000000 offset $1) returning key`

/** A success takes back its own count everywhere and clears the name's failures, never the network's others. */
export async function settleSuccess(tx: Tx, claim: ThrottleClaim): Promise<void> {
  await tx.rows(leavePlace, [claim.networkKey])
  await tx.rows(clearPlace, [claim.nameKey])
  await tx.rows(clearPlace, [claim.pairKey])
}

const throttleActs = {
  async take(tx: Tx, claim: ThrottleClaim, limits: ThrottleLimits, now: Instant): Promise<Taken> {
    const windowBegan = now - limits.networkWindow
    const window = [now + pendingLife, now, windowBegan, limits.networkFailures]
    const [network] = await tx.rows(takeNetwork, [claim.networkKey, ...window])
    if (network === undefined) throw new Undo(await networkWait(tx, claim, limits, now))
    const forgotten = now - limits.forgetAfter
    const place = [now + pendingLife, flag(claim.isKnown), now, forgotten, limits.inFlightClean]
    const [name] = await tx.rows(takePlace, [claim.nameKey, ...place, limits.inFlightAfterFailure])
    if (name === undefined) throw new Undo({ kind: 'wait', what: 'name', until: now + limits.firstWait })
    const [pair] = await tx.rows(takePlace, [claim.pairKey, ...place, limits.freeFailures])
    if (pair === undefined) throw new Undo(await pairWait(tx, claim, limits, now))
    const failures = numberOf(name, 'failures')
    return { kind: 'taken', position: failures + numberOf(name, 'pending'), failures }
  },

  async fail(
    tx: Tx,
    failure: {
      readonly claim: ThrottleClaim
      readonly limits: ThrottleLimits
      readonly personId: PersonId | undefined
      readonly record: AuditRecord
    },
  ): Promise<{ readonly disabled: boolean }> {
    const { claim, limits, personId, record } = failure
    const forgotten = record.at - limits.forgetAfter
    await tx.rows(failNetwork, [claim.networkKey, record.at])
    const failures = await failOne(tx, claim.nameKey, [record.at, forgotten, flag(claim.isKnown)])
    const ofPair = await failOne(tx, claim.pairKey, [record.at, forgotten, flag(claim.isKnown)])
    const over = ofPair - limits.freeFailures
    if (over >= 0) {
      const wait = Math.min(limits.longestWait, limits.firstWait * 2 ** over)
      await tx.rows(blockPair, [claim.pairKey, record.at + wait])
    }
    const [password] = await tx.rows(failPassword, [optional(personId), limits.disableAfter, record.at])
    const disabled = password !== undefined && password['disabled_at'] !== null
    await tx.record({ ...record, detail: { ...record.detail, failures, disabled } })
    return { disabled }
  },

  async giveBack(tx: Tx, claim: ThrottleClaim): Promise<void> {
    await tx.rows(leavePlace, [claim.networkKey])
    await tx.rows(leavePlace, [claim.nameKey])
    await tx.rows(leavePlace, [claim.pairKey])
  },

  async forget(tx: Tx, nameKey: string): Promise<void> {
    const pairs = `p${nameKey.slice(1).replaceAll(/[!%_]/g, '!$&')}:%`
    await tx.rows(forgetName, [nameKey, pairs])
  },

  async purge(tx: Tx, limits: ThrottleLimits, now: Instant, keep: number): Promise<number> {
    const old = now - Math.max(limits.forgetAfter, limits.networkWindow)
    const gone = await tx.rows(purgeOld, [old, now])
    const more = await tx.rows(purgeInvented, [keep])
    return gone.length + more.length
  },
} satisfies Acts

/** The failures of this key now. */
async function failOne(tx: Tx, key: string, rest: readonly [Instant, Instant, number]): Promise<number> {
  const [row] = await tx.rows(failPlace, [key, ...rest])
  return row === undefined ? 0 : numberOf(row, 'failures')
}

export const acts: Acts = throttleActs

export function sqlThrottle(engine: Engine): ThrottleStore {
  const { reader } = engine
  return {
    ...callActs(engine, 'throttle', throttleActs),
    async waitsUntil(claim, limits, now) {
      const rows = await reader.rows(selectCounters, [claim.pairKey, claim.networkKey])
      const waits = rows.map((row) => waitOf(row, claim, limits)).filter((until) => until > now)
      return Math.max(0, ...waits)
    },
    async hasFailures(claim, limits, now) {
      const rows = await reader.rows(selectCounters, [claim.nameKey, claim.nameKey])
      return rows.some((row) => numberOf(row, 'failures') > 0 && numberOf(row, 'failed_at') > now - limits.forgetAfter)
    },
  } satisfies ThrottleStore
}

type Counter = Parameters<typeof numberOf>[0]

function waitOf(row: Counter, claim: ThrottleClaim, limits: ThrottleLimits): Instant {
  if (row['key'] === claim.pairKey) return numberOf(row, 'blocked_until')
  const isFull = numberOf(row, 'failures') >= limits.networkFailures
  return isFull ? numberOf(row, 'failed_at') + limits.networkWindow : 0
}

/** Settled failures wait out their window; a network that is merely busy comes again in a moment. */
async function networkWait(tx: Tx, claim: ThrottleClaim, limits: ThrottleLimits, now: Instant): Promise<Taken> {
  const [row] = await tx.rows(selectCounters, [claim.networkKey, claim.networkKey])
  const until = row === undefined ? 0 : waitOf(row, claim, limits)
  if (until > now) return { kind: 'wait', what: 'network', until }
  return { kind: 'wait', what: 'busy', until: now + limits.firstWait }
}

async function pairWait(tx: Tx, claim: ThrottleClaim, limits: ThrottleLimits, now: Instant): Promise<Taken> {
  const [row] = await tx.rows(selectCounters, [claim.pairKey, claim.pairKey])
  const until = row === undefined ? 0 : numberOf(row, 'blocked_until')
  return { kind: 'wait', what: 'pair', until: until > now ? until : now + limits.firstWait }
}
