// What Gatehouse's own API sends and takes, by the names of its OpenAPI document, for whoever is signed in. Instants are
// RFC 3339 in UTC; a member that there is no value for is left out, never null.

export type GatehouseDialect = 'portainer' | 'semaphore' | 'cloudendure' | 'extremecloudiq' | 'api'

/** Which part of a list. */
export interface GatehousePageQuery {
  /** 1 to 200; 50 when absent. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly cursor?: string
}

export interface GatehousePage<Item> {
  readonly items: readonly Item[]
  /** The cursor of the next page; absent at the end. */
  readonly next?: string
}

export interface GatehouseSignIn {
  /** User name or e-mail address. */
  readonly username: string
  readonly password: string
  /** Identifier or id of the account to act in; the home account when absent. */
  readonly account?: string
  /** A cookie instead of a token; only for pages of Gatehouse's own origin. */
  readonly cookie?: boolean
}

export interface GatehousePerson {
  /** UUID. */
  readonly id: string
  /** The id that the doors with numeric ids use. */
  readonly number: number
  readonly kind: 'human' | 'machine'
  readonly username: string
  readonly email?: string
  readonly displayName: string
  readonly isOperator: boolean
  readonly createdAt: string
}

export type GatehouseRole = 'owner' | 'admin' | 'member' | 'read-only'

export interface GatehouseActingIn {
  /** UUID. */
  readonly id: string
  readonly identifier: string
  readonly name: string
  readonly role: GatehouseRole
}

export interface GatehouseOpened {
  /** Absent when a cookie was asked for. */
  readonly accessToken?: string
  readonly tokenType?: 'Bearer'
  /** The session is over then, used or not. */
  readonly endsAt: string
  readonly person: GatehousePerson
  readonly account: GatehouseActingIn
}

export interface GatehouseMe {
  readonly person: GatehousePerson
  readonly account: GatehouseActingIn
  /** Words of: default, read, introspect. */
  readonly scope: string
}

export interface GatehouseSession {
  readonly id: number
  readonly dialect: string
  /** password, one-time or api-token. */
  readonly method: string
  readonly openedAt: string
  readonly seenAt: string
  readonly endsAt: string
  readonly address: string
  /** User-Agent of the sign-in. */
  readonly agent: string
  /** Whether it is the session of the request. */
  readonly isPresent: boolean
}

export interface GatehouseToken {
  readonly id: number
  readonly dialect: string
  readonly name: string
  readonly scope: string
  /** Its first characters. */
  readonly shown: string
  readonly createdAt: string
  readonly expiresAt?: string
  readonly usedAt?: string
  readonly isExpired: boolean
}

export interface GatehouseNewToken {
  /** Where the token works, in whose spelling; Gatehouse's own API when absent. */
  readonly dialect?: GatehouseDialect
  readonly name: string
  /** Words of: default, read, introspect; only for Gatehouse's own API. */
  readonly scope?: string
  readonly expiresAt?: string
  /** Needed ten minutes after the sign-in. */
  readonly password?: string
}

export interface GatehouseMadeToken {
  readonly token: GatehouseToken
  /** Told this once. */
  readonly secret: string
}

export interface GatehousePasswordChange {
  readonly current: string
  readonly next: string
}

export interface GatehousePasswordChanged {
  /** The session goes on with it; absent when it came by cookie. */
  readonly accessToken?: string
}

export interface GatehouseEnded {
  /** How many. */
  readonly ended: number
}

export interface GatehouseIntrospectionRequest {
  readonly token: string
  readonly token_type_hint?: string
}

/** RFC 7662 §2.2. */
export interface GatehouseIntrospectionResponse {
  readonly active: boolean
  readonly scope?: string
  /** The dialect it was issued for. */
  readonly client_id?: string
  readonly username?: string
  readonly token_type?: string
  readonly exp?: number
  readonly iat?: number
  /** UUID of the person. */
  readonly sub?: string
  readonly aud?: string
  readonly iss?: string
  /** UUID of the account it acts in. */
  readonly account?: string
  /** cookie, access, api or agent. */
  readonly kind?: string
}

/** RFC 9457: the body of a refusal. */
export interface GatehouseProblem {
  readonly type: string
  readonly title: string
  readonly status: number
  /** Stable; one of docs/reference/errors.md. */
  readonly code: string
  /** What to do about it. */
  readonly detail?: string
  /** The field that is missing or wrong. */
  readonly field?: string
  readonly requestId: string
}
