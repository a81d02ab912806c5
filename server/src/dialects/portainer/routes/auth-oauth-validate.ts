// POST /auth/oauth/validate, as a Portainer without OAuth: the body is checked first, then the mode (contract
// 3.7: order matters), so a missing code is 400 and any code 403.
import { Refusal } from '../../../core/refusal.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { AuthOauthBody } from '../wire.ts'

export const postAuthOauthValidate: Route = {
  method: 'POST',
  path: '/auth/oauth/validate',
  operation: {
    id: 'ValidateOAuth',
    tags: ['auth'],
    summary: 'Authenticate with OAuth',
    description: '**Access policy**: public',
    security: [],
    bodyName: 'body',
    bodyDescription: 'OAuth Credentials used for authentication',
    bodyModel: 'AuthOauthPayload',
    responses: {
      200: { description: 'Success', model: 'AuthAuthenticateResponse' },
      400: { description: 'Invalid request' },
      422: { description: 'Invalid Credentials' },
      500: { description: 'Server error' },
    },
  },
  body: AuthOauthBody,
  async handle(door, request) {
    refuseCrossSite(door, request)
    throw new Refusal('provider-off', { reason: 'no provider is configured' })
  },
}
