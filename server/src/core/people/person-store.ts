// The port of the people room. Every write is one commit together with its audit row.
import type { AuditRecord } from '../audit/audit.ts'
import type { AccountId, Instant, PersonId, SessionId, TokenId } from '../ids.ts'
import type { NewToken } from '../tokens/token.ts'
import type { EndedEverything, Identity, NewPerson, Person, StoredPassword } from './person.ts'

/** The session in which a person changes their own password: its tokens so far are dead, these take their place. */
export interface KeptSession {
  readonly id: SessionId
  readonly accountId: AccountId
  readonly epoch: number
  /** The one that asks: when it was revoked meanwhile, nothing changes. Of two changes at once one is made. */
  readonly askedWith: TokenId
  readonly tokens: readonly NewToken[]
}

export interface PersonStore {
  /** The person with the password's hash, by canonical name. */
  findByName(name: string): Promise<Identity | undefined>
  find(id: PersonId): Promise<Person | undefined>
  /** By id, ascending; `after` is exclusive. */
  list(after: number, limit: number): Promise<readonly Person[]>
  /**
   * Adds a person to the account `default`. A name that is taken (by anybody, in any spelling) adds nothing.
   * Atomic: of N parallel creations of one name exactly one wins.
   */
  create(person: NewPerson, record: AuditRecord): Promise<Person | 'name-taken'>
  /**
   * Disabling raises the epoch and ends every session and token, never to be revived by enabling. The last
   * active operator is never disabled. `missing` when there is no such person.
   */
  changeStatus(
    id: PersonId,
    status: 'active' | 'disabled',
    at: Instant,
    record: AuditRecord,
  ): Promise<'changed' | 'missing' | 'last-operator'>
  /**
   * Sets the password, ends the person's login tokens and sessions but the kept one, which goes on with new tokens (API
   * tokens live on), clears its failures and enables it again. False, and nothing changed: no such person, or what is
   * kept ended.
   */
  setPassword(
    id: PersonId,
    password: StoredPassword,
    at: Instant,
    record: AuditRecord,
    keeps?: KeptSession,
  ): Promise<boolean>
  /** Raises the epoch, and ends every session, API and login token: what lived until now. Undefined: no such person. */
  endEverything(id: PersonId, at: Instant, record: AuditRecord): Promise<EndedEverything | undefined>
  /** Puts a better hash of the same password in place; nothing when the password changed meanwhile. */
  upgradePassword(id: PersonId, version: number, password: StoredPassword): Promise<void>
}
