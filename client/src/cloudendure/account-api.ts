// CloudEndure's AccountApi, as far as a client reads it after signing in (contract 2.5).
import type { CallOptions } from '../request.ts'
import type { CloudEndureConnection } from './connection.ts'
import type { CloudEndureExtendedAccountInfo } from './types.ts'

export class CloudEndureAccountApi {
  readonly #connection: CloudEndureConnection

  constructor(connection: CloudEndureConnection) {
    this.#connection = connection
  }

  /** Account, user and projects in one: `GET /extendedAccountInfo`. */
  async extendedAccountInfoGet(options?: CallOptions): Promise<CloudEndureExtendedAccountInfo> {
    const operation = 'CloudEndureAccountApi.extendedAccountInfoGet'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/extendedAccountInfo', options })
    return answer.json()
  }
}
