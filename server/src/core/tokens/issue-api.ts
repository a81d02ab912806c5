// Makes API tokens: never more scope or a longer life than what mints them, a bounded number a person, leading
// characters that no other token of the person has.
import { byPerson, type Doer, doneBy } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import type { DialectName, Duration, Instant } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Person } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import type { Lifetimes } from '../sessions/lifetimes.ts'
import type { Mint, Minted } from './mint.ts'
import { hasScope, mayIntrospect, parseScope } from './scope.ts'
import { type Credential, isByApiToken, type ListedToken } from './token.ts'
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
  /** Words of `scopeWords`; absent = as much as what mints it. Only for tokens of our own API. */
  readonly scope?: string
  /** The dialect the token is for; absent = the caller's own. */
  readonly dialect?: DialectName
  /** The person has one API token at this dialect: the others are revoked in the same commit. */
  readonly replaces?: boolean
}

export interface IssuedToken {
  readonly token: ListedToken
  readonly dialect: DialectName
  readonly scope: string
  readonly minted: Minted
}

export interface IssueApi {
  /** As `Tokens.issueApi`. */
  byCaller(by: Credential, wish: ApiTokenWish, client: Client): Promise<IssuedToken>
  /** As `Tokens.issueApiFor`. */
  forPerson(person: Person, dialect: DialectName, wish: ApiTokenWish, doer: Doer): Promise<IssuedToken>
}

/** For whom and by what right: what a row takes over from its issuer. */
type Issuing = Omit<IssueApiToken, 'token' | 'quota' | 'replaces' | 'record'> & {
  readonly dialect: DialectName
  readonly scope: string
  readonly doer: Doer
  /** For whom, where that is not the one who asks. */
  readonly detail?: { readonly person: number; readonly dialect: DialectName }
  /** Never later than this. */
  readonly bound: Instant | undefined
}

export function createIssueApi(needs: IssueApiNeeds): IssueApi {
  const { clock, mint, store, lifetimes } = needs

  async function issue(issuing: Issuing, wish: ApiTokenWish): Promise<IssuedToken> {
    const now = clock.now()
    const name = checkName(wish.name)
    const expiresAt = expiryOf(wish, issuing, now, lifetimes[issuing.dialect].apiMaximum)
    for (let draw = 0; draw < mostDraws; draw += 1) {
      const minted = mint.api(issuing.dialect)
      const row = rowFor(minted, issuing, { name, expiresAt, now, replaces: wish.replaces === true })
      const issued = await store.issueApi(row)
      const { dialect, scope } = issuing
      if (issued !== 'shown-taken') return { token: refuseUnissued(issued, issuing), dialect, scope, minted }
    }
    throw new Error('no API token with free leading characters after several draws')
  }

  return {
    async byCaller(by, wish, client) {
      const { person, account, session } = by
      const dialect = wish.dialect ?? by.dialect
      const scope = dialect === by.dialect ? parseScope(wish.scope, by, mint.permissionsOf(dialect)) : by.scope
      const mints = by.kind === 'api' && lifetimes[by.dialect].apiMints && dialect === by.dialect
      if (isByApiToken(by) && !mints) {
        throw new Refusal('not-allowed', { reason: 'an API token mints none here' })
      }
      const isApi = by.kind === 'api'
      const holder = { personId: person.id, accountId: account.id, epoch: person.epoch, sessionId: session?.id }
      const rights = { parentId: isApi ? by.id : undefined, bound: isApi ? by.expiresAt : undefined, scope, dialect }
      return issue({ ...holder, ...rights, doer: { ...byPerson(person.id), client } }, wish)
    },
    async forPerson(person, dialect, wish, doer) {
      if (person.status !== 'active') {
        throw new Refusal('conflict', { hint: `"${person.username}" is ${person.status}; no token would let them in.` })
      }
      const holder = { personId: person.id, accountId: undefined, epoch: person.epoch, sessionId: undefined }
      const scope = wish.scope ?? 'default'
      if (hasScope(scope, 'introspect') && !mayIntrospect(person)) {
        const hint = 'Asking about tokens is for operators and machines: make the token for a machine.'
        throw new Refusal('field-invalid', { field: 'scope', hint })
      }
      const detail = { person: person.id, dialect }
      const rights = { parentId: undefined, bound: undefined, scope, dialect, doer, detail }
      return issue({ ...holder, ...rights }, wish)
    },
  }
}

/** @throws Refusal `conflict` (quota; the other one is not active), `not-signed-in` (ended meanwhile). */
function refuseUnissued(issued: ListedToken | 'over-quota' | 'person-changed', { detail }: Issuing): ListedToken {
  if (issued === 'over-quota') {
    throw new Refusal('conflict', { hint: `There are ${apiTokenQuota} API tokens already; delete one first.` })
  }
  if (issued === 'person-changed' && detail !== undefined) {
    throw new Refusal('conflict', { hint: 'They are disabled, or everything of theirs was ended this very moment.' })
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
  readonly replaces: boolean
}

function rowFor(minted: Minted, issuing: Issuing, { name, expiresAt, now, replaces }: RowParts): IssueApiToken {
  const { hash, shown } = minted
  const { dialect, scope, personId, accountId, epoch, sessionId, parentId, doer, detail } = issuing
  return {
    token: { hash, kind: 'api', dialect, scope, name, shown, createdAt: now, expiresAt },
    personId,
    accountId,
    epoch,
    sessionId,
    parentId,
    quota: apiTokenQuota,
    replaces,
    record: {
      at: now,
      event: 'token.api.created',
      outcome: 'success',
      ...doneBy(doer),
      ...(detail === undefined ? {} : { detail }),
    },
  }
}

/** @throws Refusal `field-invalid`; never later than the token that mints it, or the dialect's maximum. */
function expiryOf(
  wish: ApiTokenWish,
  { bound }: Issuing,
  now: Instant,
  maximum: Duration | undefined,
): Instant | undefined {
  if (wish.expiresAt !== undefined && wish.expiresAt <= now) {
    throw new Refusal('field-invalid', { field: 'expiresAt', hint: 'The expiry is in the past.' })
  }
  const bounds = [wish.expiresAt, bound, maximum && now + maximum]
  const known = bounds.filter((one) => one !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
