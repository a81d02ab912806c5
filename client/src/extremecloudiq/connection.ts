// One ExtremeCloudIQ, as one user: a bearer token and nothing else, never a cookie (contract 3.1).

import type { Answer } from '../answer.ts'
import { ApiError } from '../errors.ts'
import { type ApiRequest, type ConnectionOptions, Transport } from '../request.ts'
import type { XiqError } from './types.ts'

export interface ExtremeCloudIqCredentials {
  /** An access token or an API token. */
  readonly accessToken: string
}

export interface ExtremeCloudIqOptions extends ConnectionOptions {
  /** None are needed to sign in. */
  readonly credentials?: ExtremeCloudIqCredentials | undefined
}

export class ExtremeCloudIqApiError extends ApiError<XiqError> {
  override readonly name = 'ExtremeCloudIqApiError'
}

export class ExtremeCloudIqConnection {
  readonly #transport: Transport
  #credentials: ExtremeCloudIqCredentials | undefined

  constructor(options: ExtremeCloudIqOptions) {
    this.#transport = new Transport(options, {
      cookieNames: [],
      makeError: (facts) => new ExtremeCloudIqApiError(facts),
    })
    this.#credentials = options.credentials
  }

  /** From now on as somebody else, or as nobody. Ends nothing on the server. */
  use(credentials: ExtremeCloudIqCredentials | undefined): void {
    this.#credentials = credentials
  }

  /** Any other request of ExtremeCloudIQ's API, with the same token. */
  async send(request: ApiRequest): Promise<Answer> {
    const token = request.isAnonymous === true ? undefined : this.#credentials?.accessToken
    return this.#transport.send(request, { authorization: token === undefined ? undefined : `Bearer ${token}` })
  }
}
