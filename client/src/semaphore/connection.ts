// One Semaphore, as one person: by the cookie of a session, or by an API token. The header always says Bearer, since
// Semaphore takes a token without the word for none (contract 1, trap 4), and a token goes without the cookie.

import type { Answer } from '../answer.ts'
import { ApiError } from '../errors.ts'
import { type ApiRequest, type ConnectionOptions, type HeaderValues, Transport } from '../request.ts'
import type { SemaphoreErrorBody } from './types.ts'

export type SemaphoreCredentials =
  /** An API token. */
  | { readonly token: string }
  /** The value of a session's cookie `semaphore`; not in browsers, where a script sets no such cookie. */
  | { readonly session: string }

export interface SemaphoreOptions extends ConnectionOptions {
  /** None are needed to sign in. */
  readonly credentials?: SemaphoreCredentials | undefined
}

export class SemaphoreApiError extends ApiError<SemaphoreErrorBody> {
  override readonly name = 'SemaphoreApiError'
}

const sessionCookie = 'semaphore'
/** What binds the two steps of a sign-in by a provider (contract 5.8). */
const stateCookie = 'oauthstate'

export class SemaphoreConnection {
  readonly #transport: Transport
  #token: string | undefined

  constructor(options: SemaphoreOptions) {
    this.#transport = new Transport(options, {
      cookieNames: [sessionCookie, stateCookie],
      makeError: (facts) => new SemaphoreApiError(facts),
    })
    this.use(options.credentials)
  }

  /** From now on as somebody else, or as nobody. Ends nothing on the server. */
  use(credentials: SemaphoreCredentials | undefined): void {
    const { cookies, base } = this.#transport
    this.#token = undefined
    cookies.clear()
    if (credentials === undefined) return
    if ('token' in credentials) this.#token = credentials.token
    else cookies.set(sessionCookie, credentials.session, base)
  }

  /** From now on by the session whose cookie has come, and by no API token. */
  useSession(): void {
    this.#token = undefined
  }

  /** Any other request of Semaphore's API, with the same credentials. */
  async send(request: ApiRequest): Promise<Answer> {
    return this.#transport.send(request, this.#authorization(request))
  }

  /** A browser's own steps, which know only cookies. */
  async sendAsBrowser(request: ApiRequest): Promise<Answer> {
    const { cookies, base } = this.#transport
    return this.#transport.send(request, { cookie: cookies.header(base) })
  }

  #authorization({ isAnonymous = false }: ApiRequest): HeaderValues {
    if (isAnonymous) return {}
    if (this.#token !== undefined) return { authorization: `Bearer ${this.#token}` }
    const { cookies, base } = this.#transport
    return { cookie: cookies.header(base) }
  }
}
