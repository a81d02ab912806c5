// GET /me: how a client sees that its session works. The role is the one of now, not of the sign-in. (Contract 2.5.)
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { presentUser } from '../present.ts'
import { User } from '../wire.ts'

export const getMe: Route = {
  method: 'GET',
  path: '/me',
  signedIn: true,
  operation: {
    id: 'meGet',
    tags: ['User'],
    summary: 'Get user',
    description: 'Returns the user of this session.',
    responses: {
      200: { description: 'The user.', model: 'User' },
      401: { description: 'Authentication is required.', model: 'Error' },
    },
  },
  response: { 200: User },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    return presentUser(caller.person, await door.core.memberships.of(caller))
  },
}
