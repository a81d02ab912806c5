// A token: one issued credential. Values and pure rules; the secret itself is never here, only its hash.
import type {
  AccountId,
  DialectName,
  Duration,
  Instant,
  PersonId,
  ProjectId,
  SessionId,
  TokenHash,
  TokenId,
} from '../ids.ts'

export type TokenKind = 'cookie' | 'access' | 'api' | 'agent' | 'one-time'

/** A token as the look-up finds it, with what decides whether it lives. */
export interface FoundToken {
  readonly id: TokenId
  readonly kind: TokenKind
  readonly dialect: DialectName
  readonly scope: string
  readonly createdAt: Instant
  readonly expiresAt: Instant | undefined
  readonly usedAt: Instant | undefined
  readonly revokedAt: Instant | undefined
  readonly epoch: number
  readonly session: CredentialSession | undefined
  /** Undefined for what a project's agent holds. */
  readonly person: CredentialPerson | undefined
  readonly projectId: ProjectId | undefined
  readonly account: { readonly id: AccountId; readonly uuid: string; readonly isActive: boolean }
}

/** A live token of a person's: what a door may act upon. */
export interface Credential extends FoundToken {
  readonly person: CredentialPerson
}

export interface CredentialSession {
  readonly id: SessionId
  readonly method: string
  readonly openedAt: Instant
  readonly seenAt: Instant
  readonly idle: Duration | undefined
  readonly endsAt: Instant
  readonly endedAt: Instant | undefined
}

export interface CredentialPerson {
  readonly id: PersonId
  readonly uuid: string
  readonly username: string
  readonly email: string | undefined
  readonly displayName: string
  readonly kind: 'human' | 'machine'
  readonly isActive: boolean
  readonly isOperator: boolean
  readonly epoch: number
  readonly createdAt: Instant
}

/** Whether the token speaks for a person. */
export function isOfPerson(token: FoundToken): token is Credential {
  return token.person !== undefined
}

/**
 * Whether nobody but an API token stands behind it: itself, or the session that one opened. Such a credential never
 * shows a password, and makes further tokens only where its dialect's API tokens do.
 */
export function isByApiToken(credential: Credential): boolean {
  return credential.kind === 'api' || credential.session?.method === 'api-token'
}

/** A row to be: everything but the ids that the store gives. */
export interface NewToken {
  readonly hash: TokenHash
  readonly kind: TokenKind
  readonly dialect: DialectName
  readonly scope: string
  readonly name: string
  /** The leading characters a list may show. */
  readonly shown: string
  readonly createdAt: Instant
  readonly expiresAt: Instant | undefined
}

/** An API token in a list: nothing of it can be used. */
export interface ListedToken {
  readonly id: TokenId
  readonly personId: PersonId
  readonly name: string
  readonly shown: string
  readonly createdAt: Instant
  readonly expiresAt: Instant | undefined
  readonly usedAt: Instant | undefined
}

/** An API token of any dialect, as its person sees it. */
export interface OwnedToken extends ListedToken {
  readonly dialect: DialectName
  readonly scope: string
}

export function isExpired(token: Pick<ListedToken, 'expiresAt'>, now: Instant): boolean {
  return token.expiresAt !== undefined && token.expiresAt <= now
}

/** What speaks against a token now, in the order in which it is asked; undefined when it is good. */
export function deadBecause(token: FoundToken, now: Instant): string | undefined {
  if (token.revokedAt !== undefined) return 'revoked'
  if (token.kind === 'one-time') return 'one-time tokens open sessions only'
  if (isExpired(token, now)) return 'expired'
  const over = token.session === undefined ? undefined : overBecause(token.session, now)
  if (over !== undefined) return over
  const gone = token.person === undefined ? undefined : goneBecause(token, token.person)
  if (gone !== undefined) return gone
  if (!token.account.isActive) return 'account not active'
  return undefined
}

function goneBecause(token: FoundToken, person: CredentialPerson): string | undefined {
  if (!person.isActive) return 'person not active'
  return token.epoch === person.epoch ? undefined : 'ended with everything of the person'
}

function overBecause(session: CredentialSession, now: Instant): string | undefined {
  if (session.endedAt !== undefined) return 'session ended'
  if (session.endsAt <= now) return 'session over'
  if (session.idle !== undefined && session.seenAt + session.idle <= now) return 'session idle'
  return undefined
}
