// A session: what one successful sign-in at one dialect opens. Ending it ends all its tokens.
import type { IdentityId } from '../federation/provider.ts'
import type { AccountId, DialectName, Duration, Instant, PersonId, ProjectId, SessionId } from '../ids.ts'

export interface NewSession {
  /** Either a person's or a project's, never both. */
  readonly personId: PersonId | undefined
  readonly projectId: ProjectId | undefined
  readonly accountId: AccountId
  readonly dialect: DialectName
  /** How the holder proved to be who they are: `password`, `one-time`, `api-token`, `agent`, `oidc`, `oauth2`, `ldap`. */
  readonly method: string
  /** By whose word, where a provider said it: the session ends with the identity, and with the provider's own session. */
  readonly identity: SessionIdentity | undefined
  readonly openedAt: Instant
  readonly idle: Duration | undefined
  readonly endsAt: Instant
  readonly address: string
  readonly agent: string
}

export interface SessionIdentity {
  readonly id: IdentityId
  /** The provider's name for its session. */
  readonly session?: string
}

/** A live session in a list: nothing of it can be used. */
export interface ListedSession {
  readonly id: SessionId
  readonly dialect: DialectName
  readonly method: string
  readonly openedAt: Instant
  readonly seenAt: Instant
  /** When it is over by itself, if it is not used before. */
  readonly endsAt: Instant
  readonly address: string
  readonly agent: string
}
