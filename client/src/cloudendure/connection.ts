// One CloudEndure, as one user or agent. A session is two cookies, and every request with it repeats the second,
// XSRF-TOKEN, in a header, as the server spelled it: quotes and all, which is what scripts do (contract 1, fact 7).

import type { Answer } from '../answer.ts'
import { ApiError } from '../errors.ts'
import { type ApiRequest, type ConnectionOptions, type HeaderValues, Transport } from '../request.ts'
import type { CloudEndureErrorBody } from './types.ts'

/** The two cookies of a session, from elsewhere; not in browsers, where a script sets no such cookie. */
export interface CloudEndureCredentials {
  readonly session: string
  readonly xsrfToken: string
}

export interface CloudEndureOptions extends ConnectionOptions {
  /** None are needed to sign in. */
  readonly credentials?: CloudEndureCredentials | undefined
}

export class CloudEndureApiError extends ApiError<CloudEndureErrorBody> {
  override readonly name = 'CloudEndureApiError'
}

const sessionCookie = 'session'
const xsrfCookie = 'XSRF-TOKEN'

export class CloudEndureConnection {
  readonly #transport: Transport

  constructor(options: CloudEndureOptions) {
    this.#transport = new Transport(options, {
      cookieNames: [sessionCookie, xsrfCookie],
      makeError: (facts) => new CloudEndureApiError(facts),
    })
    this.use(options.credentials)
  }

  /** Where requests go: another place than at first, after a sign-in that was sent on. */
  get base(): URL {
    return this.#transport.base
  }

  /** Where requests go from now on. The cookies of another origin do not come along. */
  moveTo(base: URL): void {
    this.#transport.moveTo(base)
  }

  /** From now on by another session, or as nobody. Ends nothing on the server. */
  use(credentials: CloudEndureCredentials | undefined): void {
    const { cookies, base } = this.#transport
    cookies.clear()
    if (credentials === undefined) return
    cookies.set(sessionCookie, credentials.session, base)
    cookies.set(xsrfCookie, credentials.xsrfToken, base)
  }

  /** Any other request of CloudEndure's API, by the same session. */
  async send(request: ApiRequest): Promise<Answer> {
    return this.#transport.send(request, this.#session(request))
  }

  #session({ isAnonymous = false }: ApiRequest): HeaderValues {
    if (isAnonymous) return {}
    const { cookies, base } = this.#transport
    const xsrf = cookies.get(xsrfCookie, base) ?? documentCookie(xsrfCookie)
    return { cookie: cookies.header(base), 'x-xsrf-token': xsrf }
  }
}

/** What a browser lets a page read of its own cookies. */
function documentCookie(name: string): string | undefined {
  const { document } = globalThis as { readonly document?: { readonly cookie: string } }
  const pairs = document?.cookie.split('; ') ?? []
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
