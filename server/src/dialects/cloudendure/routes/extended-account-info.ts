// GET /extendedAccountInfo: what one client (bamcis) asks right after signing in, and stops without. Account, user and
// projects in one; agent tokens in it are told and recorded as by GET /projects. (Contract 2.5.)
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { presentProject, presentUser } from '../present.ts'
import { ExtendedAccountInfo } from '../wire.ts'

export const getExtendedAccountInfo: Route = {
  method: 'GET',
  path: '/extendedAccountInfo',
  signedIn: true,
  operation: {
    id: 'extendedAccountInfoGet',
    tags: ['Account'],
    summary: 'Get extended account information',
    description: 'Returns the account of this session with its user and projects.',
    responses: {
      200: { description: 'The account.', model: 'ExtendedAccountInfo' },
      401: { description: 'Authentication is required.', model: 'Error' },
    },
  },
  response: { 200: ExtendedAccountInfo },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const membership = await door.core.memberships.of(caller)
    const projects = await door.core.projects.show(caller, membership, door.clientOf(request))
    return {
      account: { id: membership.account.uuid },
      user: presentUser(caller.person, membership),
      projects: { items: projects.map(presentProject) },
    }
  },
}
