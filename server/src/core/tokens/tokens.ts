// The tokens room: the one look-up that lets anybody in (authenticate.ts), and the API tokens that people make for
// themselves (issue-api.ts), list and revoke.
import type { Secret } from '../../lib/secret.ts'
import { type AuditRecord, byPerson, type Doer, doneBy } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { DialectName, PersonId, TokenId } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { NewestPage } from '../newest-page.ts'
import type { Person } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import type { Lifetimes } from '../sessions/lifetimes.ts'
import { createAuthenticate, type LookedUp } from './authenticate.ts'
import { createIntrospect, type Introspect } from './introspect.ts'
import { type ApiTokenWish, createIssueApi, type IssuedToken } from './issue-api.ts'
import { createLastUse } from './last-use.ts'
import type { Mint, Presented } from './mint.ts'
import { hasPermission, hasScope, mayIntrospect, type ScopeWord } from './scope.ts'
import { type Credential, isExpired, type ListedToken, type OwnedToken } from './token.ts'
import type { TokenStore } from './token-store.ts'

export interface TokenNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly store: TokenStore
  readonly audits: Audits
  readonly lifetimes: Lifetimes
}

/** An API token named by its id, by the characters a list shows, or by itself. */
export type WhichToken = { readonly id: TokenId } | { readonly shown: string } | { readonly secret: Secret }

export interface Tokens extends Introspect {
  /**
   * The live token behind what a request presents, in the dialect's order: the first that is present decides.
   * @throws Refusal `not-signed-in`; `two-people` when two live ones belong to different people; `not-allowed` for what
   * a project's agent holds.
   */
  authenticate(presented: readonly Presented[], client: Client): Promise<Credential>
  /** The live tokens among them; nothing is refused and nothing recorded. For a site page's "signed in as". */
  find(presented: readonly Presented[], dialect: DialectName): Promise<Credential | undefined>
  /** What counts as one and the same presented token, live or not: one for all its spellings. Nothing can be found by it. */
  keyOf(presented: Presented, dialect: DialectName): string
  /** What one presented token is, for a sign-in by it: live, or why not. Nothing is refused and nothing recorded. */
  lookUp(presented: Presented, dialect: DialectName): Promise<LookedUp>
  /**
   * Makes an API token of the caller's at the caller's dialect; the secret is given once.
   * @throws Refusal `not-allowed` (an API token or its session, where the dialect's do not mint), `field-invalid`
   * (expiry, name), `conflict` (quota), `not-signed-in` (ended meanwhile).
   */
  issueApi(by: Credential, wish: ApiTokenWish, client: Client): Promise<IssuedToken>
  /**
   * The same by an administrator's word, in the person's home account.
   * @throws Refusal as `issueApi`; `conflict` for somebody who is not active, `field-invalid` for the scope `introspect`
   * where its person may not ask.
   */
  issueApiFor(person: Person, dialect: DialectName, wish: ApiTokenWish, doer: Doer): Promise<IssuedToken>
  /** A person's API tokens at a dialect, newest first; whose they may be is asked of the people room before. */
  list(owner: PersonId, dialect: DialectName): Promise<readonly (ListedToken & { readonly isExpired: boolean })[]>
  /** The same at every dialect, by pages. */
  listAll(owner: PersonId, page: NewestPage): Promise<readonly (OwnedToken & { readonly isExpired: boolean })[]>
  /** One of them by its id, of whatever dialect. */
  findOwned(owner: PersonId, id: TokenId): Promise<OwnedToken | undefined>
  /** @throws Refusal `not-allowed` when the credential's scope does not hold the word. */
  requireScope(credential: Credential, word: ScopeWord): void
  /** Revokes all API tokens of the caller's but the one they call with; how many. */
  revokeOthers(by: Credential, client: Client): Promise<number>
  /** @throws Refusal `not-allowed` when the token was narrowed to other words of its dialect. */
  requirePermission(credential: Credential, permission: string): void
  /** Revokes one of the owner's API tokens at once, what it minted and opened. False: no such token of theirs. */
  revoke(by: Credential, owner: PersonId, which: WhichToken, client: Client): Promise<boolean>
  /** One of the caller's own, of whatever dialect. False: they have none of this id. */
  revokeOwn(by: Credential, id: TokenId, client: Client): Promise<boolean>
  /** The same by an administrator's word. */
  revokeFor(owner: PersonId, dialect: DialectName, id: TokenId, doer: Doer): Promise<boolean>
  /** Writes the last uses gathered so far. */
  flushUses(): Promise<void>
}

