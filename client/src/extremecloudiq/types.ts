// What ExtremeCloudIQ's API sends and takes, by the names of its models (seed 004; contract 3.2 to 3.5). Members that
// only some versions have are optional; instants are RFC 3339.

export interface XiqLoginRequest {
  readonly username: string
  readonly password: string
}

export interface XiqLoginResponse {
  readonly access_token: string
  readonly token_type: string
  /** Seconds. */
  readonly expires_in: number
}

export interface XiqUser {
  readonly id: number
  readonly create_time: string
  readonly update_time: string
  readonly login_name: string
  readonly first_name?: string
  readonly last_name?: string
  readonly display_name?: string
  /** `ADMINISTRATOR`, `OPERATOR`, `MONITOR` and others. */
  readonly user_role?: string
  readonly org_id?: number
}

export interface XiqApiTokenInfo {
  readonly user_name: string
  readonly user_id: number
  readonly role: string
  readonly owner_id: number
  readonly data_center: string
  readonly scopes: readonly string[]
  readonly issued_at: string
  readonly expiration_time?: string
  /** Seconds. */
  readonly expires_in?: number
}

export interface XiqGenerateApiTokenRequest {
  readonly permissions: readonly string[]
  /** Seconds since 1970; not milliseconds. */
  readonly expire_time?: number
  readonly description?: string
}

export interface XiqGenerateApiTokenResponse {
  /** The token, told this once. */
  readonly access_token: string
  readonly create_time: string
  readonly creator_id: number
  readonly customer_id: number
  readonly permissions: readonly string[]
  readonly expire_time?: string
  readonly description?: string
}

/** The body of a refusal. */
export interface XiqError {
  readonly error_code: string
  readonly error_id: string
  readonly error_message: string
  readonly error_message_description?: string
  readonly error_message_code?: string
  readonly error_params?: Readonly<Record<string, string>>
}
