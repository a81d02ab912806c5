// What CloudEndure's API sends and takes, by the names of its models (seed 003; contract 2.2, 2.4, 2.5).

/** One kind of credential: user name and password, or one of the tokens. */
export interface CloudEndureInlineObject1 {
  /** The e-mail address, with `password`. */
  readonly username?: string
  readonly password?: string
  /** A user's API token, with or without its dashes. */
  readonly userApiToken?: string
  /** Works once. */
  readonly loginToken?: string
  /** A project's, as installers use it. */
  readonly agentInstallationToken?: string
  readonly googleOauthCode?: string
  /** Which account to sign in to. */
  readonly accountIdentifier?: string
}

export type CloudEndureRole = 'USER' | 'ACCOUNT_ADMIN' | 'ACCOUNT_OWNER' | 'GLOBAL_READONLY' | 'MANAGER'

export interface CloudEndureUser {
  readonly username?: string
  readonly status?: 'PENDING' | 'CONFIRMED' | 'DELETED'
  /** Id of the account. */
  readonly account?: string
  readonly roles?: readonly CloudEndureRole[]
  readonly settings?: {
    readonly sendNotifications?: {
      readonly projectIDs?: readonly string[]
      readonly projectIDsUntestedMigrations?: readonly string[]
    }
  }
  readonly apiToken?: string
  readonly hasPassword?: boolean
  readonly termsAccepted?: boolean
  readonly id?: string
  readonly selfLink?: string
}

export interface CloudEndureProject {
  readonly id?: string
  readonly name?: string
  readonly agentInstallationToken?: string
  readonly cloudCredentialsIDs?: readonly string[]
  readonly type?: string
  readonly usersIDs?: readonly string[]
  readonly licensesIDs?: readonly string[]
}

export interface CloudEndureProjectsList {
  readonly items?: readonly CloudEndureProject[]
}

export interface CloudEndureExtendedAccountInfo {
  readonly account?: { readonly id?: string }
  readonly user?: CloudEndureUser
  readonly projects?: CloudEndureProjectsList
}

export interface CloudEndureInlineResponse2001 {
  /** The new API token, told this once. */
  readonly apiToken?: string
}

/** The body of a refusal. */
export interface CloudEndureErrorBody {
  readonly message?: string
  readonly code?: string
}
