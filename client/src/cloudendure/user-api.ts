// CloudEndure's UserApi, as far as it is about oneself (contract 2.5).
import type { CallOptions } from '../request.ts'
import type { CloudEndureConnection } from './connection.ts'
import type { CloudEndureUser } from './types.ts'

export class CloudEndureUserApi {
  readonly #connection: CloudEndureConnection

  constructor(connection: CloudEndureConnection) {
    this.#connection = connection
  }

  /** Who is signed in: `GET /me`. */
  async meGet(options?: CallOptions): Promise<CloudEndureUser> {
    const operation = 'CloudEndureUserApi.meGet'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/me', options })
    return answer.json()
  }
}
