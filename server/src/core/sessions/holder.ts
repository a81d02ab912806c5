// Whom a session speaks for, and in which account: settled by the sign-in, and what its claims and answers are
// made of.
import type { Account } from '../accounts/account.ts'
import type { Membership } from '../accounts/membership.ts'
import type { ProjectId } from '../ids.ts'
import type { Person } from '../people/person.ts'

export interface PersonInAccount {
  readonly kind: 'person'
  readonly person: Person
  readonly membership: Membership
}

/** What a project's agent token opens: nobody's session, with no rights but to end itself. */
export interface AgentInAccount {
  readonly kind: 'agent'
  readonly projectId: ProjectId
  readonly account: Account
}

export type Holder = PersonInAccount | AgentInAccount

export function accountOf(holder: Holder): Account {
  return holder.kind === 'person' ? holder.membership.account : holder.account
}
