// The shapes that Semaphore's API speaks, by the names of its models. Members that are not named here are
// ignored on the way in. (Seeds 001 and 002; contract section 4.)
import { type Static, Type } from 'typebox'

export const Login = Type.Object({
  auth: Type.String({ minLength: 1, maxLength: 1024, description: 'Username/Email address' }),
  password: Type.String({ minLength: 1, format: 'password', description: 'Password' }),
})
export type Login = Static<typeof Login>

export const LoginMetadata = Type.Object({
  oidc_providers: Type.Array(
    Type.Object({
      id: Type.String({ description: 'ID of the provider, used in the login URL', examples: ['mysso'] }),
      name: Type.String({ description: 'Text to show on the login button', examples: ['My SSO Provider'] }),
      color: Type.String(),
      icon: Type.String(),
    }),
  ),
  login_with_password: Type.Boolean(),
})

export const APIToken = Type.Object({
  id: Type.String(),
  created: Type.String(),
  expired: Type.Boolean(),
  user_id: Type.Integer({ minimum: 1 }),
  name: Type.Optional(Type.String()),
  expires_at: Type.Optional(Type.String()),
})
export type APIToken = Static<typeof APIToken>

/** Optional: clients of both seeds send no body at all. */
export const TokenWish = Type.Union([
  Type.Null(),
  Type.Object({
    name: Type.Optional(Type.String({ maxLength: 255 })),
    expires_at: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 64 })])),
  }),
])
export type TokenWish = Static<typeof TokenWish>

/** The 8 characters a list shows, or the whole secret; never a pattern. */
export const TokenPath = Type.Object({ api_token_id: Type.String({ pattern: '^[a-zA-Z0-9_=-]{8,}$' }) })

export const ProviderPath = Type.Object({ provider_id: Type.String() })
export type ProviderPath = Static<typeof ProviderPath>

export const User = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  created: Type.String(),
  username: Type.String(),
  name: Type.String(),
  email: Type.String(),
  alert: Type.Boolean(),
  admin: Type.Boolean(),
  external: Type.Boolean(),
  can_create_project: Type.Boolean(),
})

export const InfoType = Type.Object({
  version: Type.String(),
  ansible: Type.String(),
  web_host: Type.String(),
  use_remote_runner: Type.Boolean(),
})
