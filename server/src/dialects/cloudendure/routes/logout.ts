// POST /logout: 204 in every state, with or without a session, with or without X-XSRF-TOKEN; the contract has no other
// status, and the source document's example signs out with no cookie at all. Ends the session of every cookie
// presented, an agent's too, on the server, before the answer. (Seed 003; contract 2.3.)
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { presentedCookies } from '../caller.ts'
import { clearedCookies } from '../cookies.ts'

export const postLogout: Route = {
  method: 'POST',
  path: '/logout',
  operation: {
    id: 'logoutPost',
    tags: ['Authentication'],
    summary: 'Logout',
    description: 'Invalidates the session identifier associated with this session.',
    security: [],
    responses: { 204: { description: 'Logout successful.' } },
  },
  ignoresBody: true,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    await door.core.sessions.end(presentedCookies(request, Number.POSITIVE_INFINITY), door.clientOf(request))
    return reply.code(204).removeHeader('content-type').header('set-cookie', clearedCookies(door, request)).send()
  },
}
