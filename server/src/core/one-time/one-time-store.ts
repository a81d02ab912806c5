// The port of the one-time room: secrets that work once. They are rows of the tokens table like every other
// credential; using one up is one conditional write, so of N parallel uses exactly one succeeds.
import type { AuditRecord } from '../audit/audit.ts'
import type { DialectName, Instant, PersonId, TokenHash, TokenId } from '../ids.ts'

export interface OneTime {
  readonly hash: TokenHash
  readonly personId: PersonId | undefined
  readonly dialect: string
  /** Used, revoked, or ended with everything of the person. */
  readonly isUsed: boolean
  readonly expiresAt: Instant
}

/** A login token that still works: nothing of it can be used. */
export interface ListedLogin {
  readonly id: TokenId
  readonly dialect: DialectName
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

export interface OneTimeStore {
  issue(secret: {
    readonly hash: TokenHash
    readonly scope: 'setup' | 'login'
    readonly dialect: string
    readonly personId: PersonId | undefined
    readonly createdAt: Instant
    readonly expiresAt: Instant
    readonly record: AuditRecord | undefined
  }): Promise<void>
  /** Looks, and uses nothing up. */
  find(hash: TokenHash, scope: 'setup' | 'login'): Promise<OneTime | undefined>
  /** Login tokens of the person that still work, newest first. */
  listLogin(personId: PersonId, at: Instant): Promise<readonly ListedLogin[]>
  /** Ends one of them, with its audit row. False: they have none of this id that still works. */
  revokeLogin(personId: PersonId, id: TokenId, at: Instant, record: AuditRecord): Promise<boolean>
  /** Uses it up: the one who gets `true` is the only one ever. */
  consume(hash: TokenHash, scope: 'setup' | 'login', at: Instant): Promise<boolean>
}
