// Implements the account port; owns `accounts` (the first one is made by installation.ts).
import type { Account, AccountChange, Licence, NewAccount } from '../../core/accounts/account.ts'
import type { AccountStore } from '../../core/accounts/account-store.ts'
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { AccountId } from '../../core/ids.ts'
import { numberOf, optional, optionalNumber, optionalText, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx } from './engine.ts'

export const accountColumns = 'a.id, a.uuid, a.identifier, a.name, a.licence, a.region, a.quota, a.is_active'
// accounts: unique indexes on identifier and uuid; no identifier looks like a UUID
const selectAccount = `select ${accountColumns} from accounts a where a.identifier = $1 or a.uuid = $1`
const selectAccounts = `select ${accountColumns} from accounts a where a.id > $1 order by a.id limit $2`
const insertAccount = `
  insert into accounts (uuid, identifier, name, licence, region, quota, created_at)
  values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning ${accountColumns.replaceAll('a.', '')}`
// accounts: primary key; one statement for each thing that can be changed
const setName = 'update accounts set name = $2 where id = $1'
const setLicence = 'update accounts set licence = $2 where id = $1'
const setRegion = 'update accounts set region = $2 where id = $1'
const setQuota = 'update accounts set quota = $2 where id = $1'
const setActive = 'update accounts set is_active = $2 where id = $1'
const selectById = `select ${accountColumns} from accounts a where a.id = $1`

const accountActs = {
  async create(tx: Tx, account: NewAccount, record: AuditRecord): Promise<Account | 'identifier-taken'> {
    const { uuid, identifier, name, licence, region, quota, createdAt } = account
    const values = [uuid, identifier, name, licence, optional(region), optional(quota), createdAt]
    const [row] = await tx.rows(insertAccount, values)
    if (row === undefined) return 'identifier-taken'
    const created = toAccount(row)
    await tx.record({ ...record, target: { kind: 'account', id: created.id } })
    return created
  },

  async change(tx: Tx, id: AccountId, change: AccountChange, record: AuditRecord): Promise<Account | undefined> {
    const { name, licence, region, quota, isActive } = change
    if (name !== undefined) await tx.rows(setName, [id, name])
    if (licence !== undefined) await tx.rows(setLicence, [id, licence])
    if (region !== undefined) await tx.rows(setRegion, [id, region])
    if (quota !== undefined) await tx.rows(setQuota, [id, quota])
    if (isActive !== undefined) await tx.rows(setActive, [id, isActive ? 1 : 0])
    const [row] = await tx.rows(selectById, [id])
    if (row === undefined) return undefined
    await tx.record(record)
    return toAccount(row)
  },
} satisfies Acts

export const acts: Acts = accountActs

export function sqlAccounts(engine: Engine): AccountStore {
  const { reader } = engine
  return {
    ...callActs(engine, 'accounts', accountActs),
    async find(name) {
      const [row] = await reader.rows(selectAccount, [name])
      return row === undefined ? undefined : toAccount(row)
    },
    async list(after, limit) {
      return (await reader.rows(selectAccounts, [after, limit])).map(toAccount)
    },
  } satisfies AccountStore
}

export function toAccount(row: Row): Account {
  return {
    id: numberOf(row, 'id') as AccountId,
    uuid: textOf(row, 'uuid'),
    identifier: textOf(row, 'identifier'),
    name: textOf(row, 'name'),
    licence: textOf(row, 'licence') as Licence,
    region: optionalText(row, 'region'),
    quota: optionalNumber(row, 'quota'),
    isActive: row['is_active'] === 1,
  }
}
