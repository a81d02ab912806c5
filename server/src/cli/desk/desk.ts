// What the commands of administrators ask for, whoever answers: the database here (`cli/local`), or a server through
// its API (`cli/remote`). People are named by user name, e-mail address or UUID, accounts by identifier or UUID.
import type { ProviderDraft } from '../../core/federation/complete-provider.ts'
import type { Secret } from '../../lib/secret.ts'
import type {
  AccountValue,
  Dialect,
  EndedValue,
  EventValue,
  FindingValue,
  IdentityValue,
  KeyValue,
  Licence,
  LoginTokenValue,
  MemberValue,
  PersonValue,
  ProjectValue,
  ProviderValue,
  RemovedProviderValue,
  Role,
  SessionValue,
  SettingValue,
  TokenValue,
  VerificationValue,
} from './values.ts'

export interface Desk {
  readonly people: PeopleDesk
  readonly credentials: CredentialsDesk
  readonly identities: IdentitiesDesk
  readonly accounts: AccountsDesk
  readonly projects: ProjectsDesk
  readonly audit: AuditDesk
  readonly system: SystemDesk
  readonly providers: ProvidersDesk
}

export interface PersonWish {
  readonly username: string
  readonly email?: string
  readonly displayName?: string
  readonly password?: Secret
  readonly isOperator: boolean
  readonly kind: 'human' | 'machine'
}

/** Absent = as it is. */
export interface ProfileWish {
  readonly displayName?: string
  /** Null = none. */
  readonly email?: string | null
}

export interface PeopleDesk {
  list(): Promise<readonly PersonValue[]>
  get(name: string): Promise<PersonValue>
  create(wish: PersonWish): Promise<PersonValue>
  change(name: string, wish: ProfileWish): Promise<PersonValue>
  setOperator(name: string, isOperator: boolean): Promise<PersonValue>
  setStatus(name: string, status: 'active' | 'disabled'): Promise<PersonValue>
  setPassword(name: string, password: Secret): Promise<void>
  endEverything(name: string): Promise<EndedValue>
}

export interface TokenWish {
  readonly dialect: Dialect
  readonly name: string
  readonly scope?: string
  readonly expiresAt?: string
}

export interface MadeToken {
  readonly token: TokenValue
  readonly secret: Secret
}

export interface MadeLoginToken {
  readonly secret: Secret
  readonly expiresAt: string
}

/** What acts for somebody. False: they have none of this id. */
export interface CredentialsDesk {
  sessions(name: string): Promise<readonly SessionValue[]>
  endSession(name: string, id: number): Promise<boolean>
  tokens(name: string): Promise<readonly TokenValue[]>
  issueToken(name: string, wish: TokenWish): Promise<MadeToken>
  revokeToken(name: string, id: number): Promise<boolean>
  issueLogin(name: string, dialect: Dialect): Promise<MadeLoginToken>
  /** Those that still work. */
  logins(name: string): Promise<readonly LoginTokenValue[]>
  revokeLogin(name: string, id: number): Promise<boolean>
}

/** Whom providers vouch for as somebody. */
export interface IdentitiesDesk {
  /** Oldest first. */
  list(name: string): Promise<readonly IdentityValue[]>
  /** Ends its sessions. False: they have none of this id. */
  unlink(name: string, id: number): Promise<boolean>
}

export interface AccountWish {
  readonly identifier: string
  readonly name?: string
  readonly licence: Licence
  readonly region?: string
  readonly quota?: number
}

/** Absent = as it is, null = none. */
export interface AccountChange {
  readonly name?: string
  readonly licence?: Licence
  readonly region?: string | null
  readonly quota?: number | null
  readonly isActive?: boolean
}

export interface RoleWish {
  /** Absent = the one they have already, or member. */
  readonly role?: Role
  readonly home: boolean
}

export interface AccountsDesk {
  list(): Promise<readonly AccountValue[]>
  get(name: string): Promise<AccountValue>
  create(wish: AccountWish): Promise<AccountValue>
  change(name: string, change: AccountChange): Promise<AccountValue>
  members(name: string): Promise<readonly MemberValue[]>
  /** The member as they are afterwards. */
  putMember(name: string, person: string, wish: RoleWish): Promise<MemberValue>
  /** The user name of whoever was removed. */
  removeMember(name: string, person: string): Promise<string>
}

export interface ProjectsDesk {
  /** Without agent tokens, unless `shows`. */
  list(account: string, shows: boolean): Promise<readonly ProjectValue[]>
  create(account: string, name: string): Promise<ProjectValue>
  /** By the project's name. */
  replaceToken(account: string, name: string): Promise<ProjectValue>
}

export interface AuditFilter {
  readonly event?: string
  /** Who acted or was acted upon. */
  readonly person?: string
  readonly from?: string
  readonly until?: string
}

/** As an "audit checkpoint" line of the log has it. */
export interface KeptHead {
  readonly chain: string
  readonly seq: number
  readonly mac: string
}

export interface AuditDesk {
  /** Newest first, without an end of its own. */
  events(filter: AuditFilter): AsyncIterable<EventValue>
  /** What is added from now on, until the signal. */
  follow(filter: Pick<AuditFilter, 'event' | 'person'>, signal: AbortSignal): AsyncIterable<EventValue>
  /** The whole of it as text, in pieces. */
  export(filter: AuditFilter, format: 'jsonl' | 'csv'): AsyncIterable<string>
  verify(kept: readonly KeptHead[]): Promise<VerificationValue>
}

export interface SystemDesk {
  keys(): Promise<readonly KeyValue[]>
  /** The keys as they are afterwards. */
  rotateKeys(): Promise<readonly KeyValue[]>
  settings(): Promise<readonly SettingValue[]>
}

/** What somebody else changed since is not written over. */
export type SeenProvider = Pick<ProviderValue, 'version'>

export interface ProvidersDesk {
  /** In their order. */
  list(): Promise<readonly ProviderValue[]>
  get(name: string): Promise<ProviderValue>
  create(draft: ProviderDraft, secret: Secret | null | undefined): Promise<ProviderValue>
  /** Puts the draft in the place of the provider as it was `seen`; without a secret, that stays as it is. */
  change(draft: ProviderDraft, secret: Secret | null | undefined, seen: SeenProvider): Promise<ProviderValue>
  /** Null = none any more. Nothing is changed when it has this one already. */
  setSecret(name: string, secret: Secret | null): Promise<ProviderValue>
  /** Undefined: that can only be told by setting it. */
  hasSecret(name: string, secret: Secret): Promise<boolean | undefined>
  remove(name: string): Promise<RemovedProviderValue>
  check(name: string): Promise<readonly FindingValue[]>
}
