// One listener: a Fastify app with limits, timeouts, request ids and headers, and the doors that stand on it.
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Client } from '../core/client.ts'
import type { Core } from '../core/core.ts'
import type { DialectName } from '../core/ids.ts'
import type { Dialect, Door } from '../dialects/dialect.ts'
import { BorderRefusal } from '../dialects/problem.ts'
import { answerProblem } from './answer.ts'
import { boundHandlers } from './at-once.ts'
import type { Peers } from './client-address.ts'
import { mountDoor } from './door.ts'
import type { Hosts } from './hosts.ts'
import { responseUntil } from './last-answers.ts'
import { createObserver, type Log } from './observe.ts'
import { ambiguityIn, hostOf } from './request-form.ts'

export interface ServerParts {
  readonly core: Core
  readonly log: Log
  readonly peers: Peers
  readonly hosts: Hosts
  readonly now: () => number
  /** True from the moment the process is told to stop. */
  readonly isStopping: () => boolean
}

export interface Mount {
  readonly dialect: Dialect
  readonly siteRoot: string
  /** The origin's public address, when it is not the one listened on. */
  readonly publicUrl: string | undefined
}

const bodyLimit = 64 * 1024
const mostRequestsAtOnce = 2000
const mostConnections = 5000

/** Headers of every answer; pages replace the policy by their own. */
const commonHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '0',
  'cache-control': 'no-store',
} as const
const strictTransport = 'max-age=63072000; includeSubDomains'

