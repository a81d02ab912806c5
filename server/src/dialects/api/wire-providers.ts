// The shapes of providers and of identities that they vouch for. Settings are told whole; whoever sends them may leave
// out what goes without saying.
import { type Static, Type } from 'typebox'

const instant = Type.String({ format: 'date-time' })
const text = (description: string) => Type.Optional(Type.String({ maxLength: 2000, description }))
const texts = (description: string) => Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { description }))
const needed = (description: string) => Type.String({ minLength: 1, maxLength: 2000, description })
const strict = { additionalProperties: false } as const

const joining = {
  createsPeople: Type.Optional(Type.Boolean({ description: 'Whether somebody new becomes a person; off when absent' })),
  linksByEmail: Type.Optional(
    Type.Boolean({ description: 'Whether a verified address links to its holder here; off when absent' }),
  ),
  claims: Type.Optional(
    Type.Object(
      {
        username: text('Path of the user name'),
        displayName: text('Path of the name that is shown'),
        email: text('Path of the address'),
        groups: text('Path of the groups'),
      },
      { ...strict, description: 'Names joined by dots, alternatives by bars' },
    ),
  ),
  roles: Type.Optional(
    Type.Array(
      Type.Object(
        {
          group: needed('As the provider spells it'),
          account: needed('Identifier of the account'),
          role: Type.Enum(['owner', 'admin', 'member', 'read-only']),
        },
        strict,
      ),
      { description: 'Roles that groups give, at every sign-in' },
    ),
  ),
  privateHosts: texts('Hosts on private addresses that it may be reached at'),
  certificateAuthority: Type.Optional(
    Type.String({ maxLength: 20_000, description: 'PEM of the authority that signed its certificate' }),
  ),
}
const client = {
  clientId: needed('As the provider knows us'),
  scopes: texts('What is asked for'),
  authStyle: Type.Optional(Type.Enum(['auto', 'header', 'params'], { description: 'How the secret is sent' })),
  redirectUri: text('Where another program begins the flow: its redirect address'),
  logoutUri: text('Where such a program sends its browser after the sign-out'),
}

export const OidcSettings = Type.Object(
  {
    issuer: needed('Exactly as the provider spells it'),
    endpoints: Type.Optional(
      Type.Object(
        {
          authorization: needed('Authorization endpoint'),
          token: needed('Token endpoint'),
          keys: needed('JWKS'),
          userinfo: text('Userinfo endpoint'),
        },
        { ...strict, description: 'In place of discovery' },
      ),
    ),
    ...client,
    ...joining,
  },
  strict,
)
export const OAuthSettings = Type.Object(
  {
    authorizationUri: needed('Where the browser goes'),
    tokenUri: needed('Where the code is exchanged'),
    resourceUri: needed('What says who it is'),
    userIdentifier: text('Path of what identifies a user for good; `sub|id` when absent'),
    ...client,
    ...joining,
  },
  strict,
)
export const LdapSettings = Type.Object(
  {
    urls: Type.Array(Type.String({ maxLength: 2000 }), {
      minItems: 1,
      description: 'ldaps://, or ldap:// with startTls',
    }),
    startTls: Type.Optional(Type.Boolean()),
    readerDn: text('Who searches; its password is the secret'),
    bindDn: text('In place of a search: the DN with {name} in it'),
    searches: Type.Array(
      Type.Object(
        { base: needed('DN'), filter: needed('In parentheses'), nameAttribute: needed('Of the user name') },
        strict,
      ),
    ),
    groupSearches: Type.Optional(
      Type.Array(
        Type.Object(
          {
            base: needed('DN'),
            filter: needed('In parentheses'),
            memberAttribute: needed('Its value is the entry’s DN'),
          },
          strict,
        ),
      ),
    ),
    subjectAttribute: text('The attribute that never changes; entryUUID when absent'),
    ...joining,
  },
  strict,
)

const kind = Type.Enum(['oidc', 'oauth2', 'ldap'])
const settings = Type.Record(Type.String(), Type.Unknown(), {
  description: 'By kind: OidcSettings, OAuthSettings or LdapSettings',
})
const look = {
  displayName: Type.Optional(Type.String({ maxLength: 1000, description: 'On the button; absent = the name' })),
  colour: text('Such as #2a6df4'),
  icon: text('Name of an icon'),
  order: Type.Optional(Type.Integer({ description: '0 when absent' })),
  isEnabled: Type.Optional(Type.Boolean({ description: 'On when absent' })),
}
const secret = Type.Union([Type.String({ minLength: 1, maxLength: 2000, format: 'password' }), Type.Null()])

