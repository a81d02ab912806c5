// Where an ExtremeCloudIQ client puts its credential: `Authorization: Bearer`, the scheme in any case, for JWTs and API
// tokens alike. The SDK of the source document, given a token both ways it knows, sends two such headers, or one with
// both in it and a comma between; Node keeps the first header and drops the others. So all are read as they came.
import type { FastifyRequest } from 'fastify'
import type { Presented } from '../../core/tokens/mint.ts'
import type { Credential } from '../../core/tokens/token.ts'
import { Secret } from '../../lib/secret.ts'
import { authenticate } from '../caller.ts'
import type { Door } from '../dialect.ts'

const scheme = /^\s*bearer\s+/i
/** Shorter than any token of ours: what a header full of commas is cut into costs no look-up each. */
const shortestToken = 40
/** Tokens that are looked at to see who calls. */
const mostCallers = 10

/** Every `Authorization` of the request, in order, each different one once; no token of ours has a comma. */
function authorizations(request: FastifyRequest): readonly string[] {
  if (request.headers.authorization === undefined) return []
  const { rawHeaders } = request.raw
  const parts = rawHeaders
    .filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization')
    .flatMap((header) => header.split(','))
    .map((part) => part.trim())
  return [...new Set(parts)]
}

/** A token of this dialect, wherever it stands: what it is of the two decides itself when it is found. */
export function tokenIn(text: string): Presented {
  return { secret: new Secret(text.trim()), kinds: ['access', 'api'] }
}

function presented(request: FastifyRequest): readonly Presented[] {
  const [first, ...others] = authorizations(request).filter((part) => scheme.test(part))
  if (first === undefined) return []
  const tokens = others.map((part) => part.replace(scheme, '')).filter((token) => token.length >= shortestToken)
  return [first.replace(scheme, ''), ...tokens].slice(0, mostCallers).map(tokenIn)
}

/** What signing out ends: every token presented, with the scheme or without it; the header is bounded. */
export function presentedTokens(request: FastifyRequest): readonly Presented[] {
  const tokens = authorizations(request).map((part) => part.replace(scheme, ''))
  return [...new Set(tokens)].filter((token) => token.length >= shortestToken).map(tokenIn)
}

export function callerOf(door: Door, request: FastifyRequest): Promise<Credential> {
  return authenticate(door, request, presented)
}
