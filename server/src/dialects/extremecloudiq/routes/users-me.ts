// GET /users/me (contract 3.5): who is signed in, with the role of this moment.
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { bearer, refusedResponses } from '../documented.ts'
import { presentUser } from '../present.ts'
import { XiqUser } from '../wire.ts'

export const getUsersMe: Route = {
  method: 'GET',
  path: '/users/me',
  signedIn: true,
  operation: {
    id: 'getCurrentUser',
    tags: ['User'],
    summary: 'Get current user info',
    security: bearer,
    responses: { ...refusedResponses, 200: { description: 'OK', model: 'XiqUser' } },
  },
  response: { 200: XiqUser },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    door.core.tokens.requirePermission(caller, 'user-me:r')
    return presentUser(caller, await door.core.memberships.of(caller))
  },
}
