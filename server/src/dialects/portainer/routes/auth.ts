// POST /auth (seed 000). Kept on purpose: 422 for wrong credentials.
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { presentedCookies } from '../caller.ts'
import { giveSession } from '../session-cookie.ts'
import { AuthAuthenticatePayload, AuthAuthenticateResponse } from '../wire.ts'

export const postAuth: Route = {
  method: 'POST',
  path: '/auth',
  operation: {
    id: 'AuthenticateUser',
    tags: ['auth'],
    summary: 'Authenticate',
    description:
      '**Access policy**: public\nUse this environment(endpoint) to authenticate against Portainer using a username and password.',
    security: [],
    bodyName: 'body',
    bodyDescription: 'Credentials used for authentication',
    bodyModel: 'AuthAuthenticatePayload',
    responses: {
      200: { description: 'Success', model: 'AuthAuthenticateResponse' },
      400: { description: 'Invalid request' },
      422: { description: 'Invalid Credentials' },
      500: { description: 'Server error' },
    },
  },
  body: AuthAuthenticatePayload,
  response: { 200: AuthAuthenticateResponse },
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    const { username, password } = request.body as AuthAuthenticatePayload
    const wish = { client: door.clientOf(request), cameWith: presentedCookies(request) }
    const outcome = await door.core.signIn.byPassword(username, new Secret(password), wish)
    return giveSession(door, request, reply, outcome)
  },
}
