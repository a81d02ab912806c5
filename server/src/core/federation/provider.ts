// A provider: somebody else who says who a person is. Values only; how each kind is spoken to is an adapter's.
// The secret (a client's, or the reader's of a directory) is never part of these: it is sealed, and only unsealed for
// the adapter that sends it.

import type { Branded } from '../../lib/brand.ts'
import type { Role } from '../accounts/membership.ts'
import type { DialectName, Duration, Instant } from '../ids.ts'

export type ProviderId = Branded<number, 'ProviderId'>
export type IdentityId = Branded<number, 'IdentityId'>

export const providerKinds = ['oidc', 'oauth2', 'ldap'] as const
export type ProviderKind = (typeof providerKinds)[number]

/** What all kinds have: whom a provider may make, and what becomes of its claims. */
export interface Joining {
  /** Whether somebody nobody knows yet becomes a person. */
  readonly createsPeople: boolean
  /** Whether a verified address that is a person's, who is no operator, links the two. */
  readonly linksByEmail: boolean
  /** Paths into the claims (claims.ts). */
  readonly claims: ClaimPaths
  /** Roles that groups give at every sign-in; without any, memberships are left alone. */
  readonly roles: readonly GroupRole[]
}

export interface ClaimPaths {
  readonly username: string
  readonly displayName: string
  readonly email: string
  readonly groups: string
}

export interface GroupRole {
  readonly group: string
  /** Identifier of the account. */
  readonly account: string
  readonly role: Role
}

export interface OidcSettings extends Joining {
  /** Exactly as the provider spells it: discovery and every ID token must say the same. */
  readonly issuer: string
  /** In place of discovery. */
  readonly endpoints?: OidcEndpoints
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly authStyle: AuthStyle
  /** Where another program than this one begins the flow: the redirect URI that it sent. */
  readonly redirectUri?: string
  /** Where such a program sends its browser after the sign-out here, so that the provider's session ends, too. */
  readonly logoutUri?: string
  /** Hosts on private addresses that it may be reached at. */
  readonly privateHosts: readonly string[]
  /** PEM of the authority that signed its certificate; absent = those that Node trusts. */
  readonly certificateAuthority?: string
}

export interface OidcEndpoints {
  readonly authorization: string
  readonly token: string
  readonly keys: string
  readonly userinfo?: string
}

/** How the client shows its secret: in the header, in the body, or `auto`: the header, as the RFC prefers. */
export const authStyles = ['auto', 'header', 'params'] as const
export type AuthStyle = (typeof authStyles)[number]

/** Plain OAuth 2.0, as Portainer configures it: who it is, is what the resource says. */
export interface OAuthSettings extends Joining {
  readonly authorizationUri: string
  readonly tokenUri: string
  readonly resourceUri: string
  /** Path of the claim that identifies a user for good: the subject. */
  readonly userIdentifier: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly authStyle: AuthStyle
  readonly redirectUri?: string
  readonly logoutUri?: string
  readonly privateHosts: readonly string[]
  readonly certificateAuthority?: string
}

export interface LdapSettings extends Joining {
  /** `ldaps://` or, with StartTLS, `ldap://`; tried in order. */
  readonly urls: readonly string[]
  readonly startTls: boolean
  /** PEM of the authority that signed the directory's certificate; absent = those that Node trusts. */
  readonly certificateAuthority?: string
  /** Who searches; absent = anonymously. Its password is the provider's secret. */
  readonly readerDn?: string
  /** In place of a search by the reader: the DN that a name binds as, with `{name}` in it. */
  readonly bindDn?: string
  readonly searches: readonly LdapSearch[]
  readonly groupSearches: readonly LdapGroupSearch[]
  /** The attribute that never changes for an entry: the subject. */
  readonly subjectAttribute: string
  readonly privateHosts: readonly string[]
}

export interface LdapSearch {
  readonly base: string
  /** Besides the name: a filter in parentheses. */
  readonly filter: string
  readonly nameAttribute: string
}

export interface LdapGroupSearch {
  readonly base: string
  readonly filter: string
  /** Whose value is the entry's DN; `attribute:rule:` compares by a matching rule. */
  readonly memberAttribute: string
}

export type ProviderSettings =
  | { readonly kind: 'oidc'; readonly settings: OidcSettings }
  | { readonly kind: 'oauth2'; readonly settings: OAuthSettings }
  | { readonly kind: 'ldap'; readonly settings: LdapSettings }

/** How it looks on a sign-in page. */
export interface ProviderLook {
  readonly displayName: string
  readonly colour: string | undefined
  readonly icon: string | undefined
  readonly order: number
}

/** A provider as somebody wishes it: what is stored but for the secret, its id and its times. */
export type ProviderWish = ProviderSettings &
  ProviderLook & {
    /** Its id in addresses: lower case letters, digits and dashes. */
    readonly name: string
    readonly isEnabled: boolean
  }

export type Provider = ProviderWish & {
  readonly id: ProviderId
  /** Raised by every change: a flow begun under another, and what is remembered of it, is not gone on with. */
  readonly version: number
  readonly hasSecret: boolean
  readonly createdAt: Instant
  readonly changedAt: Instant
}

export type ProviderOf<Kind extends ProviderKind> = Extract<Provider, { readonly kind: Kind }>

/** The store's row: the provider, and its secret sealed. */
export type StoredProvider = Provider & { readonly sealedSecret: string | undefined }

/** What goes with a provider that is removed. */
export interface RemovedProvider {
  /** How many of its sessions ended. */
  readonly sessions: number
  /** Active people who can sign in no more: no password, and no identity of another enabled provider. */
  readonly withoutWayIn: {
    readonly count: number
    /** The first hundred of them. */
    readonly usernames: readonly string[]
  }
}

/** Whom a provider vouches for, as rows tell it. */
export interface LinkedIdentity {
  readonly id: IdentityId
  readonly providerId: ProviderId
  readonly provider: string
  readonly kind: ProviderKind
  readonly subject: string
  readonly linkedAt: Instant
  readonly seenAt: Instant
}

/** What a verified answer of a provider's says. Claims are data: nothing in them is acted on but by its path. */
export interface ProviderAnswer {
  readonly subject: string
  readonly claims: Claims
  /** The provider's own session, for its logout. */
  readonly session?: string
}

export type Claims = Readonly<Record<string, unknown>>

/** From leaving to coming back. */
export const flowLife: Duration = 600_000

/** A flow under way, found by the hash of its state. */
export interface Flow {
  readonly providerId: ProviderId
  readonly browserHash: string
  readonly dialect: DialectName
  readonly redirectUri: string
  /** A path on our own origin. */
  readonly returnTo: string
  /** Who links an identity to themselves; undefined = somebody signs in. */
  readonly personId: number | undefined
  readonly expiresAt: Instant
}
