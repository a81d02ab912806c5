// POST /auth/apitoken/:validate (contract 3.5; the colon is part of the path): whether the token in the body lives. It
// needs no credential, since it tells of a token no more than using it would.
import type { Route } from '../../dialect.ts'
import { tokenIn } from '../caller.ts'
import { refusedResponses } from '../documented.ts'

export const postApiTokenValidate: Route = {
  method: 'POST',
  path: '/auth/apitoken/::validate',
  operation: {
    id: 'validateApiToken',
    path: '/auth/apitoken/:validate',
    tags: ['Authorization'],
    summary: 'Validate API token',
    security: [],
    responses: { ...refusedResponses, 200: { description: 'OK' } },
  },
  readsText: true,
  async handle(door, request, reply) {
    const text = typeof request.body === 'string' ? request.body : ''
    await door.core.tokens.authenticate([tokenIn(text)], door.clientOf(request))
    return reply.code(200).send()
  },
}
