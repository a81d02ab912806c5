// Roles that a provider's groups give, in the accounts that its rules name and nowhere else: taken anew at every
// sign-in, so that whoever leaves a group loses what it gave.
import type { Account } from '../accounts/account.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Role } from '../accounts/membership.ts'
import type { Memberships } from '../accounts/memberships.ts'
import type { Doer } from '../audit/audit.ts'
import type { AccountId } from '../ids.ts'
import type { Person } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import { claimTexts } from './claims.ts'
import type { Claims, GroupRole, Joining } from './provider.ts'

export interface GivenRolesNeeds {
  readonly accounts: Pick<Accounts, 'get'>
  readonly memberships: Pick<Memberships, 'find' | 'put' | 'take'>
}

/** In every account that the rules name: the highest role of the person's groups, or none there any more. */
export type GiveRoles = (joining: Joining, claims: Claims, person: Person, doer: Doer) => Promise<void>

const rank: readonly Role[] = ['read-only', 'member', 'admin', 'owner']

export function createGiveRoles({ accounts, memberships }: GivenRolesNeeds): GiveRoles {
  async function give(account: Account, role: Role | undefined, person: Person, doer: Doer): Promise<void> {
    const present = await memberships.find(person.id, account.uuid)
    if (role === present?.role) return
    if (role !== undefined) await memberships.put(account, person, { role }, doer)
    else if (person.homeAccountId !== account.id) await memberships.take(account, person, {}, doer).catch(notThere)
    // One has to be at home somewhere: whoever loses every group there may look and no more.
    else if (present?.role !== 'read-only') await memberships.put(account, person, { role: 'read-only' }, doer)
  }

  return async ({ roles, claims: paths }, claims, person, doer) => {
    if (roles.length === 0) return
    const groups = new Set(claimTexts(claims, paths.groups))
    const byAccount = new Map<AccountId, { readonly account: Account; readonly rules: GroupRole[] }>()
    for (const rule of roles) {
      // By what it is: two rules may spell one account in two ways.
      const account = await accounts.get(rule.account).catch(notThere)
      if (account === undefined) continue
      const known = byAccount.get(account.id) ?? { account, rules: [] }
      known.rules.push(rule)
      byAccount.set(account.id, known)
    }
    for (const { account, rules } of byAccount.values()) await give(account, highest(rules, groups), person, doer)
  }
}

function highest(rules: readonly GroupRole[], groups: ReadonlySet<string>): Role | undefined {
  const given = rules.filter(({ group }) => groups.has(group)).map(({ role }) => role)
  return rank.findLast((role) => given.includes(role))
}

/** A rule about an account that is not there gives nothing; what another sign-in took at this moment is taken. */
function notThere(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'not-found') return undefined
  throw error
}
