// Makes API tokens: never more scope or a longer life than what mints them, a bounded number a person, leading
// characters that no other token of the person has.
import type { Client } from '../client.ts'
import type { Instant } from '../ids.ts'
import type { Clock } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Lifetimes } from '../sessions/lifetimes.ts'
import type { Mint, Minted } from './mint.ts'
import type { Credential, ListedToken } from './token.ts'
import type { IssueApiToken, TokenStore } from './token-store.ts'

/** API tokens of one person at one dialect. */
const apiTokenQuota = 200
const longestName = 255
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}]/u
/** A clash of shown characters is drawn again; even three characters of 64 never clash this often. */
const mostDraws = 8

export interface IssueApiNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly store: Pick<TokenStore, 'issueApi'>
  readonly lifetimes: Lifetimes
}

export interface ApiTokenWish {
  readonly name: string
  readonly expiresAt?: Instant
}

export type IssueApi = (
  by: Credential,
  wish: ApiTokenWish,
  client: Client,
) => Promise<{ readonly token: ListedToken; readonly minted: Minted }>

export function createIssueApi(needs: IssueApiNeeds): IssueApi {
  const { clock, mint, store, lifetimes } = needs

  return async (by, wish, client) => {
    const now = clock.now()
    const { apiMaximum, apiMints } = lifetimes[by.dialect]
    if (by.kind === 'api' && !apiMints) throw new Refusal('not-allowed', { reason: 'an API token mints none here' })
    const parts = { name: checkName(wish.name), expiresAt: expiryOf(wish, by, now, apiMaximum), now, client }
    for (let draw = 0; draw < mostDraws; draw += 1) {
      const minted = mint.api(by.dialect)
      const issued = await store.issueApi(rowFor(minted, by, parts))
      if (issued !== 'shown-taken') return { token: refuseUnissued(issued), minted }
    }
    throw new Error('no API token with free leading characters after several draws')
  }
}

/** @throws Refusal `conflict` (quota), `not-signed-in` (ended meanwhile). */
function refuseUnissued(issued: ListedToken | 'over-quota' | 'person-changed'): ListedToken {
  if (issued === 'over-quota') {
    throw new Refusal('conflict', { hint: `There are ${apiTokenQuota} API tokens already; delete one first.` })
  }
  if (issued === 'person-changed') throw new Refusal('not-signed-in', { reason: 'ended meanwhile' })
  return issued
}

/** @throws Refusal `field-invalid` for what no list could show as one line. */
function checkName(name: string): string {
  if (name.length > longestName || unshowable.test(name) || !name.isWellFormed()) {
    throw new Refusal('field-invalid', { field: 'name', hint: 'The name has control characters or is too long.' })
  }
  return name
}

interface RowParts {
  readonly name: string
  readonly expiresAt: Instant | undefined
  readonly now: Instant
  readonly client: Client
}

function rowFor(minted: Minted, by: Credential, { name, expiresAt, now, client }: RowParts): IssueApiToken {
  const { hash, shown } = minted
  const { dialect, scope, person } = by
  return {
    token: { hash, kind: 'api', dialect, scope, name, shown, createdAt: now, expiresAt },
    personId: person.id,
    epoch: person.epoch,
    sessionId: by.session?.id,
    parentId: by.kind === 'api' ? by.id : undefined,
    quota: apiTokenQuota,
    record: {
      at: now,
      event: 'token.api.created',
      outcome: 'success',
      actor: { kind: 'person', id: person.id },
      client,
    },
  }
}

/** @throws Refusal `field-invalid`; never later than the token that mints it, or the dialect's maximum. */
function expiryOf(wish: ApiTokenWish, by: Credential, now: Instant, maximum: number | undefined): Instant | undefined {
  if (wish.expiresAt !== undefined && wish.expiresAt <= now) {
    throw new Refusal('field-invalid', { field: 'expires_at', hint: 'The expiry is in the past.' })
  }
  const bounds = [wish.expiresAt, by.kind === 'api' ? by.expiresAt : undefined, maximum && now + maximum]
  const known = bounds.filter((bound) => bound !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
