// What a call can fail with. None of them holds a password, a token or a cookie: not in the message, not in what is
// printed of them, not in JSON. `operation` is `Class.method`, never an address, since a path can hold a token.

/** What an ApiError is made of. */
export interface ApiErrorFacts {
  readonly operation: string
  readonly status: number
  readonly body: unknown
  readonly retryAfterSeconds?: number | undefined
  readonly requestId?: string | undefined
}

/** The server answered, and refused. */
export class ApiError<Body = unknown> extends Error {
  override readonly name: string = 'ApiError'
  /** `Class.method`. */
  readonly operation: string
  readonly status: number
  /** Retry-After in seconds, from either of its forms; undefined when the server names no time. */
  readonly retryAfterSeconds: number | undefined
  /** Under which the server's log has the reason, when it tells one. */
  readonly requestId: string | undefined
  readonly #body: unknown

  constructor({ operation, status, body, retryAfterSeconds, requestId }: ApiErrorFacts) {
    const words = wordsOf(body)
    super(`${operation}: the server answered ${status}${words === undefined ? '' : ` (${words})`}`)
    this.operation = operation
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
    this.requestId = requestId
    this.#body = body
  }

  /**
   * What came with the refusal: parsed when it is JSON, else the text; undefined when it was empty. Credentials of the
   * call that the server repeated in it are replaced by `[secret]`. Printing the error does not print it.
   */
  get body(): Body | string | undefined {
    return this.#body as Body | string | undefined
  }

  toJSON(): object {
    const { name, message, operation, status, retryAfterSeconds, requestId } = this
    return { name, message, operation, status, retryAfterSeconds, requestId }
  }
}

/** Why there is no usable answer. */
export type ConnectionFailure =
  /** Nobody answered: no route, refused, broken off. */
  | 'network'
  /** No whole answer within the time given. */
  | 'timeout'
  /** A redirect where the API has none, or to where a password must not go. */
  | 'redirect'
  /** A success whose body is not what the API promises: mostly another server at this address. */
  | 'unreadable'

/** There is no usable answer. Whether the server has done what was asked is not known. */
export class ConnectionError extends Error {
  override readonly name: string = 'ConnectionError'
  readonly operation: string
  readonly failure: ConnectionFailure

  constructor(operation: string, failure: ConnectionFailure, words: string, options?: { readonly cause?: unknown }) {
    super(`${operation}: ${words}`, options)
    this.operation = operation
    this.failure = failure
  }

  toJSON(): object {
    const { name, message, operation, failure } = this
    return { name, message, operation, failure }
  }
}

const longestWords = 200
/** Where the five APIs and their proxies put a sentence for people. */
const wordMembers = ['message', 'error_message', 'error', 'detail', 'title', 'details'] as const

function wordsOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body.trimStart().startsWith('<') ? undefined : shorten(body)
  if (typeof body !== 'object' || body === null) return undefined
  const members = body as Readonly<Record<string, unknown>>
  const found = wordMembers.map((name) => members[name]).find((value) => typeof value === 'string' && value !== '')
  return typeof found === 'string' ? shorten(found) : undefined
}

function shorten(words: string): string | undefined {
  const [line = ''] = words.trim().split(/[\r\n]/, 1)
  if (line === '') return undefined
  return line.length > longestWords ? `${line.slice(0, longestWords)}…` : line
}
