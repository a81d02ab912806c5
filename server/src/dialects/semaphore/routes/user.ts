// GET /user, the neighbour by which every client sees that its credential works (contract 5.11; the spec spells
// it with a trailing slash, which is dropped here as the real server does).
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { presentUser } from '../present.ts'
import { User } from '../wire.ts'

export const getUser: Route = {
  method: 'GET',
  path: '/user',
  signedIn: true,
  operation: {
    id: 'userGet',
    path: '/user/',
    tags: ['user'],
    summary: 'Fetch logged in user',
    responses: { 200: { description: 'User', model: 'User' }, 401: { description: 'Not signed in' } },
  },
  response: { 200: User },
  async handle(door, request) {
    return presentUser(await callerOf(door, request))
  },
}
