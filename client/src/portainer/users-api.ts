// Portainer's UsersApi, as far as it is about oneself and API keys (contract 3.9, 3.10).
import { segment } from '../address.ts'
import type { CallOptions } from '../request.ts'
import type { PortainerConnection } from './connection.ts'
import type {
  PortainerAPIKey,
  PortainerUser,
  PortainerUsersAccessTokenResponse,
  PortainerUsersUserAccessTokenCreatePayload,
} from './types.ts'

export class PortainerUsersApi {
  readonly #connection: PortainerConnection

  constructor(connection: PortainerConnection) {
    this.#connection = connection
  }

  /** Who is signed in: `GET /users/me`. */
  async currentUserInspect(options?: CallOptions): Promise<PortainerUser> {
    const operation = 'PortainerUsersApi.currentUserInspect'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/users/me', options })
    return answer.json()
  }

  /** The API keys of a person, without the keys themselves: `GET /users/{id}/tokens`. */
  async userGetAPIKeys(id: number, options?: CallOptions): Promise<readonly PortainerAPIKey[]> {
    const operation = 'PortainerUsersApi.userGetAPIKeys'
    const path = `/users/${segment(id)}/tokens`
    const answer = await this.#connection.send({ operation, method: 'GET', path, options })
    return answer.list<PortainerAPIKey>()
  }

  /** Makes an API key: `POST /users/{id}/tokens`. Needs a session and the password. */
  async userGenerateAPIKey(
    id: number,
    { password, description }: PortainerUsersUserAccessTokenCreatePayload,
    options?: CallOptions,
  ): Promise<PortainerUsersAccessTokenResponse> {
    const answer = await this.#connection.send({
      operation: 'PortainerUsersApi.userGenerateAPIKey',
      method: 'POST',
      path: `/users/${segment(id)}/tokens`,
      body: { kind: 'json', value: { password, description } },
      secrets: [password],
      options,
    })
    return answer.json()
  }

  /** Removes an API key, which is dead with the answer: `DELETE /users/{id}/tokens/{keyID}`. */
  async userRemoveAPIKey(id: number, keyID: number, options?: CallOptions): Promise<void> {
    const operation = 'PortainerUsersApi.userRemoveAPIKey'
    const path = `/users/${segment(id)}/tokens/${segment(keyID)}`
    await this.#connection.send({ operation, method: 'DELETE', path, options })
  }
}
