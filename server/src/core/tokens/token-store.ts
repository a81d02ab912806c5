// The port of the tokens room.
import type { AuditRecord } from '../audit/audit.ts'
import type { AccountId, DialectName, Instant, PersonId, SessionId, TokenHash, TokenId } from '../ids.ts'
import type { NewestPage } from '../newest-page.ts'
import type { FoundToken, ListedToken, NewToken, OwnedToken } from './token.ts'

export interface IssueApiToken {
  readonly token: NewToken
  readonly personId: PersonId
  /** The account it acts in, of which the person is a member; undefined = the home account. */
  readonly accountId: AccountId | undefined
  /** The person's epoch as the caller's own credential had it: nothing is issued when it was raised since. */
  readonly epoch: number
  /** The session whose credential mints this one: nothing is issued when it has ended since. */
  readonly sessionId: SessionId | undefined
  /** The API token that mints this one, if one does: it is gone with it. */
  readonly parentId: TokenId | undefined
  /** At most this many live API tokens of the person at the dialect. */
  readonly quota: number
  /** The person's other API tokens at the dialect are revoked in the same commit, with what they opened and minted. */
  readonly replaces: boolean
  readonly record: AuditRecord
}

export interface TokenStore {
  /** By hash, one look-up, dead ones too. What was revoked before the call began is seen as revoked. */
  find(hash: TokenHash): Promise<FoundToken | undefined>
  /** One commit with the audit row. `shown-taken`: the person has a token with these leading characters. */
  issueApi(issue: IssueApiToken): Promise<ListedToken | 'shown-taken' | 'over-quota' | 'person-changed'>
  /** API tokens of a person at a dialect, newest first, expired ones included, revoked ones not. */
  list(personId: PersonId, dialect: DialectName): Promise<readonly ListedToken[]>
  /** The same of all dialects, by pages. */
  listAll(personId: PersonId, page: NewestPage): Promise<readonly OwnedToken[]>
  /** Revokes every API token of the person but one, with what they minted and opened; how many. */
  revokeOthers(personId: PersonId, except: TokenId | undefined, at: Instant, record: AuditRecord): Promise<number>
  /** Revokes one API token of this person, all it minted and the sessions it opened; false when there is none such alive. */
  revoke(which: TokenChoice, at: Instant, record: AuditRecord): Promise<boolean>
  /** Notes uses, in one commit, never moving a time back. */
  touch(uses: readonly TokenUse[]): Promise<void>
}

/** Which of a person's API tokens: by id, by hash, or by the characters a list shows (at least 8). */
export interface TokenChoice {
  readonly personId: PersonId
  readonly dialect: DialectName
  readonly by: { readonly id: TokenId } | { readonly hash: TokenHash } | { readonly shown: string }
}

export interface TokenUse {
  readonly tokenId: TokenId
  readonly sessionId: SessionId | undefined
  readonly at: Instant
}
