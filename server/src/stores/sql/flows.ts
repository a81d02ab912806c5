// Implements the flow port; owns `provider_flows` and `used_once`. A flow is taken by one conditional delete, so of N
// browsers that come back with one state exactly one goes on.

import type { FlowStore } from '../../core/federation/flow-store.ts'
import type { Flow, ProviderId } from '../../core/federation/provider.ts'
import type { DialectName, Instant } from '../../core/ids.ts'
import { numberOf, optional, optionalNumber, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx } from './engine.ts'

// providers, provider_flows: primary keys
const insertFlow = `
  insert into provider_flows (hash, provider_id, browser_hash, dialect, redirect_uri, return_to, person_id, expires_at)
  select $1, v.id, $3, $4, $5, $6, $7, $8 from providers v where v.id = $2 and v.is_enabled = 1
  on conflict (hash) do update set expires_at = excluded.expires_at
  where provider_flows.provider_id = excluded.provider_id and provider_flows.browser_hash = excluded.browser_hash
  returning hash`
// provider_flows: primary key
const takeFlow = `
  delete from provider_flows where hash = $1 and provider_id = $2 and browser_hash = $3 and expires_at > $4
  returning provider_id, browser_hash, dialect, redirect_uri, return_to, person_id, expires_at`
const insertUsed = 'insert into used_once (hash, expires_at) values ($1, $2) on conflict do nothing returning hash'
// indexes provider_flows_by_end, used_once_by_end
const purgeFlows = 'delete from provider_flows where expires_at <= $1'
const purgeUsed = 'delete from used_once where expires_at <= $1'

/** False when it was used before. */
export async function useOnce(tx: Tx, hash: string, expiresAt: Instant): Promise<boolean> {
  return (await tx.rows(insertUsed, [hash, expiresAt])).length === 1
}

const flowActs = {
  async begin(tx: Tx, hash: string, flow: Flow): Promise<boolean> {
    const { providerId, browserHash, dialect, redirectUri, returnTo, personId, expiresAt } = flow
    const values = [hash, providerId, browserHash, dialect, redirectUri, returnTo, optional(personId), expiresAt]
    return (await tx.rows(insertFlow, values)).length === 1
  },

  async consume(
    tx: Tx,
    hash: string,
    { providerId, browserHash }: { readonly providerId: ProviderId; readonly browserHash: string },
    now: Instant,
  ): Promise<Flow | undefined> {
    const [row] = await tx.rows(takeFlow, [hash, providerId, browserHash, now])
    return row === undefined ? undefined : toFlow(row)
  },

  useOnce,

  async purge(tx: Tx, now: Instant): Promise<void> {
    await tx.rows(purgeFlows, [now])
    await tx.rows(purgeUsed, [now])
  },
} satisfies Acts

export const acts: Acts = flowActs

export function sqlFlows(engine: Engine): FlowStore {
  return callActs(engine, 'flows', flowActs)
}

function toFlow(row: Row): Flow {
  return {
    providerId: numberOf(row, 'provider_id') as ProviderId,
    browserHash: textOf(row, 'browser_hash'),
    dialect: textOf(row, 'dialect') as DialectName,
    redirectUri: textOf(row, 'redirect_uri'),
    returnTo: textOf(row, 'return_to'),
    personId: optionalNumber(row, 'person_id'),
    expiresAt: numberOf(row, 'expires_at'),
  }
}
