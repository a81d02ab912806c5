// POST /auth/oauth/validate: a code that Portainer's own page fetched, of the one provider that is Portainer's. The body is
// checked first, then the mode, then the code (contract 3.7: order matters). The page's state never comes here, so by
// itself nothing binds the code to the browser; GATEHOUSE_PORTAINER_OAUTH_FLOW=bound takes those only that are bound
// by the flow cookie of GET /settings/public (security.md section 4).
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { keptSecrets } from '../../flow.ts'
import { presentedCookies } from '../caller.ts'
import { readCode } from '../read.ts'
import { giveSession } from '../session-cookie.ts'
import { AuthAuthenticateResponse, AuthOauthBody } from '../wire.ts'

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
  response: { 200: AuthAuthenticateResponse },
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    const code = new Secret(readCode((request.body as AuthOauthBody).code))
    const { provider, isBound } = door.core.codes.portainer
    const wish = { client: door.clientOf(request), cameWith: presentedCookies(request) }
    const secrets = isBound ? keptSecrets(door, request, provider) : undefined
    return giveSession(door, request, reply, await door.core.signIn.byCode(provider, code, wish, secrets))
  },
}
