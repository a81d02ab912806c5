// Core values in CloudEndure's words. What there is none of is left out: its clients take neither null nor a member
// they do not know.
import type { Membership, Role } from '../../core/accounts/membership.ts'
import type { Person } from '../../core/people/person.ts'
import type { ShownProject } from '../../core/projects/project.ts'
import type { Holder } from '../../core/sessions/holder.ts'

const roles: Readonly<Record<Role, string>> = {
  owner: 'ACCOUNT_OWNER',
  admin: 'ACCOUNT_ADMIN',
  member: 'USER',
  'read-only': 'GLOBAL_READONLY',
}

/** Whoever may sign in is confirmed. `apiToken` is never told again (contract 2.4; `model.md`). */
export function presentUser(person: Pick<Person, 'uuid' | 'username' | 'email'>, { account, role }: Membership) {
  return {
    username: person.email ?? person.username,
    status: 'CONFIRMED',
    account: account.uuid,
    roles: [roles[role]],
    id: person.uuid,
  }
}

/** An agent is nobody: it is told its account and nothing else. */
export function presentHolder(holder: Holder) {
  return holder.kind === 'person' ? presentUser(holder.person, holder.membership) : { account: holder.account.uuid }
}

export function presentProject({ uuid, name, agentToken }: ShownProject) {
  // A client indexes the list without asking whether there is one.
  return {
    id: uuid,
    name,
    cloudCredentialsIDs: [],
    ...(agentToken === undefined ? {} : { agentInstallationToken: agentToken.reveal() }),
  }
}
