// Puts one dialect on one listener: its routes at each of its bases, its own body parser, error and not-found
// handlers, and a 405 with `Allow` for every other method of a known path. Fastify's encapsulation is the wall
// between dialects: nothing registered here reaches a neighbour.
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { Dialect, Door, Route } from '../dialects/dialect.ts'
import { BorderRefusal } from '../dialects/problem.ts'
import { parseForm } from '../http/form.ts'
import { parseJson } from '../http/json.ts'
import { isFormType, isJsonType } from '../http/media-type.ts'
import { answerProblem, problemOf } from './answer.ts'
import type { Observer } from './observe.ts'

export interface MountedDoor {
  readonly dialect: Dialect
  readonly door: Door
}

/** Registers the dialect under the door's site root. */
export function mountDoor(app: FastifyInstance, { dialect, door }: MountedDoor, observer: Observer): void {
  const root = door.siteRoot === '/' ? '' : door.siteRoot
  app.register(
    (scope, _options, done) => {
      readBodies(scope, { json: true, forms: dialect.readsForms === true, foldMember: dialect.foldMember })
      answerProblems(scope, dialect, observer)
      sayJson(scope, dialect.jsonType)
      const place = { dialect, door, observer }
      for (const base of dialect.bases) addRoutes(scope, { ...place, door: { ...door, base }, base }, dialect.routes)
      if (dialect.pages !== undefined) addRoutes(scope, { ...place, base: '' }, dialect.pages)
      done()
    },
    { prefix: root },
  )
}

/** Every answer is JSON unless it says otherwise, of exactly this type. */
function sayJson(scope: FastifyInstance, jsonType: string): void {
  scope.addHook('onRequest', (_request, reply, next) => {
    reply.header('content-type', jsonType)
    next()
  })
  // Fastify adds a charset to a JSON type that names none, which the real servers do not send.
  const added = `${jsonType}; charset=utf-8`
  scope.addHook('preSerialization', (_request, reply, payload, next) => {
    if (reply.getHeader('content-type') === added) reply.header('content-type', jsonType)
    next(null, payload)
  })
}

interface Place extends MountedDoor {
  readonly base: string
  readonly observer: Observer
}

function addRoutes(scope: FastifyInstance, place: Place, routes: readonly Route[]): void {
  const isPlain = ({ ignoresBody, readsText, readsForm }: Route) => !(ignoresBody ?? readsText ?? readsForm ?? false)
  const readers = routes.filter(isPlain)
  const deaf = routes.filter((route) => route.ignoresBody === true)
  for (const route of readers) addRoute(scope, place, route)
  scope.register((inner, _options, done) => {
    inner.removeAllContentTypeParsers()
    // Read past without being kept, however long it is: signing out must not fail for its body.
    inner.addContentTypeParser('*', (_request, body, parsed) => {
      body.resume()
      parsed(null, undefined)
    })
    // What the body is said to be does not matter either; Fastify refuses a type that is none.
    inner.addHook('onRequest', (request, _reply, next) => {
      delete request.raw.headers['content-type']
      next()
    })
    for (const route of deaf) addRoute(inner, place, route)
    done()
  })
  scope.register((inner, _options, done) => {
    inner.removeAllContentTypeParsers()
    inner.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, parsed) => parsed(null, text))
    for (const route of routes) if (route.readsText === true) addRoute(inner, place, route)
    done()
  })
  scope.register((inner, _options, done) => {
    readBodies(inner, { json: false, forms: true })
    for (const route of routes) if (route.readsForm === true) addRoute(inner, place, route)
    done()
  })
  refuseOtherMethods(scope, place.base, place.dialect, routes)
}

function addRoute(scope: FastifyInstance, { base, dialect, door, observer }: Place, route: Route): void {
  const schema = {
    ...(route.body === undefined ? {} : { body: route.body }),
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.response === undefined ? {} : { response: route.response }),
  }
  const handler = (request: FastifyRequest, reply: FastifyReply) => route.handle(door, request, reply)
  const askWhoCalls = async (request: FastifyRequest): Promise<void> => {
    if (route.signedIn === undefined) return
    const callerOf = route.signedIn === true ? dialect.callerOf : route.signedIn
    observer.noteCaller(request, await callerOf(door, request))
  }
  const asking = route.signedIn !== undefined ? { onRequest: askWhoCalls } : {}
  const refusing = refusesItself(route) ? { errorHandler: refuser({ base, dialect, door, observer }, route) } : {}
  for (const url of spellingsOf(base, route.path, dialect)) {
    scope.route({ method: route.method, url, schema, handler, ...asking, ...refusing })
  }
}

function refusesItself({ refusalPage, refusedTo }: Route): boolean {
  return refusalPage !== undefined || refusedTo !== undefined
}

function refuser({ dialect, door, observer }: Place, { refusalPage, refusedTo }: Route) {
  return async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const page = await refusalPage?.(door, request, problemOf(error, request))
    return answerProblem(dialect, observer, { error, request, reply, page, location: refusedTo?.(door) })
  }
}

function spellingsOf(base: string, path: string, dialect: Dialect): readonly string[] {
  const url = `${base}${path}` === '' ? '/' : `${base}${path}`
  return dialect.dropsTrailingSlash === true && !url.endsWith('/') ? [url, `${url}/`] : [url]
}

function refuseOtherMethods(scope: FastifyInstance, base: string, dialect: Dialect, routes: readonly Route[]): void {
  const allowed = new Map<string, Set<HTTPMethods>>()
  for (const route of routes) {
    const methods = allowed.get(route.path) ?? new Set<HTTPMethods>()
    methods.add(route.method)
    if (route.method === 'GET') methods.add('HEAD')
    allowed.set(route.path, methods)
  }
  for (const [path, methods] of allowed) {
    const others = scope.supportedMethods.filter((method) => !methods.has(method as HTTPMethods))
    const allow = [...methods].join(', ')
    for (const url of spellingsOf(base, path, dialect)) {
      scope.route({
        method: others as HTTPMethods[],
        url,
        // Before the body is read: what it holds does not matter for a method that is not there.
        onRequest: async () => {
          throw new BorderRefusal('method-not-allowed', { allow })
        },
        handler: async () => undefined,
      })
    }
  }
}

interface Reading {
  readonly json: boolean
  readonly forms: boolean
  readonly foldMember?: ((member: string) => string) | undefined
}

function readBodies(scope: FastifyInstance, { json, forms, foldMember }: Reading): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, bytes: Buffer) => {
    // No bytes are no body, whatever the header says: generated clients label even that as JSON.
    if (bytes.length === 0) return undefined
    const type = request.headers['content-type'] ?? ''
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity') throw new BorderRefusal('wrong-media-type')
    if (json && isJsonType(type)) return foldMembers(parseJson(bytes, foldMember), foldMember)
    if (forms && isFormType(type)) return parseForm(bytes)
    throw new BorderRefusal('wrong-media-type')
  })
}

/** The top level's member names in one case, for a dialect whose server reads them in any. */
function foldMembers(value: unknown, fold: ((member: string) => string) | undefined): unknown {
  if (fold === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [fold(member), inner]))
}

function answerProblems(scope: FastifyInstance, dialect: Dialect, observer: Observer): void {
  scope.setErrorHandler((error, request, reply) => answerProblem(dialect, observer, { error, request, reply }))
  scope.setNotFoundHandler(() => {
    throw new BorderRefusal('unknown-path')
  })
}
