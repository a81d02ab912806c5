// What CloudEndure's document has without a tag (contract 2.5).
import type { CallOptions } from '../request.ts'
import type { CloudEndureConnection } from './connection.ts'
import type { CloudEndureInlineResponse2001 } from './types.ts'

export class CloudEndureDefaultApi {
  readonly #connection: CloudEndureConnection

  constructor(connection: CloudEndureConnection) {
    this.#connection = connection
  }

  /** Makes a new API token of the user; the earlier one is dead with the answer: `POST /replaceApiToken`. */
  async replaceApiTokenPost(options?: CallOptions): Promise<CloudEndureInlineResponse2001> {
    const operation = 'CloudEndureDefaultApi.replaceApiTokenPost'
    const answer = await this.#connection.send({ operation, method: 'POST', path: '/replaceApiToken', options })
    return answer.json()
  }
}
