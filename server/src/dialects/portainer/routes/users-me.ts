// GET /users/me: how a client sees that its JWT, cookie or API key works (contract 3.10).
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { presentUser } from '../present.ts'
import { PortainerUser } from '../wire.ts'

export const getUsersMe: Route = {
  method: 'GET',
  path: '/users/me',
  signedIn: true,
  operation: {
    id: 'CurrentUserInspect',
    tags: ['users'],
    summary: 'Inspect the current user',
    security: ['jwt', 'ApiKeyAuth'],
    responses: {
      200: { description: 'Success', model: 'PortainerUser' },
      401: { description: 'Not signed in', model: 'PortainerError' },
    },
  },
  response: { 200: PortainerUser },
  async handle(door, request) {
    return presentUser(await callerOf(door, request))
  },
}
