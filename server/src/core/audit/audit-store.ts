// The port of the audit room. Rows are only ever added; each writer has a chain of its own.
import type { Instant } from '../ids.ts'
import type { AuditPlace, AuditRecord, AuditRow, ChainHead } from './audit.ts'

export interface AuditStore {
  /** Adds rows at the end of this writer's chain, in order, in one commit. */
  append(records: readonly AuditRecord[]): Promise<void>
  heads(): Promise<readonly ChainHead[]>
  /** Rows of one chain in order, from `after` (exclusive). */
  rows(chain: string, after: number, limit: number): Promise<readonly AuditRow[]>
  /** Rows of all chains, newest first; the instants are inclusive, `before` is exclusive. */
  newest(
    range: {
      readonly from?: Instant | undefined
      readonly until?: Instant | undefined
      readonly before?: AuditPlace | undefined
    },
    limit: number,
  ): Promise<readonly AuditRow[]>
}
