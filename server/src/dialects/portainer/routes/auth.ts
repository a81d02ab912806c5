// POST /auth (seed 000). Kept on purpose: 422 for wrong credentials. The cookie holds a value of its own, not the
// JWT again (security.md section 4), so neither can be used in the other's place.
import { setCookie } from '../../../http/cookies.ts'
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { cookieName, presentedCookies } from '../caller.ts'
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
    if (outcome.kind !== 'signed-in') throw new Error('no region serves this dialect')
    const { session } = outcome
    const cookie = setCookie(cookieName, session.cookie?.reveal() ?? '', {
      path: door.siteRoot,
      isSecure: door.isSecure(request),
      isHttpOnly: true,
      sameSite: 'Strict',
      expires: new Date(session.endsAt),
    })
    reply.header('set-cookie', cookie)
    return { jwt: session.access?.reveal() }
  },
}
