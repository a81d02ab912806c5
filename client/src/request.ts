// The one way out: puts a request together, sends it by fetch, and turns whatever comes back into an answer or an error.
// It knows no product; which credentials go along, and in which header, is told by the connection of each.
import { type CallSignal, startSignal } from './abort.ts'
import { join, type Query, readBase } from './address.ts'
import { Answer, parseJson, piecesOf, readWhole } from './answer.ts'
import { CookieJar } from './cookies.ts'
import { type ApiError, type ApiErrorFacts, ConnectionError } from './errors.ts'
import { redact } from './redact.ts'

/** What every connection is made with. */
export interface ConnectionOptions {
  /**
   * Where the API begins, as its own documentation has it: `https://host/api` for Portainer and Semaphore; in a page
   * also `/api`, at the page's own origin.
   */
  readonly baseUrl: string | URL
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Sent with every request: for a proxy in between, or a User-Agent. The API's own headers go before them. */
  readonly headers?: HeaderValues | undefined
  /** Until the whole answer is there; 30 seconds when absent, Infinity for no limit. */
  readonly timeoutMs?: number | undefined
}

/** What every method takes last. */
export interface CallOptions {
  /** The call fails with the reason of this signal as soon as it is aborted. */
  readonly signal?: AbortSignal | undefined
  /** For this call, instead of the connection's. */
  readonly timeoutMs?: number | undefined
  readonly headers?: HeaderValues | undefined
}

export type HeaderValues = Readonly<Record<string, string | undefined>>

export type RequestBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'form'; readonly value: Readonly<Record<string, string | undefined>> }
  | { readonly kind: 'text'; readonly value: string }

/** One request at a connection. Everything a product offers can be asked with it, also what has no method here. */
export interface ApiRequest {
  /** What an error is called by: `Class.method`, nothing secret. */
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base, with its slash; ids in it already encoded. */
  readonly path: string
  readonly query?: Query
  readonly headers?: HeaderValues
  readonly body?: RequestBody
  /** What must never be told again, should the server repeat it. */
  readonly secrets?: readonly (string | undefined)[]
  /** Send no credentials. */
  readonly isAnonymous?: boolean
  /** A redirect is an answer, or is followed; when absent it is an error. */
  readonly redirect?: 'answer' | 'follow'
  /** Another base, for this request only; credentials go there only when it is of the same origin. */
  readonly base?: URL
  readonly options?: CallOptions | undefined
}

const defaultTimeout = 30_000
const secretHeader = /auth|cookie|token|key|secret/i

export interface TransportParts {
  readonly cookieNames: readonly string[]
  readonly makeError: (facts: ApiErrorFacts) => ApiError
}

interface StartedCall {
  readonly request: ApiRequest
  readonly url: URL
  readonly init: RequestInit
  readonly secrets: readonly (string | undefined)[]
  readonly limit: CallSignal
}

export class Transport {
  readonly cookies: CookieJar
  #base: URL
  readonly #fetch: typeof globalThis.fetch | undefined
  readonly #headers: HeaderValues
  readonly #timeoutMs: number
  readonly #makeError: TransportParts['makeError']

  /** @throws TypeError for a base address that is none. */
  constructor({ baseUrl, fetch, headers = {}, timeoutMs = defaultTimeout }: ConnectionOptions, parts: TransportParts) {
    this.#base = readBase(baseUrl)
    this.#fetch = fetch
    this.#headers = headers
    this.#timeoutMs = timeoutMs
    this.#makeError = parts.makeError
    this.cookies = new CookieJar(parts.cookieNames)
  }

