// Who may administer what. Asked live at every request: neither a token nor a session remembers a right. Operators
// may do everything, but not to one another; owners and admins administer the account their credential acts in; an
// account that the caller does not act in is answered as if there were none (ASVS 8.4.1).
import type { Account } from '../accounts/account.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Role } from '../accounts/membership.ts'
import type { Memberships } from '../accounts/memberships.ts'
import type { Person } from '../people/person.ts'
import type { Profiles } from '../people/profiles.ts'
import { Refusal } from '../refusal.ts'
import type { Credential } from '../tokens/token.ts'

export interface RightsNeeds {
  readonly profiles: Pick<Profiles, 'find'>
  readonly accounts: Pick<Accounts, 'get'>
  readonly memberships: Pick<Memberships, 'find'>
}

/** What the caller is in an account; an operator is one in every account. */
export interface Standing {
  readonly account: Account
  readonly role: Role | 'operator'
}

/** What is wanted of an account: to see it, to manage its members and projects, to change it itself. */
export type AccountRight = 'see' | 'manage' | 'change'

const holders: Readonly<Record<AccountRight, readonly Standing['role'][]>> = {
  see: ['operator', 'owner', 'admin', 'member', 'read-only'],
  manage: ['operator', 'owner', 'admin'],
  change: ['operator'],
}

export interface Rights {
  /** @throws Refusal `not-allowed`. */
  requireOperator(by: Credential): void
  /** Anybody, for an operator to look at. @throws Refusal `not-allowed`, `not-found`. */
  person(by: Credential, uuid: string): Promise<Person>
  /**
   * For an operator to act upon: themselves, or somebody who is no operator.
   * @throws Refusal `not-allowed`, `not-found`.
   */
  personToChange(by: Credential, uuid: string): Promise<Person>
  /** By identifier or UUID. @throws Refusal `not-found` (none, or none of theirs), `not-allowed` (theirs, but not that). */
  account(by: Credential, name: string, right: AccountRight): Promise<Standing>
}

export function createRights({ profiles, accounts, memberships }: RightsNeeds): Rights {
  function requireOperator(by: Credential): void {
    if (!by.person.isOperator) throw new Refusal('not-allowed', { hint: 'This is for operators.' })
  }

  async function person(by: Credential, uuid: string): Promise<Person> {
    requireOperator(by)
    const found = await profiles.find(uuid)
    if (found === undefined) throw new Refusal('not-found', { hint: 'There is no such person.' })
    return found
  }

  async function standing(by: Credential, name: string): Promise<Standing> {
    if (by.person.isOperator) return { account: await accounts.get(name), role: 'operator' }
    const acting = await memberships.find(by.person.id, by.account.uuid)
    const named = name.trim().toLowerCase()
    if (acting !== undefined && [acting.account.identifier, acting.account.uuid].includes(named)) return acting
    throw new Refusal('not-found', { hint: 'There is no such account, or it is not the one you act in.' })
  }

  return {
    requireOperator,
    person,
    async personToChange(by, uuid) {
      const found = await person(by, uuid)
      if (found.isOperator && found.id !== by.person.id) {
        throw new Refusal('not-allowed', { hint: 'They are an operator. Take that away first, or let them do it.' })
      }
      return found
    },
    async account(by, name, right) {
      const found = await standing(by, name)
      if (holders[right].includes(found.role)) return found
      throw new Refusal('not-allowed', { hint: `A member with the role ${found.role} may not do that.` })
    },
  }
}
