// POST /auth/logout: public, 204 whatever is presented. The real one looked at the cookie only and left a bearer
// token alive; here both end, on the server, before the answer (contract 3.6; security.md section 4).
import { clearCookie } from '../../../http/cookies.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Route } from '../../dialect.ts'
import { cookieName, presentedSessions } from '../caller.ts'

export const postAuthLogout: Route = {
  method: 'POST',
  path: '/auth/logout',
  operation: {
    id: 'Logout',
    tags: ['auth'],
    summary: 'Logout',
    description: '**Access policy**: public',
    security: ['jwt', 'ApiKeyAuth'],
    responses: { 204: { description: 'Success' }, 500: { description: 'Server error' } },
  },
  ignoresBody: true,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    await door.core.sessions.end(presentedSessions(request), door.clientOf(request))
    const cookie = clearCookie(cookieName, {
      path: door.siteRoot,
      isSecure: door.isSecure(request),
      isHttpOnly: true,
      sameSite: 'Strict',
    })
    return reply.code(204).removeHeader('content-type').header('set-cookie', cookie).send()
  },
}
