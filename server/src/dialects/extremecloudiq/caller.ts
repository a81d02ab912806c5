// Where an ExtremeCloudIQ client puts its credential: `Authorization: Bearer`, the scheme in any case, for JWTs and API
// tokens alike. The SDK of the source document, given a token both ways it knows, sends two such headers, or one with
// both in it and a comma between: so all are read as they came.
import type { FastifyRequest } from 'fastify'
import type { Presented } from '../../core/tokens/mint.ts'
import type { Credential } from '../../core/tokens/token.ts'
import { authorizations, isBearer, withoutScheme } from '../../http/authorization.ts'
import { Secret } from '../../lib/secret.ts'
import { authenticate } from '../caller.ts'
import type { Door } from '../dialect.ts'

/** Shorter than any token of ours: what a header full of commas is cut into costs no look-up each. */
const shortestToken = 40
/** Tokens that are looked at to see who calls. */
const mostCallers = 10

/** A token of this dialect, wherever it stands: what it is of the two decides itself when it is found. */
export function tokenIn(text: string): Presented {
  return { secret: new Secret(text.trim()), kinds: ['access', 'api'] }
}

function presented(request: FastifyRequest): readonly Presented[] {
  const [first, ...others] = authorizations(request).filter(isBearer)
  if (first === undefined) return []
  const tokens = others.map(withoutScheme).filter((token) => token.length >= shortestToken)
  return [withoutScheme(first), ...tokens].slice(0, mostCallers).map(tokenIn)
}

/** What signing out ends: every token presented, with the scheme or without it; the header is bounded. */
export function presentedTokens(request: FastifyRequest): readonly Presented[] {
  const tokens = authorizations(request).map(withoutScheme)
  return [...new Set(tokens)].filter((token) => token.length >= shortestToken).map(tokenIn)
}

export function callerOf(door: Door, request: FastifyRequest): Promise<Credential> {
  return authenticate(door, request, presented)
}