export const NewProvider = Type.Object({
  name: Type.String({ maxLength: 100, description: 'Its id in addresses: lower case letters, digits and dashes' }),
  kind,
  ...look,
  settings,
  secret: Type.Optional(
    Type.Unsafe<string | null>({ ...secret, description: 'Of the client or the reader; never told again' }),
  ),
})
export type NewProvider = Static<typeof NewProvider>

export const ProviderChange = Type.Object(
  {
    kind,
    ...look,
    settings,
    secret: Type.Optional(
      Type.Unsafe<string | null>({ ...secret, description: 'Absent = as it is; null = none any more' }),
    ),
    version: Type.Optional(
      Type.Integer({ description: 'As it was read: 409 when it is another by now; absent = whatever it is' }),
    ),
  },
  { description: 'Stands in the place of what was there.' },
)
export type ProviderChange = Static<typeof ProviderChange>

export const ProviderSecret = Type.Object({ secret })
export type ProviderSecret = Static<typeof ProviderSecret>

export const Provider = Type.Object({
  name: Type.String(),
  kind,
  displayName: Type.String(),
  colour: Type.Optional(Type.String()),
  icon: Type.Optional(Type.String()),
  order: Type.Integer(),
  isEnabled: Type.Boolean(),
  settings,
  hasSecret: Type.Boolean(),
  redirectUri: Type.Optional(
    Type.String({ description: 'To register at the provider, for /sign-in; absent without a public address' }),
  ),
  version: Type.Integer({ description: 'Another one after every change' }),
  createdAt: instant,
  changedAt: instant,
})
export const ProviderList = Type.Object({ items: Type.Array(Provider) })

export const RemovedProvider = Type.Object({
  sessions: Type.Integer({ description: 'How many of its sessions ended' }),
  withoutWayIn: Type.Object(
    { count: Type.Integer(), usernames: Type.Array(Type.String(), { description: 'The first hundred' }) },
    { description: 'Active people who can sign in no more: no password, and no identity of another enabled provider' },
  ),
})

export const ProviderFindings = Type.Object({
  findings: Type.Array(
    Type.Object({
      what: Type.String(),
      level: Type.Enum(['ok', 'warning', 'failure']),
      seen: Type.String(),
      mend: Type.Optional(Type.String({ description: 'What to do about it' })),
    }),
  ),
})
export const ProviderPath = Type.Object({ name: Type.String() })
export type ProviderPath = Static<typeof ProviderPath>

const Identity = Type.Object({
  id: Type.Integer(),
  provider: Type.String(),
  kind,
  subject: Type.String({ description: 'As the provider names the person' }),
  linkedAt: instant,
  seenAt: Type.String({ format: 'date-time', description: 'When the provider last vouched for them' }),
})
export const IdentityList = Type.Object({ items: Type.Array(Identity) })
export const PersonIdentityList = Type.Object({
  items: Type.Array(Identity),
  next: Type.Optional(Type.String({ description: 'The cursor of the next page' })),
})

export const NewIdentity = Type.Object({
  provider: Type.String({ minLength: 1, maxLength: 100 }),
  return: Type.Optional(
    Type.String({ maxLength: 2000, description: 'A path of ours, for afterwards; /sign-in when absent' }),
  ),
  password: Type.Optional(
    Type.String({ minLength: 1, format: 'password', description: 'Needed ten minutes after the sign-in' }),
  ),
})
export type NewIdentity = Static<typeof NewIdentity>
export const BegunIdentity = Type.Object({
  location: Type.String({ description: 'Where this browser goes; the flow is bound to the cookie of this answer' }),
})

const LogoutRequest = Type.Object({ logout_token: Type.String() })

/** By name, as the document has them. */
export const providerModels = {
  OidcSettings,
  OAuthSettings,
  LdapSettings,
  NewProvider,
  ProviderChange,
  ProviderSecret,
  Provider,
  ProviderList,
  RemovedProvider,
  ProviderFindings,
  Identity,
  IdentityList,
  PersonIdentityList,
  NewIdentity,
  BegunIdentity,
  LogoutRequest,
}
