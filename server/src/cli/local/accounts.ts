// Accounts, members and projects of the local database, for the commands.
import type { House } from '../../compose.ts'
import type { Account } from '../../core/accounts/account.ts'
import type { Member } from '../../core/accounts/membership.ts'
import type { Project, ShownProject } from '../../core/projects/project.ts'
import type { AccountsDesk, ProjectsDesk } from '../desk/desk.ts'
import type { AccountValue, ProjectValue } from '../desk/values.ts'
import { CommandFailure } from '../failure.ts'
import { byCommand, everyPage } from '../house.ts'
import { isoTime } from '../output.ts'
import { personNamed } from './people.ts'

export function localAccounts(house: House): AccountsDesk {
  const { accounts, memberships } = house.core

  async function membersOf(name: string): Promise<readonly Member[]> {
    const account = await accounts.get(name)
    return everyPage<Member>(
      (after, limit) => memberships.list(account, after, limit),
      ({ personId }) => personId,
    )
  }

  return {
    list: async () => (await everyPage(accounts.list, ({ id }) => id)).map(presentAccount),
    get: async (name) => presentAccount(await accounts.get(name)),
    create: async (wish) => presentAccount(await accounts.create(wish, byCommand)),
    change: async (name, change) => presentAccount(await accounts.change(await accounts.get(name), change, byCommand)),
    members: membersOf,
    async putMember(name, person, { role, home }) {
      const account = await accounts.get(name)
      const { id, username } = await personNamed(house, person)
      await memberships.put(account, { id, username }, { role, becomesHome: home }, byCommand)
      const member = (await membersOf(name)).find(({ personId }) => personId === id)
      if (member === undefined) throw new CommandFailure('failed', `${username} was removed again at this very moment`)
      return member
    },
    async removeMember(name, person) {
      const account = await accounts.get(name)
      const { id, username } = await personNamed(house, person)
      await memberships.take(account, { id, username }, {}, byCommand)
      return username
    },
  }
}

function presentAccount({ id, uuid, identifier, name, licence, region, quota, isActive }: Account): AccountValue {
  return { id, uuid, identifier, name, licence, region, quota, isActive }
}

export function localProjects({ core }: House): ProjectsDesk {
  const { accounts, projects } = core
  return {
    async list(account, shows) {
      if (shows) {
        throw new CommandFailure(
          'usage',
          'agent tokens are shown by a server only, which records to whom; add --server',
        )
      }
      const owner = await accounts.get(account)
      return (await projects.list(owner)).map((one) => presentProject(one, owner))
    },
    async create(account, name) {
      const owner = await accounts.get(account)
      return presentShown(await projects.create(owner, name, byCommand), owner)
    },
    async replaceToken(account, name) {
      const owner = await accounts.get(account)
      return presentShown(await projects.replaceToken(owner, name, byCommand), owner)
    },
  }
}

function presentProject({ id, uuid, name, createdAt }: Project, { identifier }: Account): ProjectValue {
  return { id, uuid, account: identifier, name, createdAt: isoTime(createdAt) }
}

function presentShown(project: ShownProject, account: Account): ProjectValue {
  return { ...presentProject(project, account), agentToken: project.agentToken?.reveal() }
}
