// POST /login (seed 004, contract 3.2). Kept on purpose: every reason for which a sign-in fails is one of the declared
// statuses, since the SDK reads no body of another. There is no second factor here, as upstream.
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { loginRefusedResponses } from '../documented.ts'
import { LoginBody, XiqLoginResponse } from '../wire.ts'

export const postLogin: Route = {
  method: 'POST',
  path: '/login',
  operation: {
    id: 'login',
    tags: ['Authentication'],
    summary: 'User login with username and password',
    description:
      'Get access token via username and password authentication. The client must present Bearer token to access the protected API endpoints.The Bearer token should be present in the "Authorization" request header field and use the "Bearer" HTTP authentication scheme to transmit the access token.',
    security: [],
    bodyModel: 'XiqLoginRequest',
    responses: {
      ...loginRefusedResponses,
      200: { description: 'Successful operation', model: 'XiqLoginResponse' },
    },
  },
  body: LoginBody,
  response: { 200: XiqLoginResponse },
  async handle(door, request) {
    refuseCrossSite(door, request)
    const { username, password } = request.body as LoginBody
    const wish = { client: door.clientOf(request), cameWith: [] }
    const outcome = await door.core.signIn.byPassword(username, new Secret(password), wish)
    if (outcome.kind !== 'signed-in') throw new Error('no region serves this dialect')
    const { access, openedAt, endsAt } = outcome.session
    return {
      access_token: access?.reveal(),
      token_type: 'Bearer',
      expires_in: Math.floor((endsAt - openedAt) / 1000),
    }
  },
}
