// Implements the provider port; owns `providers`. A provider that is changed takes its flows along in the
// same commit, one that is no longer enabled its sessions, too.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type {
  ProviderId,
  ProviderKind,
  ProviderSettings,
  ProviderWish,
  RemovedProvider,
  StoredProvider,
} from '../../core/federation/provider.ts'
import type { ProviderChange, ProviderStore } from '../../core/federation/provider-store.ts'
import type { Instant } from '../../core/ids.ts'
import { flag, numberOf, optional, optionalText, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx } from './engine.ts'

const providerColumns = `id, name, kind, display_name, colour, icon, sort_order, is_enabled, settings, sealed_secret,
  version, created_at, changed_at`
export const selectProviders = `select ${providerColumns} from providers order by sort_order, name`
// providers: unique index on name
const selectProvider = `select ${providerColumns} from providers where name = $1`
const insertProvider = `
  insert into providers (name, kind, display_name, colour, icon, sort_order, is_enabled, settings, sealed_secret,
    created_at, changed_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
  on conflict do nothing returning ${providerColumns}`
// providers: primary key, for these three
const lockProvider = 'select id, version, sealed_secret from providers where id = $1'
const updateProvider = `
  update providers set display_name = $2, colour = $3, icon = $4, sort_order = $5, is_enabled = $6, settings = $7,
    sealed_secret = $8, changed_at = $9, version = version + 1
  where id = $1`
const deleteProvider = 'delete from providers where id = $1'
// identities: unique index on (provider_id, subject), for these two
const selectAnyIdentity = 'select id from identities where provider_id = $1 limit 1'
// sessions: partial index sessions_by_identity
const endSessionsBy = `
  update sessions set ended_at = $2
  where ended_at is null and identity_id in (select id from identities where provider_id = $1)
  returning id`
// identities: unique index on (provider_id, subject), index identities_by_person; persons, passwords, providers: primary keys
const selectWithoutWayIn = `
  select p.username, count(*) over () as people from persons p
  where p.status = 'active'
    and p.id in (select person_id from identities where provider_id = $1)
    and not exists (select 1 from passwords w where w.person_id = p.id)
    and not exists (
      select 1 from identities i join providers v on v.id = i.provider_id
      where i.person_id = p.id and v.id <> $1 and v.is_enabled = 1)
  order by p.id limit 100`
const forgetFlows = 'delete from provider_flows where provider_id = $1'

function looksOf({ displayName, colour, icon, order, isEnabled, settings }: ProviderWish) {
  return [displayName, optional(colour), optional(icon), order, flag(isEnabled), JSON.stringify(settings)]
}

async function endSessionsOf(tx: Tx, id: ProviderId, at: Instant): Promise<number> {
  return (await tx.rows(endSessionsBy, [id, at])).length
}

const providerActs = {
  async add(
    tx: Tx,
    wish: ProviderWish,
    sealed: string | undefined,
    at: Instant,
    record: AuditRecord,
  ): Promise<StoredProvider | 'name-taken'> {
    const [row] = await tx.rows(insertProvider, [wish.name, wish.kind, ...looksOf(wish), optional(sealed), at])
    if (row === undefined) return 'name-taken'
    const provider = toProvider(row)
    await tx.record({ ...record, target: { kind: 'provider', id: provider.id } })
    return provider
  },

  async change(
    tx: Tx,
    { id, version, wish, secret, at, isOther }: ProviderChange,
    record: AuditRecord,
  ): Promise<boolean | 'has-identities'> {
    const [row] = await tx.rows(lockProvider + tx.lock, [id])
    if (row === undefined || numberOf(row, 'version') !== version) return false
    if (isOther === true && (await tx.rows(selectAnyIdentity, [id])).length > 0) return 'has-identities'
    const sealed =
      secret === 'same' ? optionalText(row, 'sealed_secret') : secret === 'none' ? undefined : secret.sealed
    await tx.rows(updateProvider, [id, ...looksOf(wish), optional(sealed), at])
    await tx.rows(forgetFlows, [id])
    const sessions = wish.isEnabled ? 0 : await endSessionsOf(tx, id, at)
    await tx.record({ ...record, detail: { ...record.detail, sessions } })
    return true
  },

  async remove(tx: Tx, id: ProviderId, at: Instant, record: AuditRecord): Promise<RemovedProvider | undefined> {
    if ((await tx.rows(lockProvider + tx.lock, [id])).length === 0) return undefined
    const people = await tx.rows(selectWithoutWayIn, [id])
    const [first] = people
    const count = first === undefined ? 0 : numberOf(first, 'people')
    const sessions = await endSessionsOf(tx, id, at)
    await tx.rows(deleteProvider, [id])
    await tx.record({ ...record, detail: { ...record.detail, sessions, withoutWayIn: count } })
    return { sessions, withoutWayIn: { count, usernames: people.map((row) => textOf(row, 'username')) } }
  },
} satisfies Acts

export const acts: Acts = providerActs

export function sqlProviders(engine: Engine): ProviderStore {
  const { reader } = engine
  return {
    ...callActs(engine, 'providers', providerActs),
    async list() {
      return (await reader.rows(selectProviders, [])).map(toProvider)
    },
    async find(name) {
      const [row] = await reader.rows(selectProvider, [name])
      return row === undefined ? undefined : toProvider(row)
    },
  } satisfies ProviderStore
}

export function toProvider(row: Row): StoredProvider {
  const sealedSecret = optionalText(row, 'sealed_secret')
  // What stands there was parsed before it was stored.
  const ofKind = { kind: textOf(row, 'kind') as ProviderKind, settings: JSON.parse(textOf(row, 'settings')) }
  return {
    ...(ofKind as ProviderSettings),
    id: numberOf(row, 'id') as ProviderId,
    name: textOf(row, 'name'),
    displayName: textOf(row, 'display_name'),
    colour: optionalText(row, 'colour'),
    icon: optionalText(row, 'icon'),
    order: numberOf(row, 'sort_order'),
    isEnabled: row['is_enabled'] === 1,
    version: numberOf(row, 'version'),
    hasSecret: sealedSecret !== undefined,
    sealedSecret,
    createdAt: numberOf(row, 'created_at'),
    changedAt: numberOf(row, 'changed_at'),
  }
}