export function createServer(parts: ServerParts, mounts: readonly Mount[]): FastifyInstance {
  const boot = randomBytes(6).toString('base64url')
  let lastRequest = 0
  const observer = createObserver(
    parts.log,
    parts.core.audits,
    (request, dialect) => clientOf(parts, request, dialect),
    parts.now,
  )
  const addHeaders = commonHeadersFor(parts, mounts)
  const app = Fastify({
    logger: false,
    genReqId: () => {
      lastRequest += 1
      return `${boot}-${lastRequest.toString(36)}`
    },
    requestIdHeader: false,
    bodyLimit,
    connectionTimeout: 0,
    keepAliveTimeout: 30_000,
    requestTimeout: 15_000,
    http: {
      headersTimeout: 10_000,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: 2000,
      ServerResponse: responseUntil(parts.isStopping),
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 512 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    // A path that cannot be decoded reaches no route and no hook; the door it was meant for spells the refusal.
    frameworkErrors: (error, request, typedReply) => {
      const reply = typedReply as unknown as FastifyReply
      addHeaders(request, reply)
      answerProblem(mountFor(request.url, mounts).dialect, observer, { error, request, reply })
      observer.noteAnswer(request, reply)
    },
  })
  app.server.maxConnections = mostConnections
  // What the parser itself refuses reaches no hook; whoever tried it stands on record all the same (ASVS 16.3.3).
  app.server.prependListener('clientError', (error: NodeJS.ErrnoException, socket) => {
    const { remoteAddress, bytesRead } = socket as Socket
    // Browsers open connections ahead and may send nothing over them: nobody tried anything.
    if (error.code === 'ECONNRESET' || bytesRead === 0) return
    observer.noteUnreadable(error.code ?? 'unknown', remoteAddress ?? '')
  })
  for (const method of ['PROPFIND', 'SEARCH', 'LINK', 'UNLINK', 'PURGE']) app.addHttpMethod(method, { hasBody: true })
  const bound = boundHandlers(mostRequestsAtOnce)
  const doors = mounts.map((mount) => ({ dialect: bound(mount.dialect), door: makeDoor(parts, mount) }))
  watchRequests(app, parts, addHeaders, observer.noteAnswer)
  // What stands beside the doors (health, the front page) refuses in the words of the door at its place.
  app.setErrorHandler((error, request, reply) =>
    answerProblem(mountFor(request.url, mounts).dialect, observer, { error, request, reply }),
  )
  for (const door of doors) mountDoor(app, door, observer)
  return app
}

/** The mount whose site root the path begins with, the longest first; the one at the root otherwise. */
function mountFor(url: string, mounts: readonly Mount[]): Mount {
  const fitting = mounts.filter(({ siteRoot }) => siteRoot === '/' || url.startsWith(`${siteRoot}/`))
  const [longest] = fitting.sort((one, other) => other.siteRoot.length - one.siteRoot.length)
  const mount = longest ?? mounts[0]
  if (mount === undefined) throw new Error('a listener without a door')
  return mount
}

type SeeAnswer = (request: FastifyRequest, reply: FastifyReply) => void

function watchRequests(app: FastifyInstance, parts: ServerParts, addHeaders: SeeAnswer, noteAnswer: SeeAnswer): void {
  app.addHook('onRequest', (request, reply, next) => {
    addHeaders(request, reply)
    const ambiguity = ambiguityIn(request.raw)
    // What one reader of the connection may have read otherwise is not read on.
    if (parts.isStopping() || ambiguity !== undefined) reply.header('connection', 'close')
    if (ambiguity !== undefined) next(ambiguity)
    else if (!parts.hosts.isOwn(hostOf(request.raw))) next(foreignHost(request))
    // Before the body is read: what it holds, or is said to be, does not matter where there is nothing.
    else if (request.is404) next(new BorderRefusal('unknown-path'))
    else next()
  })
  app.addHook('onResponse', (request, reply, next) => {
    noteAnswer(request, reply)
    next()
  })
}

/** HSTS wherever cookies are Secure: behind our own https address, or by a trusted proxy's word. */
function commonHeadersFor(parts: ServerParts, mounts: readonly Mount[]): SeeAnswer {
  const isPublicHttps = mounts.some((mount) => mount.publicUrl?.startsWith('https:') === true)
  return (request, reply) => {
    reply.headers(commonHeaders)
    reply.header('x-request-id', request.id)
    if (isPublicHttps || isHttps(parts, request)) reply.header('strict-transport-security', strictTransport)
  }
}

function foreignHost(request: FastifyRequest): BorderRefusal {
  const host = String(hostOf(request.raw)).slice(0, 100)
  return new BorderRefusal('foreign-host', {
    hint: `This Gatehouse does not answer to the host name in "${host}". Set GATEHOUSE_PUBLIC_URL to its public address, or add the name to GATEHOUSE_HOSTS.`,
  })
}

function isHttps(parts: ServerParts, request: FastifyRequest): boolean {
  return parts.peers.forwardedScheme(request.raw) === 'https'
}

function clientOf(parts: ServerParts, request: FastifyRequest, dialect: DialectName): Client {
  return {
    dialect,
    address: parts.peers.addressOf(request.raw),
    agent: (request.headers['user-agent'] ?? '').slice(0, 256),
    requestId: request.id,
  }
}

/** Lower case, no default port, one spelling of an address: as `Origin` has it. */
function hostAsBrowsersWrite(host: string | undefined): readonly string[] {
  if (host === undefined || !URL.canParse(`http://${host}`)) return []
  return [new URL(`http://${host}`).host]
}

function makeDoor(parts: ServerParts, mount: Mount): Door {
  const publicUrl = mount.publicUrl === undefined ? undefined : new URL(mount.publicUrl)
  return {
    core: parts.core,
    siteRoot: mount.siteRoot,
    base: '',
    publicUrl: mount.publicUrl,
    clientOf: (request) => clientOf(parts, request, mount.dialect.name),
    isStopping: parts.isStopping,
    isSecure: (request) => publicUrl?.protocol === 'https:' || isHttps(parts, request),
    isOwnHost: (host) => parts.hosts.isOwn(host),
    isByTrustedProxy: (request) => parts.peers.isTrusted(request.raw),
    ownHosts: (request) => [
      ...hostAsBrowsersWrite(request.headers.host),
      ...(publicUrl === undefined ? [] : [publicUrl.host]),
    ],
  }
}