export function createTokens(needs: TokenNeeds): Tokens {
  const { clock, mint, store, audits, lifetimes } = needs
  const uses = createLastUse()
  const { authenticate, find, lookUp } = createAuthenticate({ clock, mint, store, audits, uses })
  const issue = createIssueApi({ clock, mint, store, lifetimes })

  return {
    authenticate,
    find,
    findOwned: (owner, id) => findOwned(store, owner, id),
    lookUp,
    keyOf: (presented, dialect) => mint.hashOf(dialect, presented),
    issueApi: issue.byCaller,
    issueApiFor: issue.forPerson,
    async list(owner, dialect) {
      const now = clock.now()
      return (await store.list(owner, dialect)).map((token) => ({ ...token, isExpired: isExpired(token, now) }))
    },
    async listAll(owner, page) {
      const now = clock.now()
      return (await store.listAll(owner, page)).map((token) => ({ ...token, isExpired: isExpired(token, now) }))
    },
    requireScope,
    requirePermission({ dialect, scope }, permission) {
      if (hasPermission(scope, permission, mint.permissionsOf(dialect))) return
      throw new Refusal('not-allowed', { hint: `This needs the permission "${permission}", which the token has not.` })
    },
    ...createIntrospect({ clock, mint, store }),
    ...revoking(needs),
    async flushUses() {
      const taken = uses.take()
      if (taken.length > 0) await store.touch(taken)
    },
  }
}

function requireScope({ scope, person, id: token }: Credential, word: ScopeWord): void {
  const isTheirs = word !== 'introspect' || mayIntrospect(person)
  if (hasScope(scope, word) && isTheirs) return
  const hint = isTheirs
    ? `This needs the scope "${word}"; the token has "${scope}".`
    : 'Only operators and machines ask about tokens; the person of this token is neither now.'
  throw new Refusal('not-allowed', { hint, actor: { ...byPerson(person.id), token } })
}

async function findOwned(store: TokenStore, owner: PersonId, id: TokenId): Promise<OwnedToken | undefined> {
  const [token] = await store.listAll(owner, { before: id + 1, limit: 1 })
  return token?.id === id ? token : undefined
}

function revoking({
  clock,
  mint,
  store,
}: TokenNeeds): Pick<Tokens, 'revokeOthers' | 'revoke' | 'revokeOwn' | 'revokeFor'> {
  function recordOf(doer: Doer): AuditRecord {
    return { at: clock.now(), event: 'token.api.revoked', outcome: 'success', ...doneBy(doer) }
  }

  return {
    revokeOthers(by, client) {
      const record = { ...recordOf(byPerson(by.person.id)), client }
      const target = { kind: 'person', id: by.person.id } as const
      return store.revokeOthers(by.person.id, by.kind === 'api' ? by.id : undefined, record.at, { ...record, target })
    },
    revoke(by, owner, which, client) {
      const { dialect } = by
      const choice = 'secret' in which ? { hash: mint.hashOf(dialect, { ...which, kinds: ['api'] }) } : which
      const record = { ...recordOf(byPerson(by.person.id)), client }
      return store.revoke({ personId: owner, dialect, by: choice }, record.at, record)
    },
    async revokeOwn(by, id, client) {
      const token = await findOwned(store, by.person.id, id)
      if (token === undefined) return false
      const record = { ...recordOf(byPerson(by.person.id)), client }
      const { dialect } = token
      return store.revoke({ personId: by.person.id, dialect, by: { id } }, record.at, record)
    },
    revokeFor(owner, dialect, id, doer) {
      const record = { ...recordOf(doer), detail: { person: owner, dialect } }
      return store.revoke({ personId: owner, dialect, by: { id } }, record.at, record)
    },
  }
}
