// The shapes that ExtremeCloudIQ's API speaks, by the names of its models (contract 3.2, 3.4, 3.5). Optional members are
// left out, never null, which its SDK refuses. Where what is documented (and so held by generated clients before they
// send) is laxer than what is taken, the latter is a `…Body` of its own.
import { type Static, Type } from 'typebox'

const int64 = (description: string) => Type.Integer({ format: 'int64', description })
const instant = (description: string) => Type.String({ format: 'date-time', description })

export const XiqLoginRequest = Type.Object({
  username: Type.String({ description: 'Login name or e-mail address' }),
  password: Type.String({ description: 'The password' }),
})
export const LoginBody = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 1024 }),
  password: Type.String({ minLength: 1 }),
})
export type LoginBody = Static<typeof LoginBody>

export const XiqLoginResponse = Type.Object({
  access_token: Type.String({ description: 'The access token' }),
  token_type: Type.String({ description: 'Always Bearer' }),
  expires_in: Type.Integer({ format: 'int32', description: 'Seconds until the token expires' }),
})

export const XiqError = Type.Object({
  error_code: Type.String({ description: 'What is wrong, as a constant' }),
  error_id: Type.String({ description: 'The id of the request, under which the log has the reason' }),
  error_message: Type.String({ description: 'What is wrong, in words' }),
  error_message_description: Type.String({ description: 'What to do about it, or which field it is about' }),
})

export const XiqApiTokenInfo = Type.Object({
  user_name: Type.String({ description: 'Login name' }),
  user_id: int64('Id of the user'),
  role: Type.String({ description: 'The role, as people read it' }),
  owner_id: int64('Id of the account'),
  data_center: Type.String({ description: 'Data centre of the account' }),
  scopes: Type.Array(Type.String(), { description: 'What the token may do here' }),
  issued_at: instant('When the token was made'),
  expiration_time: Type.Optional(instant('When the token expires')),
})

export const XiqGenerateApiTokenRequest = Type.Object({
  permissions: Type.Array(Type.String(), { description: 'What the token is for' }),
  expire_time: Type.Optional(int64('When it expires, in seconds since 1970-01-01T00:00:00Z')),
  description: Type.Optional(Type.String({ description: 'What the token is called' })),
})
export const TokenBody = Type.Object({
  permissions: Type.Array(Type.String()),
  expire_time: Type.Optional(Type.Union([Type.Null(), Type.Integer()])),
  description: Type.Optional(Type.Union([Type.Null(), Type.String()])),
})
export type TokenBody = Static<typeof TokenBody>

export const XiqGenerateApiTokenResponse = Type.Object({
  access_token: Type.String({ description: 'The API token, shown this once' }),
  create_time: instant('When it was made'),
  creator_id: int64('Id of the user who made it'),
  customer_id: int64('Id of the account'),
  permissions: Type.Array(Type.String(), { description: 'What it may do here' }),
  expire_time: Type.Optional(instant('When it expires')),
  description: Type.Optional(Type.String({ description: 'What it is called' })),
})

export const XiqUser = Type.Object({
  id: int64('Id of the user'),
  create_time: instant('When the user was made'),
  update_time: instant('The same: when one was changed is not kept'),
  login_name: Type.String({ description: 'Login name' }),
  user_role: Type.String({ enum: ['ADMINISTRATOR', 'OPERATOR', 'MONITOR'], description: 'The role' }),
  org_id: int64('Always 0: there are no organizations above accounts'),
  display_name: Type.Optional(Type.String({ description: 'The name to show' })),
})
