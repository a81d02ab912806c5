// Where a Portainer client puts its credential, in the real server's order: X-API-KEY, cookie, Authorization with
// or without `Bearer ` (case-sensitive prefix). The first that is present decides. Never from the query, where
// the real server read it too (contract 3.2, trap 2; ASVS 14.2.1).
import type { FastifyRequest } from 'fastify'
import type { Presented } from '../../core/tokens/mint.ts'
import type { Credential } from '../../core/tokens/token.ts'
import { cookieValues } from '../../http/cookies.ts'
import { Secret } from '../../lib/secret.ts'
import { authenticate } from '../caller.ts'
import type { Door } from '../dialect.ts'

export const cookieName = 'portainer_api_key'

export function presentedCookies(request: FastifyRequest, most?: number): readonly Presented[] {
  const values = cookieValues(request.headers.cookie, cookieName, most)
  return values.map((value, at) => ({
    secret: new Secret(value),
    kinds: ['cookie'],
    isTentative: at < values.length - 1,
  }))
}

function presentedKey(request: FastifyRequest): readonly Presented[] {
  const header = request.headers['x-api-key']
  return typeof header === 'string' && header !== '' ? [{ secret: new Secret(header), kinds: ['api'] }] : []
}

function presentedBearer(request: FastifyRequest): readonly Presented[] {
  const header = request.headers.authorization
  if (header === undefined || header === '') return []
  return [{ secret: new Secret(header.replace(/^Bearer /, '').trim()), kinds: ['access'] }]
}

function presented(request: FastifyRequest): readonly Presented[] {
  return [...presentedKey(request), ...presentedCookies(request), ...presentedBearer(request)]
}

/**
 * What signing out ends: every cookie, and every JWT in whatever way it was written, since a sign-out that is answered
 * and leaves something alive is worse than one that ends too much. An API key lives on (`model.md`).
 */
export function presentedSessions(request: FastifyRequest): readonly Presented[] {
  const { rawHeaders } = request.raw
  const bearers = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization')
  const tokens = bearers.map((text): Presented => {
    return { secret: new Secret(text.replace(/^\s*bearer\s+/i, '').trim()), kinds: ['access'] }
  })
  return [...presentedCookies(request, Number.POSITIVE_INFINITY), ...tokens]
}

export function callerOf(door: Door, request: FastifyRequest): Promise<Credential> {
  return authenticate(door, request, presented)
}
