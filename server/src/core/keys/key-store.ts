// The port of the keys room.
import type { AuditRecord } from '../audit/audit.ts'
import type { Instant } from '../ids.ts'
import type { StoredKey } from './key.ts'

export interface KeyStore {
  /** Every key, newest first. */
  list(): Promise<readonly StoredKey[]>
  /**
   * Adds a first active key, and the next one beside it, unless there is an active key: of two nodes starting at
   * once exactly one adds.
   */
  addFirst(first: { readonly active: StoredKey; readonly next: StoredKey }, record: AuditRecord): Promise<boolean>
  /**
   * `next` becomes `active`, `active` becomes `retiring` until `removedAt`, `key` becomes `next`: one commit,
   * only while `activeKid` is still the active one (false otherwise).
   */
  rotate(rotation: {
    readonly activeKid: string
    readonly next: StoredKey
    readonly removedAt: Instant
    readonly record: AuditRecord
  }): Promise<boolean>
}
