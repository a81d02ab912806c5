// What commands show, the same from a server and from the local database. Times are ISO 8601 in UTC; a member that
// there is no value for is left out.
import type {
  GatehouseAuditEvent,
  GatehouseAuditVerification,
  GatehouseDialect,
  GatehouseFinding,
  GatehouseIdentity,
  GatehouseLicence,
  GatehouseListedLoginToken,
  GatehouseProvider,
  GatehouseReceipt,
  GatehouseRemovedProvider,
  GatehouseRole,
  GatehouseSession,
  GatehouseSetting,
  GatehouseSigningKey,
  GatehouseToken,
} from '../../../../client/src/index.ts'

export type Dialect = GatehouseDialect
export type Licence = GatehouseLicence
export type Role = GatehouseRole
export type SessionValue = Omit<GatehouseSession, 'isPresent'>
export type LoginTokenValue = GatehouseListedLoginToken
export type TokenValue = GatehouseToken
export type KeyValue = GatehouseSigningKey
export type SettingValue = GatehouseSetting
export type EventValue = GatehouseAuditEvent
export type VerificationValue = GatehouseAuditVerification
export type ProviderValue = GatehouseProvider
export type RemovedProviderValue = GatehouseRemovedProvider
export type IdentityValue = GatehouseIdentity
export type FindingValue = GatehouseFinding
export type EndedValue = GatehouseReceipt['ended']

export interface PersonValue {
  readonly id: number
  readonly uuid: string
  readonly kind: 'human' | 'machine'
  readonly username: string
  readonly email?: string | undefined
  readonly displayName: string
  readonly status: 'active' | 'disabled' | 'pending'
  readonly isOperator: boolean
  readonly createdAt: string
}

export interface AccountValue {
  readonly id: number
  readonly uuid: string
  readonly identifier: string
  readonly name: string
  readonly licence: Licence
  readonly region?: string | undefined
  readonly quota?: number | undefined
  readonly isActive: boolean
}

export interface MemberValue {
  readonly personId: number
  readonly uuid: string
  readonly username: string
  readonly role: Role
  readonly isHome: boolean
}

export interface ProjectValue {
  readonly id: number
  readonly uuid: string
  /** Identifier of the account. */
  readonly account: string
  readonly name: string
  readonly createdAt: string
  readonly agentToken?: string | undefined
}
