// The one way out to addresses that somebody configured: HTTP as `fetch` spells it, and less. The whole exchange has
// one time limit, an answer a size; no redirect is followed; in clear only to hosts that an operator named as private,
// and to private addresses only there. An address is judged when it is connected to, after it was resolved, so that no
// name and no spelling of a number leads somewhere else. No proxy is taken from the environment.
import { lookup as systemLookup } from 'node:dns'
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './addresses.ts'

/**
 * `silent`: nothing came, or the other side says that it cannot; `busy`: it says that it was asked too often; `failed`: it
 * failed over what one caller sent; `forbidden`: we do not go there; `answer`: not so.
 */
export type OutsideTrouble = 'silent' | 'busy' | 'failed' | 'forbidden' | 'answer'

/** In our words only: what the other side wrote is in none of it. */
export class OutsideError extends Error {
  readonly trouble: OutsideTrouble

  constructor(trouble: OutsideTrouble, message: string) {
    super(message)
    this.name = 'OutsideError'
    this.trouble = trouble
  }
}

export interface GuardOptions {
  /** Host names and addresses that may be private, and may be spoken to in clear. */
  readonly privateHosts: readonly string[]
  /** PEM of who may have signed the certificates; absent = those that Node trusts. */
  readonly certificateAuthority?: string | undefined
  readonly lookup?: LookupFunction
  /** Milliseconds, for everything from the name to the last byte. */
  readonly patience?: number
  readonly mostBytes?: number
}

export interface GuardedRequest {
  readonly method?: string
  readonly headers?: ConstructorParameters<typeof Headers>[0]
  readonly body?: unknown
  readonly signal?: AbortSignal | null | undefined
}

export type GuardedFetch = (url: string, request?: GuardedRequest) => Promise<Response>

export const defaultPatience = 5000
const defaultMostBytes = 1_048_576

export function createGuardedFetch(options: GuardOptions): GuardedFetch {
  const { patience = defaultPatience, mostBytes = defaultMostBytes, certificateAuthority } = options
  const privateHosts = canonicalHosts(options.privateHosts)
  const lookup = guardedLookup(options.lookup ?? systemLookup)

  return async (address, request = {}) => {
    const url = allowedUrl(address, privateHosts)
    const reaching = { lookup: privateHosts.has(url.hostname) ? options.lookup : lookup, ca: certificateAuthority }
    const begun = begin(url, request, reaching)
    let late: OutsideError | undefined
    const giveUp = (): void => {
      late = new OutsideError('silent', `${url.host} did not answer within ${patience / 1000} s`)
      begun.destroy(late)
    }
    const timer = setTimeout(giveUp, patience)
    request.signal?.addEventListener('abort', giveUp, { once: true })
    if (request.signal?.aborted === true) giveUp()
    try {
      return await answerOf(begun, bodyOf(request.body), url, mostBytes)
    } catch (error) {
      throw (
        late ?? (error instanceof OutsideError ? error : new OutsideError('silent', `${url.host} ${inWords(error)}`))
      )
    } finally {
      clearTimeout(timer)
      request.signal?.removeEventListener('abort', giveUp)
      begun.destroy()
    }
  }
}

/** As the URL parser spells a host: lower case, numbers in decimal, IPv6 in brackets. */
export function canonicalHosts(hosts: readonly string[]): ReadonlySet<string> {
  return new Set(hosts.map((host) => URL.parse(`http://${host}`)?.hostname ?? host))
}

/** @throws OutsideError `forbidden`, with what may be done about it. */
export function allowedUrl(address: string, privateHosts: ReadonlySet<string>): URL {
  const url = URL.parse(address)
  if (url === null) throw forbidden('an address that is none')
  const { protocol, hostname, username, password } = url
  if (protocol !== 'https:' && protocol !== 'http:') throw forbidden('an address that is neither https: nor http:')
  if (username !== '' || password !== '') throw forbidden(`an address of ${hostname} with a user in it`)
  const isPrivate = privateHosts.has(hostname)
  if (protocol === 'http:' && !isPrivate)
    throw forbidden(`${hostname} in clear; use https:, or name it in privateHosts`)
  const literal = hostname.replace(/^\[|\]$/g, '')
  if (!isPrivate && isIP(literal) !== 0 && !isPublicAddress(literal)) throw forbidden(notPublic(hostname))
  return url
}

