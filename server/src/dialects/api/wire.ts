// The shapes of our own API. Instants are RFC 3339 in UTC with milliseconds; ids of people and accounts are UUIDs,
// those of sessions and tokens numbers. A member that there is no value for is left out, never null.
import { type Static, Type } from 'typebox'

const instant = (description: string) => Type.String({ format: 'date-time', description })

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'One of docs/reference/errors.md; stable.' }),
    detail: Type.Optional(Type.String({ description: 'What to do about it.' })),
    field: Type.Optional(Type.String({ description: 'The field that is missing or wrong.' })),
    requestId: Type.String(),
  },
  { description: 'RFC 9457' },
)

export const SignIn = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 1024, description: 'User name or e-mail address' }),
  password: Type.String({ minLength: 1, format: 'password' }),
  account: Type.Optional(
    Type.String({
      maxLength: 255,
      description: 'Identifier or id of the account to act in; absent = the home account',
    }),
  ),
  cookie: Type.Optional(
    Type.Boolean({ description: 'Set a cookie instead of answering a token; only from our own origin' }),
  ),
})
export type SignIn = Static<typeof SignIn>

export const Person = Type.Object({
  id: Type.String({ description: 'UUID' }),
  number: Type.Integer({ description: 'The id that dialects with numeric ids use' }),
  kind: Type.Enum(['human', 'machine']),
  username: Type.String(),
  email: Type.Optional(Type.String()),
  displayName: Type.String(),
  isOperator: Type.Boolean(),
  createdAt: instant('When the person was added'),
})

export const ActingIn = Type.Object({
  id: Type.String({ description: 'UUID' }),
  identifier: Type.String(),
  name: Type.String(),
  role: Type.Enum(['owner', 'admin', 'member', 'read-only']),
})

export const Session = Type.Object({
  id: Type.Integer(),
  dialect: Type.String(),
  method: Type.String({ description: 'password, one-time, api-token, or the kind of provider: oidc, oauth2, ldap' }),
  openedAt: instant('When it was opened'),
  seenAt: instant('When it was last used, within a minute or so'),
  endsAt: instant('When it is over by itself, if it is not used before'),
  address: Type.String(),
  agent: Type.String({ description: 'User-Agent of the sign-in' }),
  isPresent: Type.Boolean({ description: 'Whether this is the session of the request' }),
})
export const SessionList = Type.Object({ items: Type.Array(Session), next: Type.Optional(Type.String()) })

export const Opened = Type.Object({
  accessToken: Type.Optional(Type.String({ description: 'Absent when a cookie was asked for' })),
  tokenType: Type.Optional(Type.Enum(['Bearer'])),
  endsAt: instant('The session is over then, used or not'),
  person: Person,
  account: ActingIn,
})

export const Me = Type.Object({
  person: Person,
  account: ActingIn,
  scope: Type.String(),
})

export const Token = Type.Object({
  id: Type.Integer(),
  dialect: Type.String(),
  name: Type.String(),
  scope: Type.String(),
  shown: Type.String({ description: 'Its first characters' }),
  createdAt: instant('When it was made'),
  expiresAt: Type.Optional(instant('When it is over')),
  usedAt: Type.Optional(instant('Last use, within a minute or so')),
  isExpired: Type.Boolean(),
})
export const TokenList = Type.Object({ items: Type.Array(Token), next: Type.Optional(Type.String()) })

export const NewToken = Type.Object({
  dialect: Type.Optional(
    Type.Enum(['portainer', 'semaphore', 'cloudendure', 'extremecloudiq', 'api'], {
      description: 'Where the token works, in whose spelling; absent = our own API',
    }),
  ),
  name: Type.String({ minLength: 1, maxLength: 255 }),
  scope: Type.Optional(
    Type.String({ maxLength: 255, description: 'Words of: default, read, introspect. Only for our own API' }),
  ),
  expiresAt: Type.Optional(Type.String({ maxLength: 64, description: 'RFC 3339' })),
  password: Type.Optional(
    Type.String({ minLength: 1, format: 'password', description: 'Needed ten minutes after the sign-in' }),
  ),
})
export type NewToken = Static<typeof NewToken>

export const MadeToken = Type.Object({ token: Token, secret: Type.String({ description: 'Told this once' }) })

export const PasswordChange = Type.Object({
  current: Type.String({ minLength: 1, format: 'password' }),
  next: Type.String({ minLength: 1, format: 'password' }),
})
export type PasswordChange = Static<typeof PasswordChange>

export const PasswordChanged = Type.Object({
  accessToken: Type.Optional(
    Type.String({ description: 'The session goes on with it; absent when it came by cookie' }),
  ),
})

export const Ended = Type.Object({ ended: Type.Integer({ description: 'How many' }) })

export const IdPath = Type.Object({ id: Type.String({ pattern: '^\\d{1,15}$' }) })

export const PageQuery = Type.Object({
  limit: Type.Optional(Type.String()),
  cursor: Type.Optional(Type.String()),
})

export const IntrospectionRequest = Type.Object({
  token: Type.String({ minLength: 1 }),
  token_type_hint: Type.Optional(Type.String()),
})
export type IntrospectionRequest = Static<typeof IntrospectionRequest>

export const IntrospectionResponse = Type.Object({
  active: Type.Boolean(),
  scope: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String({ description: 'The dialect it was issued for' })),
  username: Type.Optional(Type.String()),
  token_type: Type.Optional(Type.String({ description: 'Bearer, or Cookie' })),
  exp: Type.Optional(Type.Integer()),
  iat: Type.Optional(Type.Integer()),
  sub: Type.Optional(Type.String({ description: 'UUID of the person' })),
  aud: Type.Optional(Type.String()),
  iss: Type.Optional(Type.String()),
  account: Type.Optional(Type.String({ description: 'UUID of the account it acts in' })),
  kind: Type.Optional(Type.String({ description: 'cookie, access, api, agent' })),
})
