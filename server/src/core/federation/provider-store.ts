// The port of providers. Every write is one commit together with its audit row.
import type { AuditRecord } from '../audit/audit.ts'
import type { Instant } from '../ids.ts'
import type { ProviderId, ProviderWish, RemovedProvider, StoredProvider } from './provider.ts'

/** The secret of a change: another one, none any more, or the one that is there. */
export type SecretChange = { readonly sealed: string } | 'none' | 'same'

export interface ProviderChange {
  readonly id: ProviderId
  /** As it was read: a provider that somebody else changed meanwhile is not changed. */
  readonly version: number
  readonly wish: ProviderWish
  readonly secret: SecretChange
  readonly at: Instant
  /** Subjects mean somebody else from now on: a provider that has identities is not changed so. */
  readonly isOther?: boolean
}

export interface ProviderStore {
  /** In their order, then by name. */
  list(): Promise<readonly StoredProvider[]>
  find(name: string): Promise<StoredProvider | undefined>
  add(
    wish: ProviderWish,
    sealed: string | undefined,
    at: Instant,
    record: AuditRecord,
  ): Promise<StoredProvider | 'name-taken'>
  /** Forgets its flows; disabling it ends its sessions, too. False: gone, or changed meanwhile. */
  change(change: ProviderChange, record: AuditRecord): Promise<boolean | 'has-identities'>
  /** With its identities, sessions and flows; people stay. The record gets the numbers. Undefined: gone already. */
  remove(id: ProviderId, at: Instant, record: AuditRecord): Promise<RemovedProvider | undefined>
}
