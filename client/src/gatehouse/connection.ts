// One Gatehouse by its own API, as one person: by a bearer token, or in a browser by the cookie of its own pages, which
// the browser sends by itself (docs/dialects/api.md).

import type { Answer } from '../answer.ts'
import { ApiError } from '../errors.ts'
import { type ApiRequest, type ConnectionOptions, type HeaderValues, Transport } from '../request.ts'
import type { GatehouseProblem } from './types.ts'

export interface GatehouseCredentials {
  /** An API token, `gth_…`, or the access token of a session. */
  readonly token: string
}

export interface GatehouseOptions extends ConnectionOptions {
  /** None are needed to sign in. */
  readonly credentials?: GatehouseCredentials | undefined
}

export class GatehouseApiError extends ApiError<GatehouseProblem> {
  override readonly name = 'GatehouseApiError'
}

export class GatehouseConnection {
  readonly #transport: Transport
  #credentials: GatehouseCredentials | undefined

  constructor(options: GatehouseOptions) {
    this.#transport = new Transport(options, {
      cookieNames: [],
      makeError: (facts) => new GatehouseApiError(facts),
    })
    this.#credentials = options.credentials
  }

  /** From now on as somebody else, or as nobody. Ends nothing on the server. */
  use(credentials: GatehouseCredentials | undefined): void {
    this.#credentials = credentials
  }

  /** Any other request of the API, with the same token. */
  async send(request: ApiRequest): Promise<Answer> {
    return this.#transport.send(request, this.#authorization(request))
  }

  /** The same, told as it comes. */
  stream(request: ApiRequest): AsyncGenerator<string, void, undefined> {
    return this.#transport.stream(request, this.#authorization(request))
  }

  #authorization({ isAnonymous = false }: ApiRequest): HeaderValues {
    const token = isAnonymous ? undefined : this.#credentials?.token
    return { authorization: token === undefined ? undefined : `Bearer ${token}` }
  }
}
