// The audit room: records refusals (bounded a minute, exact in number), ties the chains together by
// checkpoints, and verifies them. Acts that succeed are not recorded here: their row goes into the same commit
// as the act, handed to the store by the room that acts.
import type { Clock, Digest } from '../needs.ts'
import { type AuditRecord, bySystem, type ChainHead } from './audit.ts'
import type { AuditStore } from './audit-store.ts'
import { type Verification, type VerifyWish, verifyChains } from './verify-chains.ts'

/** Refusals of one event written singly in a minute; further ones are counted and written as one row. */
const singlesPerMinute = 120

export interface AuditNeeds {
  readonly clock: Clock
  readonly digest: Digest
  readonly store: AuditStore
}

export interface Audits {
  /** Records a refusal, soon and not later than the next `flush`. Never throws, never delays the answer. */
  refused(record: AuditRecord): void
  /** Records something that is no act of the store (start, stop). */
  record(record: AuditRecord): Promise<void>
  /** Writes what is waiting. Called once a second, and at the stop with `isLast`, which writes what is counted, too. */
  flush(isLast?: boolean): Promise<void>
  /** Writes the heads of all chains into this one, when anything was added since; returns them for the log. */
  checkpoint(): Promise<readonly ChainHead[] | undefined>
  /**
   * Reads every row of every chain and says where one was altered, removed or cut off. Heads from a checkpoint in the
   * log (`kept`) show a cut that took the database's own checkpoints along.
   */
  verify(wish?: VerifyWish): Promise<Verification>
}

export function createAudits(needs: AuditNeeds): Audits {
  const waiting: AuditRecord[] = []
  const counted = new Map<string, { record: AuditRecord; singles: number; more: number; until: number }>()
  let lastHeads = ''

  function refused(record: AuditRecord): void {
    const key = `${record.event}|${record.client?.dialect ?? ''}`
    const known = counted.get(key)
    if (known === undefined || known.until <= record.at) {
      if (known !== undefined) drain(key, known)
      counted.set(key, { record, singles: 1, more: 0, until: record.at + 60_000 })
      waiting.push(record)
    } else if (known.singles < singlesPerMinute) {
      known.singles += 1
      waiting.push(record)
    } else {
      known.more += 1
      known.record = record
    }
  }

  function drain(key: string, known: { record: AuditRecord; more: number }): void {
    counted.delete(key)
    if (known.more > 0) waiting.push({ ...known.record, count: known.more })
  }

  async function flush(isLast = false): Promise<void> {
    const now = needs.clock.now()
    for (const [key, known] of counted) if (isLast || known.until <= now) drain(key, known)
    if (waiting.length === 0) return
    const batch = waiting.splice(0, waiting.length)
    try {
      await needs.store.append(batch)
    } catch (error) {
      // Kept for the next time; the bound of `refused` keeps this list small however long the store is away.
      waiting.unshift(...batch)
      throw error
    }
  }

  return {
    refused,
    record: (record) => needs.store.append([record]),
    flush,
    async checkpoint() {
      const heads = await needs.store.heads()
      const text = heads.map((head) => `${head.chain}:${head.seq}:${head.mac}`).join(' ')
      if (text === lastHeads || heads.length === 0) return undefined
      const detail = Object.fromEntries(heads.map((head) => [head.chain, `${head.seq}:${head.mac}`]))
      await needs.store.append([
        { at: needs.clock.now(), event: 'audit.checkpoint', outcome: 'success', actor: bySystem, detail },
      ])
      const after = await needs.store.heads()
      lastHeads = after.map((head) => `${head.chain}:${head.seq}:${head.mac}`).join(' ')
      return heads
    },
    verify: (wish) => verifyChains(needs, wish),
  }
}
