// Accounts, their members and projects, as operators and the accounts' own owners and admins administer them: every
// method asks the right first, and then calls the room that does it.
import type { Account, AccountChange } from '../accounts/account.ts'
import type { Accounts, AccountWish } from '../accounts/accounts.ts'
import type { Member, Role } from '../accounts/membership.ts'
import type { Memberships } from '../accounts/memberships.ts'
import { byCaller } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import type { Person } from '../people/person.ts'
import type { Profiles } from '../people/profiles.ts'
import type { ShownProject } from '../projects/project.ts'
import type { ListPage, Projects } from '../projects/projects.ts'
import { Refusal } from '../refusal.ts'
import type { AccountRight, Rights, Standing } from '../rights/rights.ts'
import type { Credential } from '../tokens/token.ts'

export interface AdministerAccountsNeeds {
  readonly rights: Rights
  readonly accounts: Accounts
  readonly memberships: Pick<Memberships, 'find' | 'list' | 'put' | 'take'>
  readonly profiles: Pick<Profiles, 'find'>
  readonly projects: Projects
}

export interface RoleChange {
  /** Undefined = the one they have already, or member. */
  readonly role: Role | undefined
  /** Makes it the account the person acts in when none is named: for operators. */
  readonly becomesHome: boolean
}

/** Every method with a name: @throws Refusal `not-found` (none, or none of theirs), `not-allowed`. */
export interface AdministerAccounts {
  /** All for an operator, the one they act in for everybody else. By id, ascending; `after` is exclusive. */
  list(by: Credential, after: number, limit: number): Promise<readonly Account[]>
  /** @throws Refusal `not-allowed`, `field-invalid`, `conflict`. */
  create(by: Credential, wish: AccountWish, client: Client): Promise<Account>
  get(by: Credential, name: string): Promise<Standing>
  /** Nobody suspends the account they act in. @throws Refusal `field-invalid`. */
  change(by: Credential, name: string, change: AccountChange, client: Client): Promise<Account>
  members(by: Credential, name: string, page: ListPage): Promise<readonly Member[]>
  /** An admin makes no owner and changes none, and nobody but an operator changes their own role. */
  putMember(by: Credential, name: string, uuid: string, wish: RoleChange, client: Client): Promise<void>
  /** @throws Refusal `conflict` for a home account. */
  removeMember(by: Credential, name: string, uuid: string, client: Client): Promise<void>
  /** By id, ascending; their agent tokens as far as the caller may read them. */
  projects(by: Credential, name: string, page: ListPage, client: Client): Promise<readonly ShownProject[]>
  /** @throws Refusal `field-invalid`, `conflict`. */
  createProject(by: Credential, name: string, project: string, client: Client): Promise<ShownProject>
  replaceToken(by: Credential, name: string, uuid: string, client: Client): Promise<ShownProject>
}

export function createAdministerAccounts(needs: AdministerAccountsNeeds): AdministerAccounts {
  const { rights, accounts, memberships, projects } = needs

  async function account(by: Credential, name: string, right: AccountRight): Promise<Account> {
    return (await rights.account(by, name, right)).account
  }

  return {
    async list(by, after, limit) {
      if (by.person.isOperator) return accounts.list(after, limit)
      const acting = await memberships.find(by.person.id, by.account.uuid)
      return acting === undefined || acting.account.id <= after ? [] : [acting.account]
    },
    async create(by, wish, client) {
      rights.requireOperator(by)
      return accounts.create(wish, byCaller(by, client))
    },
    get: (by, name) => rights.account(by, name, 'see'),
    async change(by, name, change, client) {
      const changed = await account(by, name, 'change')
      if (change.isActive === false && changed.id === by.account.id) {
        throw new Refusal('not-allowed', { hint: 'Nobody suspends the account they act in.' })
      }
      return accounts.change(changed, change, byCaller(by, client))
    },
    async members(by, name, { after, limit }) {
      return memberships.list(await account(by, name, 'manage'), after, limit)
    },
    async putMember(by, name, uuid, wish, client) {
      const standing = await rights.account(by, name, 'manage')
      const isByOperator = standing.role === 'operator'
      if (wish.becomesHome && !isByOperator) throw new Refusal('not-allowed', { hint: 'Operators move people home.' })
      if (standing.role === 'admin' && wish.role === 'owner') {
        throw new Refusal('not-allowed', { hint: 'An admin makes nobody an owner.' })
      }
      const person = await personIn(needs, by, standing, uuid)
      const sparesOwner = standing.role === 'admin'
      await memberships.put(standing.account, person, { ...wish, sparesOwner }, byCaller(by, client))
    },
    async removeMember(by, name, uuid, client) {
      const standing = await rights.account(by, name, 'manage')
      const person = await personIn(needs, by, standing, uuid)
      const sparesOwner = standing.role === 'admin'
      await memberships.take(standing.account, person, { sparesOwner }, byCaller(by, client))
    },
    async projects(by, name, page, client) {
      const { account, role } = await rights.account(by, name, 'see')
      return projects.show(by, { account, role: role === 'operator' ? 'owner' : role }, client, page)
    },
    async createProject(by, name, project, client) {
      return projects.create(await account(by, name, 'manage'), project, byCaller(by, client))
    },
    async replaceToken(by, name, uuid, client) {
      const uuidAsStored = uuid.toLowerCase()
      return projects.replaceToken(await account(by, name, 'manage'), { uuid: uuidAsStored }, byCaller(by, client))
    },
  }
}

/** Whom a membership is about; not oneself, unless an operator (attack P12). */
async function personIn(
  { profiles }: AdministerAccountsNeeds,
  by: Credential,
  { role }: Standing,
  uuid: string,
): Promise<Person> {
  const person = await profiles.find(uuid)
  if (person === undefined) throw new Refusal('not-found', { hint: 'There is no such person.' })
  if (person.id === by.person.id && role !== 'operator') {
    throw new Refusal('not-allowed', { hint: 'Nobody changes their own role.' })
  }
  return person
}
