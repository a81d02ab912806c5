// Where a CloudEndure client puts its credential: the cookie `session`, and with a write the token that came in the
// cookie XSRF-TOKEN as the header X-XSRF-TOKEN. Most clients send no XSRF-TOKEN cookie back, so the header is checked
// against the session's cookie, to which it is bound. They echo it in four spellings. (Contract 1, facts 5 to 7.)
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../core/refusal.ts'
import type { Presented } from '../../core/tokens/mint.ts'
import type { Credential } from '../../core/tokens/token.ts'
import { cookieValues } from '../../http/cookies.ts'
import { Secret } from '../../lib/secret.ts'
import { authenticate } from '../caller.ts'
import type { Door } from '../dialect.ts'

export const sessionCookie = 'session'
export const xsrfCookie = 'XSRF-TOKEN'

export function presentedCookies(request: FastifyRequest, most?: number): readonly Presented[] {
  const values = cookieValues(request.headers.cookie, sessionCookie, most)
  // A second cookie of the name may be planted: each is tried, the last decides.
  return values.map((value, at) => ({
    secret: new Secret(value),
    kinds: ['cookie'],
    isTentative: at < values.length - 1,
  }))
}

/** @throws Refusal as `authenticate`, and `cross-site` for a write without the token of this very session. */
export async function callerOf(door: Door, request: FastifyRequest): Promise<Credential> {
  const credential = await authenticate(door, request, presentedCookies)
  if (request.method === 'GET' || request.method === 'HEAD') return credential
  const bound = door.core.sessions.boundTo(readXsrf(request), presentedCookies(request))
  const proven = await door.core.tokens.find(bound, 'cloudendure')
  if (proven?.id === credential.id) return credential
  throw new Refusal('cross-site', {
    hint: 'Send the value of the cookie XSRF-TOKEN, which came with this session, as the header X-XSRF-TOKEN.',
  })
}

/**
 * The token as it was given out, from whatever became of it on the way: quotes of the cookie kept, and the newline
 * that the real server's values end in, written as an octal escape.
 */
function readXsrf(request: FastifyRequest): string {
  const header = request.headers['x-xsrf-token']
  const text = typeof header === 'string' ? header.trim() : ''
  const bare = text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
  return bare.replace(/\\012$/, '').trim()
}
