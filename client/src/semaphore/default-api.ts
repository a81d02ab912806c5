// What Semaphore's document has without a tag (contract 5.11).
import type { CallOptions } from '../request.ts'
import type { SemaphoreConnection } from './connection.ts'
import type { SemaphoreInfoType } from './types.ts'

export class SemaphoreDefaultApi {
  readonly #connection: SemaphoreConnection

  constructor(connection: SemaphoreConnection) {
    this.#connection = connection
  }

  /** `pong`, for anybody: `GET /ping`. */
  async pingGet(options?: CallOptions): Promise<string> {
    const answer = await this.#connection.send({
      operation: 'SemaphoreDefaultApi.pingGet',
      method: 'GET',
      path: '/ping',
      headers: { accept: 'text/plain' },
      isAnonymous: true,
      options,
    })
    return answer.text.trim()
  }

  /** Version and address, for whoever is signed in: `GET /info`. */
  async infoGet(options?: CallOptions): Promise<SemaphoreInfoType> {
    const operation = 'SemaphoreDefaultApi.infoGet'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/info', options })
    return answer.json()
  }
}
