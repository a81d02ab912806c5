// The shapes that Portainer's API speaks. Request members are lower case here because they are folded before
// anything looks at them: Go reads them in any case (contract trap 1). Answers keep the real server's mixture of
// capital and camel case.
import { type Static, Type } from 'typebox'

export const AuthAuthenticatePayload = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 1024, description: 'Username', examples: ['admin'] }),
  password: Type.String({ minLength: 1, description: 'Password', examples: ['mypassword'] }),
})
export type AuthAuthenticatePayload = Static<typeof AuthAuthenticatePayload>

export const AuthAuthenticateResponse = Type.Object({
  jwt: Type.Optional(Type.String({ description: 'JWT token used to authenticate against the API' })),
})

export const AuthOauthPayload = Type.Object({
  code: Type.Optional(Type.String({ description: 'OAuth code returned from OAuth Provided' })),
})
export const AuthOauthBody = Type.Object({ code: Type.String({ minLength: 1, maxLength: 4096 }) })
export type AuthOauthBody = Static<typeof AuthOauthBody>

export const PortainerUser = Type.Object({
  Id: Type.Integer(),
  Username: Type.String(),
  Role: Type.Integer({ description: '1 for administrators, 2 for everybody else' }),
  TokenIssueAt: Type.Integer(),
  ThemeSettings: Type.Object({ color: Type.String() }),
  UseCache: Type.Boolean(),
  PortainerAuthorizations: Type.Null(),
  EndpointAuthorizations: Type.Null(),
  forceChangePassword: Type.Boolean(),
})

/** No `digest`: the real server's shows part of the hash, and text there crashes a client (trap 17). */
export const PortainerAPIKey = Type.Object({
  id: Type.Integer(),
  userId: Type.Integer(),
  description: Type.String(),
  prefix: Type.String(),
  dateCreated: Type.Integer({ description: 'Unix time, seconds' }),
  lastUsed: Type.Integer({ description: 'Unix time, seconds; 0 = never' }),
})

export const UsersAccessTokenResponse = Type.Object({ rawAPIKey: Type.String(), apiKey: PortainerAPIKey })

export const UsersUserAccessTokenCreatePayload = Type.Object({
  password: Type.Optional(Type.String()),
  description: Type.String(),
})
export type UsersUserAccessTokenCreatePayload = Static<typeof UsersUserAccessTokenCreatePayload>

export const SystemStatus = Type.Object({ Version: Type.String(), InstanceID: Type.String() })

/** What the page before the sign-in asks for (contract 3.10); what is no part of signing in is as in a plain Portainer. */
export const PublicSettings = Type.Object({
  LogoURL: Type.String(),
  AuthenticationMethod: Type.Integer({ description: '1 internal, 2 LDAP, 3 OAuth' }),
  RequiredPasswordLength: Type.Integer(),
  GlobalDeploymentOptions: Type.Object({ hideStacksFunctionality: Type.Boolean() }),
  EnableEdgeComputeFeatures: Type.Boolean(),
  EnableTelemetry: Type.Boolean(),
  Features: Type.Object({}),
  OAuthLoginURI: Type.String({ description: 'Where to sign in; the page adds its state' }),
  OAuthLogoutURI: Type.String(),
  KubeconfigExpiry: Type.String(),
  TeamSync: Type.Boolean(),
  Edge: Type.Object({
    PingInterval: Type.Integer(),
    SnapshotInterval: Type.Integer(),
    CommandInterval: Type.Integer(),
    CheckinInterval: Type.Integer(),
  }),
  IsDockerDesktopExtension: Type.Boolean(),
  IsAMTEnabled: Type.Boolean(),
})

export const PortainerError = Type.Object({
  message: Type.Optional(Type.String()),
  details: Type.Optional(Type.String()),
})

const numeral = Type.String({ pattern: '^\\d{1,15}$' })
export const UserPath = Type.Object({ id: numeral })
export const KeyPath = Type.Object({ id: numeral, keyID: numeral })
