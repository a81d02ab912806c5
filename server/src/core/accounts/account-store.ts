// The port of accounts. Every write is one commit together with its audit row.
import type { AuditRecord } from '../audit/audit.ts'
import type { AccountId } from '../ids.ts'
import type { Account, AccountChange, NewAccount } from './account.ts'

export interface AccountStore {
  /** By identifier (canonical) or UUID. */
  find(name: string): Promise<Account | undefined>
  /** By id, ascending; `after` is exclusive. */
  list(after: number, limit: number): Promise<readonly Account[]>
  /** Atomic: of N parallel creations of one identifier exactly one wins. */
  create(account: NewAccount, record: AuditRecord): Promise<Account | 'identifier-taken'>
  /** The account as it is afterwards; undefined when there is none. */
  change(id: AccountId, change: AccountChange, record: AuditRecord): Promise<Account | undefined>
}
