// GET and POST /auth/login (seed 002; the classic client has POST only). Kept on purpose: 204 with exactly one
// Set-Cookie, since some clients paste its whole value into Cookie (trap 6); no Expires, a browser-session cookie.
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { offeredHere } from '../../flow.ts'
import { presentedCookies } from '../caller.ts'
import { presentProvider } from '../present.ts'
import { giveCookie } from '../session-cookie.ts'
import { Login, LoginMetadata } from '../wire.ts'

export const getAuthLogin: Route = {
  method: 'GET',
  path: '/auth/login',
  operation: {
    id: 'authLoginGet',
    tags: ['authentication'],
    summary: 'Fetches login metadata',
    description: 'Fetches metadata for login, such as available OIDC providers',
    security: [],
    responses: {
      200: {
        description: 'Login metadata',
        model: 'LoginMetadata',
        contentTypes: ['application/json', 'text/plain; charset=utf-8'],
      },
    },
  },
  response: { 200: LoginMetadata },
  async handle(door) {
    const { providers } = await offeredHere(door)
    return { oidc_providers: providers.map(presentProvider), login_with_password: true }
  },
}

export const postAuthLogin: Route = {
  method: 'POST',
  path: '/auth/login',
  operation: {
    id: 'authLoginPost',
    tags: ['authentication'],
    summary: 'Performs Login',
    description: 'Upon success you will be logged in',
    security: [],
    bodyName: 'login_body',
    bodyModel: 'Login',
    responses: {
      204: { description: 'You are logged in' },
      400: { description: 'something in body is missing / is invalid' },
    },
  },
  body: Login,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    const { auth, password } = request.body as Login
    const wish = { client: door.clientOf(request), cameWith: presentedCookies(request) }
    const outcome = await door.core.signIn.byPassword(auth, new Secret(password), wish)
    giveCookie(door, request, reply, outcome)
    return reply.code(204).send()
  },
}
