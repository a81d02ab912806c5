// One's own sessions, API tokens, password and identities at Gatehouse.
import { segment } from '../address.ts'
import type { CallOptions } from '../request.ts'
import type { GatehouseConnection } from './connection.ts'
import type { GatehouseIdentity, GatehouseNewIdentity } from './provider-types.ts'
import type {
  GatehouseEnded,
  GatehouseMadeToken,
  GatehouseNewToken,
  GatehousePage,
  GatehousePageQuery,
  GatehousePasswordChange,
  GatehousePasswordChanged,
  GatehouseSession,
  GatehouseToken,
} from './types.ts'

const sessions = '/api/v1/me/sessions'
const identities = '/api/v1/me/identities'
const tokens = '/api/v1/me/tokens'

export class GatehouseMeApi {
  readonly #connection: GatehouseConnection

  constructor(connection: GatehouseConnection) {
    this.#connection = connection
  }

  /** My live sessions at every door, newest first: `GET /api/v1/me/sessions`. */
  async listMySessions(
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseSession>> {
    const operation = 'GatehouseMeApi.listMySessions'
    const query = { limit, cursor }
    const answer = await this.#connection.send({ operation, method: 'GET', path: sessions, query, options })
    return answer.json()
  }

  /** Ends one of my sessions: `DELETE /api/v1/me/sessions/{id}`. */
  async endMySession(id: number, options?: CallOptions): Promise<void> {
    const operation = 'GatehouseMeApi.endMySession'
    await this.#connection.send({ operation, method: 'DELETE', path: `${sessions}/${segment(id)}`, options })
  }

  /** Ends all of them but the one of this connection: `DELETE /api/v1/me/sessions`. */
  async endMyOtherSessions(options?: CallOptions): Promise<GatehouseEnded> {
    const operation = 'GatehouseMeApi.endMyOtherSessions'
    const answer = await this.#connection.send({ operation, method: 'DELETE', path: sessions, options })
    return answer.json()
  }

  /** My API tokens for every door: `GET /api/v1/me/tokens`. */
  async listMyTokens(
    { limit, cursor }: GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseToken>> {
    const operation = 'GatehouseMeApi.listMyTokens'
    const query = { limit, cursor }
    const answer = await this.#connection.send({ operation, method: 'GET', path: tokens, query, options })
    return answer.json()
  }

  /** Makes an API token in a door's own spelling: `POST /api/v1/me/tokens`. Needs a recent sign-in, or the password. */
  async createMyToken(
    { dialect, name, scope, expiresAt, password }: GatehouseNewToken,
    options?: CallOptions,
  ): Promise<GatehouseMadeToken> {
    const answer = await this.#connection.send({
      operation: 'GatehouseMeApi.createMyToken',
      method: 'POST',
      path: tokens,
      body: { kind: 'json', value: { dialect, name, scope, expiresAt, password } },
      secrets: [password],
      options,
    })
    return answer.json()
  }

  /** Revokes one of my API tokens: `DELETE /api/v1/me/tokens/{id}`. */
  async revokeMyToken(id: number, options?: CallOptions): Promise<void> {
    const operation = 'GatehouseMeApi.revokeMyToken'
    await this.#connection.send({ operation, method: 'DELETE', path: `${tokens}/${segment(id)}`, options })
  }

  /** Revokes all of them but the one of this connection: `DELETE /api/v1/me/tokens`. */
  async revokeMyOtherTokens(options?: CallOptions): Promise<GatehouseEnded> {
    const operation = 'GatehouseMeApi.revokeMyOtherTokens'
    const answer = await this.#connection.send({ operation, method: 'DELETE', path: tokens, options })
    return answer.json()
  }

  /** Changes my password, which ends my other sessions: `PUT /api/v1/me/password`. The connection goes on. */
  async changeMyPassword(
    { current, next }: GatehousePasswordChange,
    options?: CallOptions,
  ): Promise<GatehousePasswordChanged> {
    const answer = await this.#connection.send({
      operation: 'GatehouseMeApi.changeMyPassword',
      method: 'PUT',
      path: '/api/v1/me/password',
      body: { kind: 'json', value: { current, next } },
      secrets: [current, next],
      options,
    })
    const changed = answer.json<GatehousePasswordChanged>()
    if (changed.accessToken !== undefined) this.#connection.use({ token: changed.accessToken })
    return changed
  }

  /** Whom providers vouch for as me: `GET /api/v1/me/identities`. */
  async listMyIdentities(options?: CallOptions): Promise<{ readonly items: readonly GatehouseIdentity[] }> {
    const operation = 'GatehouseMeApi.listMyIdentities'
    const answer = await this.#connection.send({ operation, method: 'GET', path: identities, options })
    return answer.json()
  }

  /** Begins to link one: `POST /api/v1/me/identities`. This browser goes to `location`, and comes back signed in. */
  async linkMyIdentity(wish: GatehouseNewIdentity, options?: CallOptions): Promise<{ readonly location: string }> {
    const answer = await this.#connection.send({
      operation: 'GatehouseMeApi.linkMyIdentity',
      method: 'POST',
      path: identities,
      body: { kind: 'json', value: wish },
      secrets: [wish.password],
      options,
    })
    return answer.json()
  }

  /** Unlinks one, which ends its sessions: `DELETE /api/v1/me/identities/{id}`. Needs a recent sign-in. */
  async unlinkMyIdentity(id: number, options?: CallOptions): Promise<void> {
    const operation = 'GatehouseMeApi.unlinkMyIdentity'
    await this.#connection.send({ operation, method: 'DELETE', path: `${identities}/${segment(id)}`, options })
  }
}
