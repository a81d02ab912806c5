// The shapes of what is administered: people, accounts, their members and projects.
import { type Static, Type } from 'typebox'
import { NewToken, PageQuery, Person } from './wire.ts'

const name = Type.String({ minLength: 1, maxLength: 1024 })
const password = Type.String({ minLength: 1, format: 'password' })
const role = Type.Enum(['owner', 'admin', 'member', 'read-only'])
const licence = Type.Enum(['active', 'expired', 'none-needed'])
const next = Type.Optional(Type.String({ description: 'The cursor of the next page' }))
const uuid = Type.String({ pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' })
const number = Type.Integer({ description: 'The id that dialects with numeric ids use' })
const dialect = Type.Enum(['portainer', 'semaphore', 'cloudendure', 'extremecloudiq', 'api'])

export const DirectoryPerson = Type.Object({
  ...Person.properties,
  status: Type.Enum(['active', 'disabled', 'pending']),
})
export const DirectoryPersonList = Type.Object({ items: Type.Array(DirectoryPerson), next })

export const NewPerson = Type.Object({
  username: name,
  email: Type.Optional(name),
  displayName: Type.Optional(Type.String({ maxLength: 1024, description: 'Absent = the user name' })),
  kind: Type.Optional(Type.Enum(['human', 'machine'], { description: 'Absent = human' })),
  isOperator: Type.Optional(Type.Boolean({ description: 'Needs a recent sign-in' })),
  password: Type.Optional(Type.String({ minLength: 1, format: 'password', description: 'Needs a recent sign-in' })),
})
export type NewPerson = Static<typeof NewPerson>

export const PersonChange = Type.Object(
  {
    displayName: Type.Optional(Type.String({ maxLength: 1024 })),
    email: Type.Optional(
      Type.Union([Type.String({ maxLength: 1024 }), Type.Null()], {
        description: 'null takes it away; needs a recent sign-in',
      }),
    ),
    isOperator: Type.Optional(Type.Boolean({ description: 'Needs a recent sign-in; nobody’s own' })),
    status: Type.Optional(Type.Enum(['active', 'disabled'], { description: 'Disabling ends everything of theirs' })),
  },
  { description: 'The name and the address may change together; isOperator and status each come alone.' },
)
export type PersonChange = Static<typeof PersonChange>

export const PeopleQuery = Type.Object({
  ...PageQuery.properties,
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
})
export type PeopleQuery = Static<typeof PeopleQuery>

export const NewPassword = Type.Object({ password })
export type NewPassword = Static<typeof NewPassword>

export const Receipt = Type.Object(
  {
    ended: Type.Array(
      Type.Object({
        dialect: Type.String(),
        sessions: Type.Integer(),
        apiTokens: Type.Integer(),
        loginTokens: Type.Integer(),
      }),
    ),
  },
  { description: 'What lived and ended, door by door; a door where nothing lived is not in it' },
)

const { password: _, ...tokenFields } = NewToken.properties
export const NewTokenFor = Type.Object(tokenFields)
export type NewTokenFor = Static<typeof NewTokenFor>

export const NewLoginToken = Type.Object({ dialect })
export type NewLoginToken = Static<typeof NewLoginToken>

export const LoginToken = Type.Object({
  secret: Type.String({ description: 'Told this once; signs in once' }),
  expiresAt: Type.String({ format: 'date-time' }),
})

const ListedLogin = Type.Object({
  id: Type.Integer(),
  dialect: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  expiresAt: Type.String({ format: 'date-time' }),
})
export const LoginTokenList = Type.Object({ items: Type.Array(ListedLogin), next })

export const Account = Type.Object({
  id: Type.String({ description: 'UUID' }),
  number,
  identifier: Type.String(),
  name: Type.String(),
  licence,
  region: Type.Optional(Type.String({ description: 'The region that serves it; absent = here' })),
  quota: Type.Optional(Type.Integer({ description: 'Requests an hour that its clients are told they may make' })),
  isActive: Type.Boolean(),
})
export const AccountList = Type.Object({ items: Type.Array(Account), next })

export const NewAccount = Type.Object({
  identifier: name,
  name: Type.Optional(Type.String({ maxLength: 1024, description: 'Absent = the identifier' })),
  licence: Type.Optional(licence),
  region: Type.Optional(name),
  quota: Type.Optional(Type.Integer({ minimum: 1 })),
})
export type NewAccount = Static<typeof NewAccount>

export const AccountChange = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 1024 })),
  licence: Type.Optional(licence),
  region: Type.Optional(
    Type.Union([Type.String({ maxLength: 1024 }), Type.Null()], { description: 'null = served here' }),
  ),
  quota: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], { description: "null = the dialect's own figure" }),
  ),
  isActive: Type.Optional(
    Type.Boolean({ description: 'false: nobody gets in and nothing acts in it, until it is active again' }),
  ),
})
export type AccountChange = Static<typeof AccountChange>

const Member = Type.Object({
  person: Type.String({ description: 'UUID' }),
  number,
  username: Type.String(),
  role,
  isHome: Type.Boolean({ description: 'Whether they act here when they name no account' }),
})
export const MemberList = Type.Object({ items: Type.Array(Member), next })

export const MemberRole = Type.Object({
  role: Type.Optional(
    Type.Enum(['owner', 'admin', 'member', 'read-only'], { description: 'Absent = the one they have, or member' }),
  ),
  home: Type.Optional(Type.Boolean({ description: 'true makes it their home account; for operators' })),
})
export type MemberRole = Static<typeof MemberRole>

export const Project = Type.Object({
  id: Type.String({ description: 'UUID' }),
  number,
  name: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  agentToken: Type.Optional(
    Type.String({ description: 'The agent installation token; absent for read-only members and tokens' }),
  ),
  isTokenUnreadable: Type.Optional(
    Type.Boolean({ description: 'true when what is kept of the agent token was altered: replace it' }),
  ),
})
export const ProjectList = Type.Object({ items: Type.Array(Project), next })

export const NewProject = Type.Object({ name })
export type NewProject = Static<typeof NewProject>

export const PersonPath = Type.Object({ person: uuid })
export const PersonIdPath = Type.Object({ person: uuid, id: Type.String({ pattern: '^\\d{1,15}$' }) })
const account = Type.String({ minLength: 1, maxLength: 255 })
export const AccountPath = Type.Object({ account })
export const MemberPath = Type.Object({ account, person: uuid })
export const ProjectPath = Type.Object({ account, project: uuid })

/** By name, as the document has them. */
export const directoryModels = {
  DirectoryPerson,
  DirectoryPersonList,
  NewPerson,
  PersonChange,
  NewPassword,
  Receipt,
  NewTokenFor,
  NewLoginToken,
  LoginToken,
  ListedLogin,
  LoginTokenList,
  Account,
  AccountList,
  NewAccount,
  AccountChange,
  Member,
  MemberList,
  MemberRole,
  Project,
  ProjectList,
  NewProject,
}
