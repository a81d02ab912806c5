// Accounts of an installation, their members and projects.
import { segment } from '../address.ts'
import type { ApiRequest, CallOptions } from '../request.ts'
import type {
  GatehouseAccount,
  GatehouseAccountChange,
  GatehouseCreateOptions,
  GatehouseMember,
  GatehouseMemberRole,
  GatehouseNewAccount,
  GatehouseProject,
} from './administration-types.ts'
import type { GatehouseConnection } from './connection.ts'
import { creation } from './creation.ts'
import type { GatehousePage, GatehousePageQuery } from './types.ts'

const accounts = '/api/v1/accounts'

export class GatehouseAccountsApi {
  readonly #connection: GatehouseConnection

  constructor(connection: GatehouseConnection) {
    this.#connection = connection
  }

  /** All for operators, the one they act in for everybody else: `GET /api/v1/accounts`. */
  async listAccounts(
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseAccount>> {
    return this.#json('listAccounts', { method: 'GET', path: accounts, query: { limit, cursor }, options })
  }

  /** Adds an account: `POST /api/v1/accounts`. */
  async createAccount(wish: GatehouseNewAccount, options?: GatehouseCreateOptions): Promise<GatehouseAccount> {
    return this.#json('createAccount', creation(accounts, wish, options))
  }

  /** One account, by identifier or UUID: `GET /api/v1/accounts/{account}`. */
  async getAccount(account: string, options?: CallOptions): Promise<GatehouseAccount> {
    return this.#json('getAccount', { method: 'GET', path: pathOf(account), options })
  }

  /** Changes name, licence, region, quota, or whether it is active: `PATCH /api/v1/accounts/{account}`. */
  async changeAccount(
    account: string,
    change: GatehouseAccountChange,
    options?: CallOptions,
  ): Promise<GatehouseAccount> {
    const body = { kind: 'json', value: change } as const
    return this.#json('changeAccount', { method: 'PATCH', path: pathOf(account), body, options })
  }

  /** Its members: `GET /api/v1/accounts/{account}/members`. */
  async listMembers(
    account: string,
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseMember>> {
    const path = `${pathOf(account)}/members`
    return this.#json('listMembers', { method: 'GET', path, query: { limit, cursor }, options })
  }

  /** Adds a member or changes their role: `PUT /api/v1/accounts/{account}/members/{person}`. */
  async putMember(account: string, person: string, role: GatehouseMemberRole, options?: CallOptions): Promise<void> {
    const path = `${pathOf(account)}/members/${segment(person)}`
    await this.#send('putMember', { method: 'PUT', path, body: { kind: 'json', value: role }, options })
  }

  /** Removes a member: `DELETE /api/v1/accounts/{account}/members/{person}`. */
  async removeMember(account: string, person: string, options?: CallOptions): Promise<void> {
    const path = `${pathOf(account)}/members/${segment(person)}`
    await this.#send('removeMember', { method: 'DELETE', path, options })
  }

  /** Its projects: `GET /api/v1/accounts/{account}/projects`. */
  async listProjects(
    account: string,
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseProject>> {
    const path = `${pathOf(account)}/projects`
    return this.#json('listProjects', { method: 'GET', path, query: { limit, cursor }, options })
  }

  /** Adds a project: `POST /api/v1/accounts/{account}/projects`. */
  async createProject(account: string, name: string, options?: GatehouseCreateOptions): Promise<GatehouseProject> {
    return this.#json('createProject', creation(`${pathOf(account)}/projects`, { name }, options))
  }

  /** Gives it another agent token: `POST /api/v1/accounts/{account}/projects/{project}/replace-token`. */
  async replaceAgentToken(account: string, project: string, options?: CallOptions): Promise<GatehouseProject> {
    const path = `${pathOf(account)}/projects/${segment(project)}/replace-token`
    return this.#json('replaceAgentToken', { method: 'POST', path, options })
  }

  #send(method: string, request: Omit<ApiRequest, 'operation'>): ReturnType<GatehouseConnection['send']> {
    return this.#connection.send({ ...request, operation: `GatehouseAccountsApi.${method}` })
  }

  async #json<Value>(method: string, request: Omit<ApiRequest, 'operation'>): Promise<Value> {
    return (await this.#send(method, request)).json()
  }
}

function pathOf(account: string): string {
  return `${accounts}/${segment(account)}`
}
