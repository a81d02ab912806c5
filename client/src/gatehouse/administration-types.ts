// What Gatehouse's own API sends and takes of those who administer: people, accounts, the audit trail, the installation.
import type { CallOptions } from '../request.ts'
import type { GatehouseDialect, GatehouseNewToken, GatehousePerson, GatehouseRole } from './types.ts'

export interface GatehouseCreateOptions extends CallOptions {
  /** Sent again within a day, the same key makes nothing new and is answered as before. */
  readonly idempotencyKey?: string | undefined
}

export interface GatehouseDirectoryPerson extends GatehousePerson {
  readonly status: 'active' | 'disabled' | 'pending'
}

export interface GatehouseNewPerson {
  readonly username: string
  readonly email?: string
  /** The user name when absent. */
  readonly displayName?: string
  /** human when absent. */
  readonly kind?: 'human' | 'machine'
  /** Needs a recent sign-in. */
  readonly isOperator?: boolean
  /** Needs a recent sign-in. */
  readonly password?: string
}

export interface GatehousePeopleQuery {
  /** Only whoever answers to this user name or e-mail address, in any spelling. */
  readonly name?: string
}

/** Name and address may change together; `isOperator` and `status` each come alone. */
export interface GatehousePersonChange {
  readonly displayName?: string
  /** null takes it away. */
  readonly email?: string | null
  readonly isOperator?: boolean
  readonly status?: 'active' | 'disabled'
}

/** What lived and ended, door by door. */
export interface GatehouseReceipt {
  readonly ended: readonly {
    readonly dialect: string
    readonly sessions: number
    readonly apiTokens: number
    readonly loginTokens: number
  }[]
}

export type GatehouseNewTokenFor = Omit<GatehouseNewToken, 'password'>

export interface GatehouseNewLoginToken {
  readonly dialect: GatehouseDialect
}

export interface GatehouseLoginToken {
  /** Told this once; signs in once. */
  readonly secret: string
  readonly expiresAt: string
}

/** One that still works. */
export interface GatehouseListedLoginToken {
  readonly id: number
  readonly dialect: string
  readonly createdAt: string
  readonly expiresAt: string
}

export type GatehouseLicence = 'active' | 'expired' | 'none-needed'

export interface GatehouseAccount {
  /** UUID. */
  readonly id: string
  readonly number: number
  readonly identifier: string
  readonly name: string
  readonly licence: GatehouseLicence
  /** Absent = served here. */
  readonly region?: string
  readonly quota?: number
  readonly isActive: boolean
}

export interface GatehouseNewAccount {
  readonly identifier: string
  readonly name?: string
  readonly licence?: GatehouseLicence
  readonly region?: string
  readonly quota?: number
}

export interface GatehouseAccountChange {
  readonly name?: string
  readonly licence?: GatehouseLicence
  /** null = served here. */
  readonly region?: string | null
  /** Requests an hour; null = the figure of each door. */
  readonly quota?: number | null
  /** false: nobody gets in and nothing acts in it, until it is active again. */
  readonly isActive?: boolean
}

export interface GatehouseMember {
  /** UUID. */
  readonly person: string
  readonly number: number
  readonly username: string
  readonly role: GatehouseRole
  readonly isHome: boolean
}

export interface GatehouseMemberRole {
  /** The one they have already, or member, when absent. */
  readonly role?: GatehouseRole
  /** true makes it their home account; for operators. */
  readonly home?: boolean
}

export interface GatehouseProject {
  /** UUID. */
  readonly id: string
  readonly number: number
  readonly name: string
  readonly createdAt: string
  /** Absent for read-only members and tokens. */
  readonly agentToken?: string
  /** What is kept of the agent token was altered: replace it. */
  readonly isTokenUnreadable?: boolean
}

export interface GatehouseAuditFilter {
  /** An event, or what its name begins with. */
  readonly event?: string
  /** UUID of who acted or was acted upon. */
  readonly person?: string
}

export interface GatehouseAuditQuery extends GatehouseAuditFilter {
  readonly from?: string
  readonly until?: string
}

export interface GatehouseAuditEvent {
  readonly chain: string
  /** Its place in the chain. */
  readonly seq: number
  readonly at: string
  /** One of docs/reference/audit-events.md. */
  readonly event: string
  readonly outcome: 'success' | 'failure'
  readonly reason?: string
  readonly actor: {
    readonly kind: 'person' | 'agent' | 'command' | 'system' | 'anonymous'
    readonly id?: number
    /** Id of the token they called with. */
    readonly token?: number
  }
  readonly target?: { readonly kind: string; readonly id: number | string }
  readonly client?: {
    readonly dialect: string
    readonly address: string
    readonly agent: string
    readonly requestId: string
  }
  /** Stands for that many equal refusals. */
  readonly count?: number
  readonly detail?: Readonly<Record<string, string | number | boolean>>
  readonly node?: string
  readonly seal: string
}

export interface GatehouseFollowedEvent {
  readonly event: GatehouseAuditEvent
  /** To go on from here after the stream broke off. */
  readonly lastEventId: string | undefined
}

export interface GatehouseAuditVerification {
  readonly rows: number
  readonly chains: number
  /** Empty when every row is as it was written. */
  readonly findings: readonly {
    readonly chain: string
    readonly seq: number
    readonly what: 'altered' | 'missing' | 'head-differs' | 'cut-short'
  }[]
  /** How many more there are than the thousand that are told; absent = none. */
  readonly furtherFindings?: number
}

export interface GatehouseSigningKey {
  readonly kid: string
  readonly state: 'next' | 'active' | 'retiring' | 'removed'
  readonly createdAt: string
  readonly removedAt?: string
}

export interface GatehouseSetting {
  readonly name: string
  readonly summary: string
  /** `[secret]` for secrets; absent when it is not set. */
  readonly value?: string
  readonly source: 'environment' | 'file' | 'default' | 'unset'
}
