// The tokens that a session hands out at its opening: each its own bytes, as many as the dialect says.
import type { Secret } from '../../lib/secret.ts'
import type { DialectName, Instant } from '../ids.ts'
import type { TokenSubject } from '../needs.ts'
import type { Mint, Minted } from '../tokens/mint.ts'
import type { Holder, PersonInAccount } from './holder.ts'

export interface HandedOut {
  readonly kind: 'cookie' | 'access'
  readonly token: Minted
}

export interface Handing {
  readonly opens: readonly ('cookie' | 'access')[]
  readonly dialect: DialectName
  readonly holder: Holder
  readonly from: Instant
  readonly until: Instant
}

export function mintAll(mint: Mint, handing: Handing): Promise<readonly HandedOut[]> {
  return Promise.all(handing.opens.map(async (kind) => ({ kind, token: await mintOne(mint, kind, handing) })))
}

async function mintOne(mint: Mint, kind: 'cookie' | 'access', handing: Handing): Promise<Minted> {
  const { holder, dialect, from, until } = handing
  if (kind === 'cookie') return mint.opaque()
  // A JWT tells of a person; an agent's session has none to tell of.
  return holder.kind === 'person' ? mint.access(dialect, subjectOf(holder), from, until) : mint.opaque()
}

export function secretOf(handedOut: readonly HandedOut[], kind: 'cookie' | 'access'): Secret | undefined {
  return handedOut.find((one) => one.kind === kind)?.token.secret
}

function subjectOf({ person, membership }: PersonInAccount): TokenSubject {
  const { account, role } = membership
  return {
    personId: person.id,
    uuid: person.uuid,
    username: person.username,
    isOperator: person.isOperator,
    accountId: account.id,
    role,
    region: account.region,
    quota: account.quota,
  }
}
