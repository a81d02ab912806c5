// ExtremeCloudIQ's UserApi, as far as it is about oneself (contract 3.5).
import type { CallOptions } from '../request.ts'
import type { ExtremeCloudIqConnection } from './connection.ts'
import type { XiqUser } from './types.ts'

export class ExtremeCloudIqUserApi {
  readonly #connection: ExtremeCloudIqConnection

  constructor(connection: ExtremeCloudIqConnection) {
    this.#connection = connection
  }

  /** Who is signed in: `GET /users/me`. */
  async getCurrentUser(options?: CallOptions): Promise<XiqUser> {
    const operation = 'ExtremeCloudIqUserApi.getCurrentUser'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/users/me', options })
    return answer.json()
  }
}
