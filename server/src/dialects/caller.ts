// Who calls, for every dialect: the one core look-up, and the rule that a browser's cookie may not be used for a
// write from another site. Which headers carry a credential is each dialect's own knowledge (`presented`).
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../core/refusal.ts'
import type { Presented } from '../core/tokens/mint.ts'
import type { Credential } from '../core/tokens/token.ts'
import { isCrossSite } from '../http/cross-site.ts'
import type { Door } from './dialect.ts'

/** The answer to a read, asked before its handler: nothing comes in between that could change it. */
const readers = new WeakMap<FastifyRequest, Promise<Credential>>()

/** @throws Refusal `not-signed-in`, `two-people`, `cross-site` (a write by cookie from another site). */
export async function authenticate(
  door: Door,
  request: FastifyRequest,
  presented: (request: FastifyRequest) => readonly Presented[],
): Promise<Credential> {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isRead) return authenticateOnce(door, request, presented)
  // A write is asked again after its body has come: a slow one must not outlive a sign-out.
  const credential = await door.core.tokens.authenticate(presented(request), door.clientOf(request))
  if (credential.kind === 'cookie') refuseCrossSite(door, request)
  return credential
}

function authenticateOnce(
  door: Door,
  request: FastifyRequest,
  presented: (request: FastifyRequest) => readonly Presented[],
): Promise<Credential> {
  const asked = readers.get(request)
  if (asked !== undefined) return asked
  const answer = door.core.tokens.authenticate(presented(request), door.clientOf(request))
  readers.set(request, answer)
  return answer
}

/** For signing in and out, which a browser could be made to do with no credential at all (attack X03). */
export function refuseCrossSite(door: Door, request: FastifyRequest): void {
  if (isCrossSite(request.headers, door.ownHosts(request))) {
    throw new Refusal('cross-site', { hint: 'The request comes from another site.' })
  }
}
