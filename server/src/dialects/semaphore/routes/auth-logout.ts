// POST /auth/logout. Always 204, with or without a session; ends the session of every cookie presented, on the
// server, before the answer. API tokens stay (contract 5.6); a body of any kind is not looked at.
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { endSessions } from '../session-cookie.ts'

export const postAuthLogout: Route = {
  method: 'POST',
  path: '/auth/logout',
  operation: {
    id: 'authLogoutPost',
    tags: ['authentication'],
    summary: 'Destroys current session',
    responses: { 204: { description: 'Your session was successfully nuked' } },
  },
  ignoresBody: true,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    await endSessions(door, request, reply)
    return reply.code(204).send()
  },
}
