// What Portainer's API sends and takes, by the names of its models (seed 000; contract 2, 3.9, 3.10). Members that only
// some versions have are optional.

export interface PortainerAuthAuthenticatePayload {
  readonly username: string
  readonly password: string
}

export interface PortainerAuthAuthenticateResponse {
  readonly jwt?: string
}

export interface PortainerAuthOauthPayload {
  /** From the provider, as it came. */
  readonly code: string
}

export interface PortainerUser {
  readonly Id: number
  readonly Username: string
  /** 1 for administrators, 2 for everybody else. */
  readonly Role: number
  readonly TokenIssueAt?: number
  readonly ThemeSettings?: { readonly color?: string }
  readonly UseCache?: boolean
  readonly PortainerAuthorizations?: Readonly<Record<string, boolean>> | null
  readonly EndpointAuthorizations?: Readonly<Record<string, Readonly<Record<string, boolean>>>> | null
  /** The password is shorter than the server now wants. */
  readonly forceChangePassword?: boolean
}

export interface PortainerAPIKey {
  readonly id: number
  readonly userId: number
  readonly description: string
  /** The first characters of the key. */
  readonly prefix: string
  /** Unix time in seconds. */
  readonly dateCreated: number
  /** Unix time in seconds; 0 = never. */
  readonly lastUsed: number
}

export interface PortainerUsersUserAccessTokenCreatePayload {
  /** The signed-in person's own, once more. */
  readonly password?: string
  /** 1 to 127 characters. */
  readonly description: string
}

export interface PortainerUsersAccessTokenResponse {
  /** The key; told this once. */
  readonly rawAPIKey: string
  readonly apiKey: PortainerAPIKey
}

export interface PortainerSystemStatus {
  readonly Version: string
  readonly InstanceID?: string
}

/** The body of a refusal. */
export interface PortainerErrorBody {
  readonly message?: string
  readonly details?: string
}

/** Of `GET /settings/public`, as far as it is about signing in. */
export interface PortainerPublicSettings {
  /** 1 internal, 2 LDAP, 3 OAuth. */
  readonly AuthenticationMethod: number
  readonly RequiredPasswordLength: number
  /** Empty unless the method is 3. */
  readonly OAuthLoginURI: string
  readonly OAuthLogoutURI: string
}