export function forbidden(what: string): OutsideError {
  return new OutsideError('forbidden', `not asked: ${what}`)
}

export function notPublic(host: string): string {
  return `${host} is no public address; name it in privateHosts if that is meant`
}

/** Hands on public addresses alone. Node asks it for every name, at every connection. */
export function guardedLookup(resolve: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, [])
      const all = Array.isArray(found) ? found : []
      const open = all.filter(({ address }) => isPublicAddress(address))
      const [first] = open
      if (first === undefined) return done(forbidden(notPublic(hostname)), [])
      return options.all === true ? done(null, open) : done(null, first.address, first.family)
    })
  }
}

function begin(
  url: URL,
  { method = 'GET', headers }: GuardedRequest,
  { lookup, ca }: { readonly lookup: LookupFunction | undefined; readonly ca: string | undefined },
): ClientRequest {
  const isSecure = url.protocol === 'https:'
  const sent = new Headers(headers)
  // What is packed could be any size once it is unpacked.
  sent.set('accept-encoding', 'identity')
  return (isSecure ? requestHttps : requestHttp)(url, {
    method,
    headers: Object.fromEntries(sent),
    // Agents of its own: the common ones may have a proxy from the environment.
    agent: isSecure ? new HttpsAgent() : new HttpAgent(),
    // Whatever the environment says: without it a certificate would be decoration.
    rejectUnauthorized: true,
    ...(lookup === undefined ? {} : { lookup }),
    ...(ca === undefined ? {} : { ca }),
  })
}

function bodyOf(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined
  if (body instanceof Uint8Array || typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new Error('only text, bytes and forms are sent')
}

function answerOf(
  begun: ClientRequest,
  body: string | Uint8Array | undefined,
  url: URL,
  mostBytes: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let hasAnswered = false
    // Stays to the end: an error after the first one must not be nobody's.
    begun.on('error', reject)
    begun.once('response', (message) => {
      hasAnswered = true
      read(message, url, mostBytes).then(resolve, reject)
    })
    begun.once('close', () => {
      if (!hasAnswered) reject(new OutsideError('silent', `${url.host} hung up`))
    })
    begun.end(body)
  })
}

async function read(message: IncomingMessage, { host }: URL, mostBytes: number): Promise<Response> {
  const { statusCode: status = 0, headers } = message
  if (status >= 300 && status < 400) throw new OutsideError('answer', `${host} redirects; nothing follows that`)
  if (status < 200 || status > 599) throw new OutsideError('answer', `${host} answered no status that there is`)
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new OutsideError('answer', `${host} answered in an encoding that was not asked for`)
  }
  const tooMuch = new OutsideError('answer', `${host} answered more than ${mostBytes} bytes`)
  if (Number(headers['content-length']) > mostBytes) throw tooMuch
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) throw tooMuch
    chunks.push(chunk)
  }
  const body = status === 204 || status === 205 ? null : new Uint8Array(Buffer.concat(chunks))
  return new Response(body, { status, headers: headersOf(message) })
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  }
  return headers
}

const codes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'is a name that does not resolve',
  EAI_AGAIN: 'could not be resolved just now',
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'hung up',
  EHOSTUNREACH: 'is not reachable',
  ENETUNREACH: 'is not reachable',
  ETIMEDOUT: 'did not answer in time',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that signed itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate of an unknown authority',
}

/** By Node's code for it; its messages may hold what the other side sent. */
function inWords(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  return (typeof code === 'string' ? codes[code] : undefined) ?? 'could not be asked'
}
