// The port of the forward room: codes that carry a session to another host. They are one-time rows of the tokens
// table, and what they become is one more cookie of their session.
import type { AuditRecord } from '../audit/audit.ts'
import type { Instant, TokenHash, TokenId } from '../ids.ts'

export interface NewForwardCode {
  readonly hash: TokenHash
  /** The credential whose session is carried on. */
  readonly tokenId: TokenId
  /** Host and flow: the code is good for exactly these. */
  readonly boundTo: string
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly atMost: number
}

export interface ForwardRedemption {
  readonly hash: TokenHash
  readonly boundTo: string
  readonly at: Instant
  readonly cookie: { readonly hash: TokenHash; readonly scope: string; readonly atMost: number }
  /** Gets person and session from the code. */
  readonly record: AuditRecord
}

export interface ForwardStore {
  /**
   * False: the credential or its session does not live any more, and there is no code. The session has so many
   * (`atMost`) that are not used: the oldest die for further ones.
   */
  issueCode(code: NewForwardCode): Promise<boolean>
  /**
   * Uses the code up and adds the cookie to its session, in one commit; of its cookies for this place the oldest die
   * when there are more than `atMost`. False, with nothing changed: it is unknown,
   * used, over, bound to something else, or its session has ended.
   */
  redeem(redemption: ForwardRedemption): Promise<boolean>
}
