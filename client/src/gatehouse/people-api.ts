// People and machines of an installation, for its operators.
import { segment } from '../address.ts'
import type { ApiRequest, CallOptions } from '../request.ts'
import type {
  GatehouseCreateOptions,
  GatehouseDirectoryPerson,
  GatehouseListedLoginToken,
  GatehouseLoginToken,
  GatehouseNewLoginToken,
  GatehouseNewPerson,
  GatehouseNewTokenFor,
  GatehousePeopleQuery,
  GatehousePersonChange,
  GatehouseReceipt,
} from './administration-types.ts'
import type { GatehouseConnection } from './connection.ts'
import { creation } from './creation.ts'
import type { GatehouseIdentity } from './provider-types.ts'
import type {
  GatehouseMadeToken,
  GatehousePage,
  GatehousePageQuery,
  GatehouseSession,
  GatehouseToken,
} from './types.ts'

const people = '/api/v1/people'

export class GatehousePeopleApi {
  readonly #connection: GatehouseConnection

  constructor(connection: GatehouseConnection) {
    this.#connection = connection
  }

  /** Everybody, in the order in which they were added, or who has a name: `GET /api/v1/people`. */
  async listPeople(
    { limit, cursor, name }: GatehousePageQuery & GatehousePeopleQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseDirectoryPerson>> {
    return this.#json('listPeople', { method: 'GET', path: people, query: { limit, cursor, name }, options })
  }

  /** Adds a person or a machine: `POST /api/v1/people`. */
  async createPerson(wish: GatehouseNewPerson, options?: GatehouseCreateOptions): Promise<GatehouseDirectoryPerson> {
    const secrets = [wish.password]
    return this.#json('createPerson', { ...creation(people, wish, options), secrets })
  }

  /** One person, by UUID: `GET /api/v1/people/{person}`. */
  async getPerson(person: string, options?: CallOptions): Promise<GatehouseDirectoryPerson> {
    return this.#json('getPerson', { method: 'GET', path: pathOf(person), options })
  }

  /** Changes name and address, the operator flag, or the status: `PATCH /api/v1/people/{person}`. */
  async changePerson(
    person: string,
    change: GatehousePersonChange,
    options?: CallOptions,
  ): Promise<GatehouseDirectoryPerson> {
    const body = { kind: 'json', value: change } as const
    return this.#json('changePerson', { method: 'PATCH', path: pathOf(person), body, options })
  }

  /** Sets somebody's password, which ends their sessions: `PUT /api/v1/people/{person}/password`. */
  async setPassword(person: string, password: string, options?: CallOptions): Promise<void> {
    const body = { kind: 'json', value: { password } } as const
    const path = `${pathOf(person)}/password`
    await this.#send('setPassword', { method: 'PUT', path, body, secrets: [password], options })
  }

  /** Ends every session and token of theirs at every door: `POST /api/v1/people/{person}/end-everything`. */
  async endEverything(person: string, options?: CallOptions): Promise<GatehouseReceipt> {
    return this.#json('endEverything', { method: 'POST', path: `${pathOf(person)}/end-everything`, options })
  }

  /** Their live sessions: `GET /api/v1/people/{person}/sessions`. */
  async listSessions(
    person: string,
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseSession>> {
    const path = `${pathOf(person)}/sessions`
    return this.#json('listSessions', { method: 'GET', path, query: { limit, cursor }, options })
  }

  /** Ends one of them: `DELETE /api/v1/people/{person}/sessions/{id}`. */
  async endSession(person: string, id: number, options?: CallOptions): Promise<void> {
    await this.#send('endSession', { method: 'DELETE', path: `${pathOf(person)}/sessions/${segment(id)}`, options })
  }

  /** Their API tokens: `GET /api/v1/people/{person}/tokens`. */
  async listTokens(
    person: string,
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseToken>> {
    const path = `${pathOf(person)}/tokens`
    return this.#json('listTokens', { method: 'GET', path, query: { limit, cursor }, options })
  }

  /** Makes an API token of theirs for any door: `POST /api/v1/people/{person}/tokens`. */
  async createToken(
    person: string,
    wish: GatehouseNewTokenFor,
    options?: GatehouseCreateOptions,
  ): Promise<GatehouseMadeToken> {
    return this.#json('createToken', creation(`${pathOf(person)}/tokens`, wish, options))
  }

  /** Revokes one of them: `DELETE /api/v1/people/{person}/tokens/{id}`. */
  async revokeToken(person: string, id: number, options?: CallOptions): Promise<void> {
    await this.#send('revokeToken', { method: 'DELETE', path: `${pathOf(person)}/tokens/${segment(id)}`, options })
  }

  /** Makes a token that signs them in once: `POST /api/v1/people/{person}/login-tokens`. */
  async createLoginToken(
    person: string,
    wish: GatehouseNewLoginToken,
    options?: GatehouseCreateOptions,
  ): Promise<GatehouseLoginToken> {
    return this.#json('createLoginToken', creation(`${pathOf(person)}/login-tokens`, wish, options))
  }

  /** Their login tokens that still work: `GET /api/v1/people/{person}/login-tokens`. */
  async listLoginTokens(
    person: string,
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseListedLoginToken>> {
    const path = `${pathOf(person)}/login-tokens`
    return this.#json('listLoginTokens', { method: 'GET', path, query: { limit, cursor }, options })
  }

  /** Revokes one of them, unused: `DELETE /api/v1/people/{person}/login-tokens/{id}`. */
  async revokeLoginToken(person: string, id: number, options?: CallOptions): Promise<void> {
    const path = `${pathOf(person)}/login-tokens/${segment(id)}`
    await this.#send('revokeLoginToken', { method: 'DELETE', path, options })
  }

  /** Whom providers vouch for as them: `GET /api/v1/people/{person}/identities`. */
  async listIdentities(
    person: string,
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseIdentity>> {
    const path = `${pathOf(person)}/identities`
    return this.#json('listIdentities', { method: 'GET', path, query: { limit, cursor }, options })
  }

  /** Unlinks one, which ends its sessions: `DELETE /api/v1/people/{person}/identities/{id}`. Needs a recent sign-in. */
  async unlinkIdentity(person: string, id: number, options?: CallOptions): Promise<void> {
    const path = `${pathOf(person)}/identities/${segment(id)}`
    await this.#send('unlinkIdentity', { method: 'DELETE', path, options })
  }

  #send(method: string, request: Omit<ApiRequest, 'operation'>): ReturnType<GatehouseConnection['send']> {
    return this.#connection.send({ ...request, operation: `GatehousePeopleApi.${method}` })
  }

  async #json<Value>(method: string, request: Omit<ApiRequest, 'operation'>): Promise<Value> {
    return (await this.#send(method, request)).json()
  }
}

function pathOf(person: string): string {
  return `${people}/${segment(person)}`
}
