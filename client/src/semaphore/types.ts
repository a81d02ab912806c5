// What Semaphore's API sends and takes, by the names of its models (seeds 001 and 002; contract 4). Members that only
// some versions have are optional; instants are RFC 3339.

export interface SemaphoreLogin {
  /** User name or e-mail address. */
  readonly auth: string
  readonly password: string
}

export interface SemaphoreLoginMetadata {
  readonly oidc_providers: readonly SemaphoreLoginMetadataOidcProvidersInner[]
  readonly login_with_password?: boolean
}

export interface SemaphoreLoginMetadataOidcProvidersInner {
  /** As in the path of its sign-in. */
  readonly id: string
  /** As on the button. */
  readonly name: string
  readonly color?: string
  readonly icon?: string
}

export interface SemaphoreAPIToken {
  /** The token itself when it is made; in lists of newer versions its first 8 characters. */
  readonly id: string
  readonly created: string
  readonly expired: boolean
  readonly user_id: number
  readonly name?: string
  readonly expires_at?: string | null
}

/** What newer versions (2.17) keep with a token; older ones ignore it. */
export interface SemaphoreAPITokenWish {
  readonly name?: string
  /** RFC 3339, in the future. */
  readonly expires_at?: string
}

export interface SemaphoreUser {
  readonly id: number
  readonly created: string
  readonly username: string
  readonly name: string
  readonly email: string
  readonly alert: boolean
  readonly admin: boolean
  readonly external: boolean
  readonly can_create_project?: boolean
}

export interface SemaphoreInfoType {
  readonly version: string
  readonly ansible?: string
  readonly web_host?: string
  readonly use_remote_runner?: boolean
}

/** Where the browser is to go next. */
export interface SemaphoreRedirect {
  /** Undefined in a browser, which hides it from scripts: open the address there instead of asking for it. */
  readonly location: string | undefined
}

/** What the provider sends a browser back with. */
export interface SemaphoreOidcRedirectQuery {
  readonly code?: string
  readonly state?: string
}

/** The body of a refusal; mostly there is none. */
export interface SemaphoreErrorBody {
  readonly error?: string
}
