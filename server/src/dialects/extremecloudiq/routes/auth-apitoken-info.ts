// GET /auth/apitoken/info (contract 3.5): what the presented token is. Monitors ask it how long theirs still lives.
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { bearer, refusedResponses } from '../documented.ts'
import { presentTokenInfo } from '../present.ts'
import { XiqApiTokenInfo } from '../wire.ts'

export const getApiTokenInfo: Route = {
  method: 'GET',
  path: '/auth/apitoken/info',
  signedIn: true,
  operation: {
    id: 'getCurrentApiTokenInfo',
    tags: ['Authorization'],
    summary: 'Get current API token details',
    security: bearer,
    responses: { ...refusedResponses, 200: { description: 'OK', model: 'XiqApiTokenInfo' } },
  },
  response: { 200: XiqApiTokenInfo },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    door.core.tokens.requirePermission(caller, 'auth:r')
    return presentTokenInfo(caller, await door.core.memberships.of(caller))
  },
}
