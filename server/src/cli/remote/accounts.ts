// Accounts, members and projects of a server, for the commands.
import {
  ApiError,
  type GatehouseAccount,
  GatehouseAccountsApi,
  type GatehouseConnection,
  type GatehouseMember,
  GatehousePeopleApi,
  type GatehouseProject,
} from '../../../../client/src/index.ts'
import type { AccountsDesk, ProjectsDesk } from '../desk/desk.ts'
import type { AccountValue, MemberValue, ProjectValue } from '../desk/values.ts'
import { CommandFailure } from '../failure.ts'
import { isUuid, personNamed } from './people.ts'
import { everyItem } from './server.ts'

export function remoteAccounts(connection: GatehouseConnection): AccountsDesk {
  const accounts = new GatehouseAccountsApi(connection)
  const people = new GatehousePeopleApi(connection)

  const membersOf = async (name: string) => everyItem((query) => accounts.listMembers(name, query))

  /** Only operators may ask for anybody by name; an account's own people find its members. */
  async function uuidOf(account: string, name: string): Promise<string> {
    if (isUuid(name)) return name
    try {
      return (await personNamed(people, name)).id
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 403) throw error
    }
    const member = (await membersOf(account)).find(({ username }) => username.toLowerCase() === name.toLowerCase())
    if (member !== undefined) return member.person
    throw new CommandFailure(
      'not-allowed',
      `"${name}" is no member here, and only operators find others by name; name them by UUID`,
    )
  }

  return {
    list: async () => (await everyItem((query) => accounts.listAccounts(query))).map(presentAccount),
    get: async (name) => presentAccount(await accounts.getAccount(name)),
    create: async (wish) => presentAccount(await accounts.createAccount(wish)),
    change: async (name, change) => presentAccount(await accounts.changeAccount(name, change)),
    members: async (name) => (await membersOf(name)).map(presentMember),
    async putMember(account, name, { role, home }) {
      const uuid = await uuidOf(account, name)
      await accounts.putMember(account, uuid, { ...(role === undefined ? {} : { role }), ...(home ? { home } : {}) })
      const member = (await membersOf(account)).find(({ person }) => person === uuid.toLowerCase())
      if (member === undefined) throw new CommandFailure('failed', `"${name}" was removed again at this very moment`)
      return presentMember(member)
    },
    async removeMember(account, name) {
      const uuid = await uuidOf(account, name)
      const username = (await membersOf(account)).find(({ person }) => person === uuid.toLowerCase())?.username
      await accounts.removeMember(account, uuid)
      return username ?? name
    },
  }
}

function presentAccount({ id, number, ...rest }: GatehouseAccount): AccountValue {
  return { id: number, uuid: id, ...rest }
}

function presentMember({ person, number, ...rest }: GatehouseMember): MemberValue {
  return { personId: number, uuid: person, ...rest }
}

export function remoteProjects(connection: GatehouseConnection): ProjectsDesk {
  const accounts = new GatehouseAccountsApi(connection)
  return {
    async list(account, shows) {
      const { identifier } = await accounts.getAccount(account)
      const all = await everyItem((query) => accounts.listProjects(account, query))
      return all.map((one) => {
        const { agentToken: _, ...project } = present(one, identifier)
        return shows ? present(one, identifier) : project
      })
    },
    async create(account, name) {
      const { identifier } = await accounts.getAccount(account)
      return present(await accounts.createProject(account, name), identifier)
    },
    async replaceToken(account, name) {
      const { identifier } = await accounts.getAccount(account)
      const named = name.normalize('NFC').trim()
      const project = (await everyItem((query) => accounts.listProjects(account, query))).find(
        (one) => one.name === named,
      )
      if (project === undefined) throw new CommandFailure('not-found', `"${identifier}" has no project "${name}".`)
      return present(await accounts.replaceAgentToken(account, project.id), identifier)
    },
  }
}

function present({ id, number, ...rest }: GatehouseProject, account: string): ProjectValue {
  return { id: number, uuid: id, account, ...rest }
}
