// The port of the sessions room.
import type { AuditRecord } from '../audit/audit.ts'
import type { Instant, PersonId, SessionId, TokenHash, TokenId } from '../ids.ts'
import type { NewestPage } from '../newest-page.ts'
import type { ThrottleClaim } from '../throttle/throttle.ts'
import type { NewToken } from '../tokens/token.ts'
import type { ListedSession, NewSession } from './session.ts'

export interface SessionOpening {
  readonly session: NewSession
  readonly tokens: readonly NewToken[]
  /** What the proof was made against: nothing opens when person, password or membership changed since. */
  readonly proof: { readonly epoch: number; readonly passwordVersion: number | undefined }
  /** The API or agent token that opens it: nothing opens when it is dead by now, and the session dies with it. */
  readonly parentId: TokenId | undefined
  /** A provisional count to take back, clearing the name's failures. */
  readonly claim: ThrottleClaim | undefined
  /** A one-time token that this opening uses up: nothing opens when it is used or over. */
  readonly consumes: TokenHash | undefined
  /** Cookies the browser came with: their sessions end, so that no old name for the new one stays (ASVS 7.2.4). */
  readonly replaces: readonly TokenHash[]
  readonly record: AuditRecord
}

export interface SessionStore {
  /** All of the opening in one commit, or nothing of it and `undefined`. */
  open(opening: SessionOpening): Promise<SessionId | undefined>
  /** Live ones of a person, newest first. */
  list(personId: PersonId, now: Instant, page: NewestPage): Promise<readonly ListedSession[]>
  /** Ends one session of the person, or all but one; one audit row when anything ended. Returns what ended now. */
  endOf(
    personId: PersonId,
    which: { readonly id: SessionId } | { readonly except: SessionId | undefined },
    at: Instant,
    record: AuditRecord,
  ): Promise<readonly SessionId[]>
  /**
   * Ends every session that one of these cookies or access tokens belongs to, dead ones included (API tokens
   * name no session; what is of another dialect than the record's client speaks means nothing). One commit with one audit row, which is written only when something ended. Returns what
   * ended now.
   */
  end(hashes: readonly TokenHash[], at: Instant, record: AuditRecord): Promise<readonly SessionId[]>
}
