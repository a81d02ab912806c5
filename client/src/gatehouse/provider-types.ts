// What Gatehouse's own API sends and takes of providers and of the identities that they vouch for.

export type GatehouseProviderKind = 'oidc' | 'oauth2' | 'ldap'

/** What is left out goes without saying (docs/guides/providers.md). */
export interface GatehouseProviderChange {
  readonly kind: GatehouseProviderKind
  readonly displayName?: string
  readonly colour?: string
  readonly icon?: string
  readonly order?: number
  /** On when absent. */
  readonly isEnabled?: boolean
  /** By kind. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Of the client or the reader: never told again. Absent = as it is; null = none. */
  readonly secret?: string | null
  /** As it was read: refused (409) when somebody else changed it since. Absent = whatever it is now. */
  readonly version?: number
}

export interface GatehouseNewProvider extends Omit<GatehouseProviderChange, 'version'> {
  /** Its id in addresses: lower case letters, digits and dashes. */
  readonly name: string
}

export interface GatehouseProvider {
  readonly name: string
  readonly kind: GatehouseProviderKind
  readonly displayName: string
  readonly colour?: string
  readonly icon?: string
  readonly order: number
  readonly isEnabled: boolean
  readonly settings: Readonly<Record<string, unknown>>
  readonly hasSecret: boolean
  /** To register at the provider. */
  readonly redirectUri?: string
  /** Another one after every change. */
  readonly version: number
  readonly createdAt: string
  readonly changedAt: string
}

/** What went with a provider. */
export interface GatehouseRemovedProvider {
  readonly sessions: number
  /** Active people who can sign in no more; names of the first hundred. */
  readonly withoutWayIn: { readonly count: number; readonly usernames: readonly string[] }
}

/** One thing that was looked at. */
export interface GatehouseFinding {
  readonly what: string
  readonly level: 'ok' | 'warning' | 'failure'
  readonly seen: string
  /** What to do about it. */
  readonly mend?: string
}

/** Whom a provider vouches for as me, or as somebody. */
export interface GatehouseIdentity {
  readonly id: number
  readonly provider: string
  readonly kind: GatehouseProviderKind
  readonly subject: string
  readonly linkedAt: string
  readonly seenAt: string
}

export interface GatehouseNewIdentity {
  readonly provider: string
  /** A path of Gatehouse's, for afterwards. */
  readonly return?: string
  /** Needed ten minutes after the sign-in. */
  readonly password?: string
}
