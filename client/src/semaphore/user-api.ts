// Semaphore's UserApi, as far as it is about oneself (contract 5.11).
import type { CallOptions } from '../request.ts'
import type { SemaphoreConnection } from './connection.ts'
import type { SemaphoreUser } from './types.ts'

export class SemaphoreUserApi {
  readonly #connection: SemaphoreConnection

  constructor(connection: SemaphoreConnection) {
    this.#connection = connection
  }

  /** Who is signed in: `GET /user`. */
  async userGet(options?: CallOptions): Promise<SemaphoreUser> {
    const operation = 'SemaphoreUserApi.userGet'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/user', options })
    return answer.json()
  }
}