  get base(): URL {
    return new URL(this.#base)
  }

  moveTo(base: URL): void {
    this.#base = readBase(base)
  }

  /**
   * @param credentials the headers that say who asks.
   * @throws ApiError when the server refuses; ConnectionError without a usable answer; the signal's reason when aborted.
   */
  async send(request: ApiRequest, credentials: HeaderValues = {}): Promise<Answer> {
    const call = this.#start(request, credentials, this.#timeoutMs)
    try {
      const response = await this.#open(call)
      return new Answer(request.operation, response, await readWhole(response))
    } catch (error) {
      throw call.limit.explain(error)
    } finally {
      call.limit.end()
    }
  }

  /** The same for a body that goes on for long, told as it comes; no time limit but the call's own. Leaving ends it. */
  async *stream(request: ApiRequest, credentials: HeaderValues = {}): AsyncGenerator<string, void, undefined> {
    const call = this.#start(request, credentials, Number.POSITIVE_INFINITY)
    try {
      const { body } = await this.#open(call)
      yield* piecesOf(body)
    } catch (error) {
      throw call.limit.explain(error)
    } finally {
      call.limit.end()
    }
  }

  #start(request: ApiRequest, credentials: HeaderValues, usualTimeoutMs: number): StartedCall {
    const { operation, secrets = [], options = {} } = request
    const url = join(request.base ?? this.#base, request.path, request.query)
    const own = url.origin === this.#base.origin ? credentials : {}
    const extra = { ...this.#headers, ...options.headers }
    const init = initOf(request, { ...lowerCased(extra), ...own })
    const { signal, timeoutMs = usualTimeoutMs } = options
    return {
      request,
      url,
      init,
      secrets: [...secrets, ...secretsOf(credentials), ...secretsOf(extra)],
      limit: startSignal({ operation, signal, timeoutMs }),
    }
  }

  async #open({ request, url, init, secrets, limit }: StartedCall): Promise<Response> {
    const response = await this.#ask(url, { ...init, signal: limit.signal })
    this.cookies.take(response.headers, url)
    if (isSuccess(response, request)) return response
    throw this.#refusal(request.operation, response, (await readWhole(response)) ?? '', secrets)
  }

  /** Called as a plain function: a browser's fetch refuses to be anybody's method. */
  #ask(url: URL, init: RequestInit): Promise<Response> {
    const fetch = this.#fetch ?? globalThis.fetch
    return fetch(url.href, init)
  }

  #refusal(operation: string, response: Response, text: string, secrets: readonly (string | undefined)[]): Error {
    if (response.type === 'opaqueredirect') {
      return new ConnectionError(operation, 'redirect', 'the server answered with a redirect, where the API has none')
    }
    const known = secrets.filter((secret) => secret !== undefined)
    const body = redact(parseJson(text) ?? (text === '' ? undefined : text), known)
    return this.#makeError({
      operation,
      status: response.status,
      body,
      retryAfterSeconds: readRetryAfter(response.headers.get('retry-after')),
      requestId: response.headers.get('x-request-id') ?? idOf(body),
    })
  }
}

function isSuccess({ ok, status, type }: Response, { redirect }: ApiRequest): boolean {
  return ok || (redirect === 'answer' && (type === 'opaqueredirect' || (status >= 300 && status < 400)))
}

function initOf({ method, body, headers = {}, redirect }: ApiRequest, more: HeaderValues): RequestInit {
  const [type, text] = spell(body)
  const all: HeaderValues = { accept: 'application/json', ...more, ...headers, 'content-type': type }
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  for (const [name, value] of given) requireHeader(name, value)
  // A redirect is looked at before anything follows it: what is sent here must not go on to just anywhere.
  const init = { method, redirect: redirect === 'follow' ? 'follow' : 'manual', headers: given } as const
  return text === undefined ? init : { ...init, body: text }
}

function spell(body: RequestBody | undefined): [string | undefined, string | undefined] {
  if (body === undefined) return [undefined, undefined]
  if (body.kind === 'json') return ['application/json', JSON.stringify(body.value)]
  if (body.kind === 'text') return ['text/plain', body.value]
  const fields = Object.entries(body.value).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return ['application/x-www-form-urlencoded', new URLSearchParams(fields).toString()]
}

/** Said here without the value: fetch itself would quote it. */
function requireHeader(name: string, value: string): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new TypeError('a header has a name that HTTP does not allow')
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw new TypeError(`the value of the header ${name} has characters that HTTP does not allow`)
  }
}

function lowerCased(headers: HeaderValues): HeaderValues {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** Each whole value, and what is in it: a scheme's token, a cookie's value with and without its quotes. */
function secretsOf(headers: HeaderValues): readonly string[] {
  const values = Object.entries(headers).filter(([name]) => secretHeader.test(name))
  return values.flatMap(([, value = '']) => {
    const parts = value.split('; ').map((part) => part.replace(/^(bearer |[\w-]+=)/i, ''))
    return [value, ...parts, ...parts.map((part) => part.replaceAll('"', ''))]
  })
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000))
}

/** ExtremeCloudIQ and our own API tell it in the body. */
function idOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { requestId, error_id } = body as { readonly requestId?: unknown; readonly error_id?: unknown }
  return [requestId, error_id].find((id) => typeof id === 'string')
}
