// POST /logout (seed 004, contract 3.3): the token is revoked, on the server, before the answer. Differs from the other
// doors on purpose: 401 when nothing that was presented lived, and an API token ends, too. Nothing is left alive that
// came along: a second Authorization ends as well, and so does the session of a token that is over.
import type { FastifyRequest } from 'fastify'
import type { Client } from '../../../core/client.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Presented } from '../../../core/tokens/mint.ts'
import type { Credential } from '../../../core/tokens/token.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Door, Route } from '../../dialect.ts'
import { callerOf, presentedTokens } from '../caller.ts'
import { bearer, refusedResponses } from '../documented.ts'

export const postLogout: Route = {
  method: 'POST',
  path: '/logout',
  operation: {
    id: 'logout',
    tags: ['Authentication'],
    summary: 'User logout (Revoke the current access token)',
    description:
      'User logout, the current access token will be revoked and the following access with the same token will be immediately denied.',
    security: bearer,
    responses: { ...refusedResponses, 200: { description: 'OK' } },
  },
  ignoresBody: true,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    if (!(await endAll(door, request))) {
      // Everything presented is dead by now: this says so, and records it.
      await callerOf(door, request)
      throw new Refusal('not-signed-in', { reason: 'ended meanwhile' })
    }
    return reply.code(200).send()
  },
}

/** Whether it was this request that ended something alive: of two at once, one. */
async function endAll(door: Door, request: FastifyRequest): Promise<boolean> {
  const client = door.clientOf(request)
  const presented = presentedTokens(request)
  const living = await livingOf(door, presented, client)
  const ended = await door.core.sessions.end(presented, client)
  const apiTokens = living.filter(({ kind }) => kind === 'api')
  const revoked = await Promise.all(
    apiTokens.map((one) => door.core.tokens.revoke(one, one.person.id, { id: one.id }, client)),
  )
  const hadSession = living.some(({ session }) => session !== undefined && ended.includes(session.id))
  return hadSession || revoked.includes(true)
}

async function livingOf(door: Door, presented: readonly Presented[], client: Client): Promise<readonly Credential[]> {
  const found = await Promise.all(presented.map((one) => door.core.tokens.find([one], client.dialect)))
  return found.filter((one) => one !== undefined)
}
