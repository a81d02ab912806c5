// A session: what one successful sign-in at one dialect opens. Ending it ends all its tokens.
import type { AccountId, DialectName, Duration, Instant, PersonId } from '../ids.ts'

export interface NewSession {
  readonly personId: PersonId
  readonly accountId: AccountId
  readonly dialect: DialectName
  /** How the person proved to be who they are: `password`, `one-time`. */
  readonly method: string
  readonly openedAt: Instant
  readonly idle: Duration | undefined
  readonly endsAt: Instant
  readonly address: string
  readonly agent: string
}
