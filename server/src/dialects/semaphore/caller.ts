// Where a Semaphore client puts its credential. `Authorization` with the word bearer anywhere, in any case,
// decides; one without it is tried as a token (seeds 001 and 002 without `api_key_prefix`), then the cookie
// decides. The header is lower-cased as a whole, so tokens are the same in any case. (Contract 5.3, traps 4–6.)
import type { FastifyRequest } from 'fastify'
import type { Presented } from '../../core/tokens/mint.ts'
import type { Credential } from '../../core/tokens/token.ts'
import { cookieValues } from '../../http/cookies.ts'
import { Secret } from '../../lib/secret.ts'
import { authenticate } from '../caller.ts'
import type { Door } from '../dialect.ts'

export const cookieName = 'semaphore'

export function presentedCookies(request: FastifyRequest, most?: number): readonly Presented[] {
  const values = cookieValues(request.headers.cookie, cookieName, most)
  // A second cookie of the name may be planted: each is tried, the last decides.
  return values.map((value, at) => ({
    secret: new Secret(value),
    kinds: ['cookie'],
    isTentative: at < values.length - 1,
  }))
}

function presented(request: FastifyRequest): readonly Presented[] {
  const header = request.headers.authorization
  if (header === undefined || header.trim() === '') return presentedCookies(request)
  const lower = header.toLowerCase()
  const isBearer = lower.includes('bearer')
  const token = isBearer ? lower.replace(/bearer\s*/, '') : lower
  return [{ secret: new Secret(token.trim()), kinds: ['api'], isTentative: !isBearer }, ...presentedCookies(request)]
}

export function callerOf(door: Door, request: FastifyRequest): Promise<Credential> {
  return authenticate(door, request, presented)
}
