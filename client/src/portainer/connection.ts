// One Portainer, as one person. Requests carry the JWT in Authorization, or the API key in X-API-KEY, and no cookie:
// a cookie beside a write would need Portainer's CSRF token (contract 1, trap 13). Signing out is the exception, since
// Portainer looks only at the cookie there (contract 3.6).

import type { Answer } from '../answer.ts'
import { ApiError } from '../errors.ts'
import { type ApiRequest, type ConnectionOptions, type HeaderValues, Transport } from '../request.ts'
import type { PortainerErrorBody } from './types.ts'

export type PortainerCredentials =
  /** An API key, `ptr_…`. */
  | { readonly apiKey: string }
  /** The JWT of a session. */
  | { readonly jwt: string }

export interface PortainerOptions extends ConnectionOptions {
  /** None are needed to sign in. */
  readonly credentials?: PortainerCredentials | undefined
}

export class PortainerApiError extends ApiError<PortainerErrorBody> {
  override readonly name = 'PortainerApiError'
}

const sessionCookie = 'portainer_api_key'
const csrfCookie = '_gorilla_csrf'

export class PortainerConnection {
  readonly #transport: Transport
  #credentials: PortainerCredentials | undefined
  #csrfToken: string | undefined

  constructor(options: PortainerOptions) {
    this.#transport = new Transport(options, {
      cookieNames: [sessionCookie, csrfCookie],
      makeError: (facts) => new PortainerApiError(facts),
    })
    this.#credentials = options.credentials
  }

  /** From now on as somebody else, or as nobody. Ends nothing on the server. */
  use(credentials: PortainerCredentials | undefined): void {
    this.#transport.cookies.clear()
    this.#csrfToken = undefined
    this.#credentials = credentials
  }

  /** From now on by this session, whose cookie, if there is one, has come already. */
  useSession(jwt: string): void {
    this.#credentials = { jwt }
  }

  /** Any other request of Portainer's API, with the same credentials. */
  async send(request: ApiRequest): Promise<Answer> {
    return this.#ask(request, this.#authorization(request))
  }

  /** Signing out: with the session's cookie, where there is one, and what Portainer wants beside a cookie. */
  async sendWithCookie(request: ApiRequest): Promise<Answer> {
    const { cookies, base } = this.#transport
    const isSession = this.#credentials !== undefined && 'jwt' in this.#credentials
    const cookie = isSession ? { cookie: cookies.header(base), referer: `${base.href}/` } : {}
    return this.#ask(request, { ...this.#authorization(request), ...cookie })
  }

  async #ask(request: ApiRequest, credentials: HeaderValues): Promise<Answer> {
    const isWrite = request.method !== 'GET'
    const answer = await this.#transport.send(request, {
      ...credentials,
      // In a browser the cookie comes along by itself, so the token must be there whenever it is known.
      'x-csrf-token': isWrite ? this.#csrfToken : undefined,
    })
    this.#csrfToken = answer.headers.get('x-csrf-token') ?? this.#csrfToken
    return answer
  }

  /** Never both: Portainer refuses two (contract 1, trap 3). */
  #authorization({ isAnonymous = false }: ApiRequest): HeaderValues {
    const credentials = this.#credentials
    if (isAnonymous || credentials === undefined) return {}
    if ('apiKey' in credentials) return { 'x-api-key': credentials.apiKey }
    return { authorization: `Bearer ${credentials.jwt}` }
  }
}
