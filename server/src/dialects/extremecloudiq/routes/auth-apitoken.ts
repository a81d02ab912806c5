// POST /auth/apitoken (contract 3.5): an API token for jobs that run longer than a sign-in. One made with an API token
// lives no longer than that one, may do no more, and goes with it.
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { bearer, refusedResponses } from '../documented.ts'
import { presentIssued } from '../present.ts'
import { readTokenWish } from '../read.ts'
import { TokenBody, XiqGenerateApiTokenResponse } from '../wire.ts'

export const postApiToken: Route = {
  method: 'POST',
  path: '/auth/apitoken',
  signedIn: true,
  operation: {
    id: 'generateApiToken',
    tags: ['Authorization'],
    summary: 'Generate new API token',
    security: bearer,
    bodyModel: 'XiqGenerateApiTokenRequest',
    responses: { ...refusedResponses, 200: { description: 'OK', model: 'XiqGenerateApiTokenResponse' } },
  },
  body: TokenBody,
  response: { 200: XiqGenerateApiTokenResponse },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    door.core.tokens.requirePermission(caller, 'auth:new')
    const wish = readTokenWish(request.body as TokenBody)
    return presentIssued(await door.core.tokens.issueApi(caller, wish, door.clientOf(request)), caller)
  },
}
