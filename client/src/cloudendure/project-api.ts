// CloudEndure's ProjectApi, as far as a client reads it after signing in (contract 2.5).
import type { CallOptions } from '../request.ts'
import type { CloudEndureConnection } from './connection.ts'
import type { CloudEndureProjectsList } from './types.ts'

export class CloudEndureProjectApi {
  readonly #connection: CloudEndureConnection

  constructor(connection: CloudEndureConnection) {
    this.#connection = connection
  }

  /** The projects of the account, with their agent installation tokens: `GET /projects`. */
  async projectsGet(options?: CallOptions): Promise<CloudEndureProjectsList> {
    const operation = 'CloudEndureProjectApi.projectsGet'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/projects', options })
    return answer.json()
  }
}
