// The shapes that CloudEndure's API speaks, by the names of its models. Its clients take no member they do not know
// and no null, so answers hold only these, and leave out what there is none of. (Seed 003; contract 2.2, 2.4.)
import { Type } from 'typebox'

/** The members of a sign-in; which of them belong together is read.ts's to say. */
export const loginMembers = [
  'username',
  'password',
  'userApiToken',
  'loginToken',
  'agentInstallationToken',
  'accountIdentifier',
  'googleOauthCode',
] as const
export type LoginMember = (typeof loginMembers)[number]

export const InlineObject1 = Type.Object({
  username: Type.Optional(Type.String({ description: 'E-mail address or user name, together with the password.' })),
  loginToken: Type.Optional(Type.String({ description: 'Works once, for an hour at most.' })),
  userApiToken: Type.Optional(Type.String({ description: 'With or without dashes, in any case.' })),
  agentInstallationToken: Type.Optional(Type.String({ description: "A project's agent installation token." })),
  password: Type.Optional(Type.String()),
  accountIdentifier: Type.Optional(Type.String({ description: 'The account to act in, by identifier or id.' })),
  googleOauthCode: Type.Optional(Type.String()),
})

export const User = Type.Object({
  username: Type.Optional(Type.String()),
  status: Type.Optional(Type.Enum(['PENDING', 'CONFIRMED', 'DELETED'])),
  account: Type.Optional(Type.String({ description: 'Id of the account (UUID).' })),
  roles: Type.Optional(Type.Array(Type.Enum(['USER', 'ACCOUNT_ADMIN', 'ACCOUNT_OWNER', 'GLOBAL_READONLY', 'MANAGER']))),
  id: Type.Optional(Type.String()),
})

export const CloudEndureError = Type.Object({
  message: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
})

export const Project = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  cloudCredentialsIDs: Type.Optional(Type.Array(Type.String(), { description: 'Always empty here.' })),
  agentInstallationToken: Type.Optional(
    Type.String({ description: 'For owners, admins and members of the account; not for read-only ones.' }),
  ),
})

/** What one client reads of it right after signing in; the rest of upstream's there is nothing to say of. */
export const ExtendedAccountInfo = Type.Object({
  account: Type.Optional(Type.Object({ id: Type.Optional(Type.String()) })),
  user: Type.Optional(User),
  projects: Type.Optional(Type.Object({ items: Type.Optional(Type.Array(Project)) })),
})

export const ProjectsList = Type.Object({ items: Type.Optional(Type.Array(Project)) })

export const InlineResponse2001 = Type.Object({
  apiToken: Type.Optional(Type.String({ description: 'Shown this once.' })),
})
