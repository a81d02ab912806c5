// A session: what one successful sign-in at one dialect opens. Ending it ends all its tokens.
import type { AccountId, DialectName, Duration, Instant, PersonId, ProjectId } from '../ids.ts'

export interface NewSession {
  /** Either a person's or a project's, never both. */
  readonly personId: PersonId | undefined
  readonly projectId: ProjectId | undefined
  readonly accountId: AccountId
  readonly dialect: DialectName
  /** How the holder proved to be who they are: `password`, `one-time`, `api-token`, `agent`. */
  readonly method: string
  readonly openedAt: Instant
  readonly idle: Duration | undefined
  readonly endsAt: Instant
  readonly address: string
  readonly agent: string
}
