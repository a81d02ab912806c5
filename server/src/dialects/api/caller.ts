// Who calls our own API: `Authorization: Bearer` with an API token or a session's access token, else our cookie. A
// cookie may only write when the browser says that the request comes from ourselves: saying nothing is not enough here
// (`model.md`, CSRF). What a token's scope leaves out is refused before anything is looked at.
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../core/refusal.ts'
import type { Presented } from '../../core/tokens/mint.ts'
import type { Credential } from '../../core/tokens/token.ts'
import { authorizations, isBearer, withoutScheme } from '../../http/authorization.ts'
import { cookieValues } from '../../http/cookies.ts'
import { Secret } from '../../lib/secret.ts'
import { authenticate, refuseCrossSite } from '../caller.ts'
import type { Door, Problem } from '../dialect.ts'
import { forwardAuthPath } from './return-way.ts'
import { looksLikeOurs } from './spelling.ts'

/** Shorter than any token of ours: what a header full of commas is cut into costs no look-up each. */
const shortestToken = 40
const cookieNames = ['__Host-gatehouse', 'gatehouse'] as const

/** The prefix makes a browser hold the cookie to this host and to https, where there is https. */
export function cookieName(isSecure: boolean): string {
  return isSecure ? cookieNames[0] : cookieNames[1]
}

export function presentedCookies(door: Door, request: FastifyRequest, most?: number): readonly Presented[] {
  const values = cookieValues(request.headers.cookie, cookieName(door.isSecure(request)), most)
  return values.map((value, at) => ({
    secret: new Secret(value),
    kinds: ['cookie'],
    isTentative: at < values.length - 1,
  }))
}

function presentedBearer(request: FastifyRequest): readonly Presented[] {
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.authorization?.trim() ?? '') ?? []
  return token === undefined ? [] : [{ secret: new Secret(token), kinds: ['api', 'access'] }]
}

/** At the host of an application: a name of its own, since hosts that differ in the port share their cookies. */
export function applicationCookieName(isSecure: boolean): string {
  return `${cookieName(isSecure)}-app`
}

/**
 * What a request to an application may show its proxy: our API token or access token, else our cookie for that host.
 * What does not look like one of ours may be the application's own, and decides nothing.
 */
export function presentedToProxy(
  door: Door,
  request: FastifyRequest,
  { isOwn, isSecure }: { readonly isOwn: boolean; readonly isSecure: boolean },
): readonly Presented[] {
  const { 'x-api-key': key } = request.headers
  const byKey: readonly Presented[] = typeof key === 'string' ? [{ secret: new Secret(key), kinds: ['api'] }] : []
  const tokens = [...byKey, ...presentedBearer(request)].map(
    (one): Presented => ({ ...one, isTentative: !looksLikeOurs(one.secret) }),
  )
  const name = isOwn ? cookieName(isSecure || door.isSecure(request)) : applicationCookieName(isSecure)
  const cookies = cookieValues(request.headers.cookie, name).map(
    (value): Presented => ({ secret: new Secret(value), kinds: ['cookie'], isTentative: true }),
  )
  return [...tokens, ...cookies]
}

/** What signing out ends: every cookie of either name, and every token in `Authorization`, however it is written. */
export function presentedSessions(request: FastifyRequest): readonly Presented[] {
  const tokens = authorizations(request).map(withoutScheme)
  return [
    ...sessionCookies(request).map((value): Presented => ({ secret: new Secret(value), kinds: ['cookie'] })),
    ...[...new Set(tokens)]
      .filter((token) => token.length >= shortestToken)
      .map((token): Presented => ({ secret: new Secret(token), kinds: ['access'] })),
  ]
}

function sessionCookies({ headers }: FastifyRequest): readonly string[] {
  return cookieNames.flatMap((name) => cookieValues(headers.cookie, name, Number.POSITIVE_INFINITY))
}

/**
 * Signing out by cookie is a write by cookie. A bearer token beside it is word enough: no browser adds one by itself,
 * and no page of another site may. @throws Refusal `cross-site`.
 */
export function requireOwnSignOut(door: Door, request: FastifyRequest): void {
  refuseCrossSite(door, request)
  if (sessionCookies(request).length > 0 && !authorizations(request).some(isBearer)) requireOwnOrigin(door, request)
}

/** A browser's own word that the request is ours; its absence counts as none. @throws Refusal `cross-site`. */
export function requireOwnOrigin(door: Door, request: FastifyRequest): void {
  refuseCrossSite(door, request)
  const { origin, 'sec-fetch-site': site } = request.headers
  const isOwnSite = site === 'same-origin' || (site === undefined && isOwnOrigin(origin, door, request))
  if (!isOwnSite) {
    throw new Refusal('cross-site', {
      hint: 'A request by cookie must come from our own pages: no Origin or Sec-Fetch-Site says so. Programs use a bearer token.',
    })
  }
}

/** A page that came in clear is none of ours where the caller's side is https: anybody on the way could have written it. */
function isOwnOrigin(origin: string | undefined, door: Door, request: FastifyRequest): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false
  const { host, protocol } = new URL(origin)
  return door.ownHosts(request).includes(host) && (protocol === 'https:' || !door.isSecure(request))
}

/**
 * RFC 6750 §3.1: no error for whoever shows no token, `invalid_token` for one that is not good. What is shown to an
 * application may be the application's own, so its proxy is told the scheme alone.
 */
export function challenge(request: FastifyRequest, { code }: Problem): string {
  const isAsked = request.routeOptions.url?.endsWith(forwardAuthPath) !== true
  const isShown = isAsked && presentedBearer(request).length > 0
  return code === 'not-signed-in' && isShown ? 'Bearer error="invalid_token"' : 'Bearer'
}

const isRead = (request: FastifyRequest): boolean => request.method === 'GET' || request.method === 'HEAD'

function presentedTo(door: Door, request: FastifyRequest): readonly Presented[] {
  return [...presentedBearer(request), ...presentedCookies(door, request)]
}

/** For an answer that goes on for long: whether the credential it began with lives, asked now; counts as no use of it. */
export async function liveOf(door: Door, request: FastifyRequest, caller: Credential): Promise<Credential | undefined> {
  const live = await door.core.tokens.find(presentedTo(door, request), 'api')
  return live?.id === caller.id ? live : undefined
}

/** Whoever it is, whatever the scope: for the routes that ask for a scope of their own. */
export async function authenticated(door: Door, request: FastifyRequest): Promise<Credential> {
  const credential = await authenticate(door, request, (one) => presentedTo(door, one))
  if (credential.kind === 'cookie' && !isRead(request)) requireOwnOrigin(door, request)
  return credential
}

/** @throws Refusal as `authenticate`; `not-allowed` when the scope does not reach so far. */
export async function callerOf(door: Door, request: FastifyRequest): Promise<Credential> {
  const credential = await authenticated(door, request)
  door.core.tokens.requireScope(credential, isRead(request) ? 'read' : 'default')
  return credential
}
