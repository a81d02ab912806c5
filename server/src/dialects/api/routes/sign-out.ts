// POST /sign-out: DELETE /api/v1/session for a plain form. Every session presented ends, then the sign-in page comes.
import type { Route } from '../../dialect.ts'
import { offeredAnyway } from '../../flow.ts'
import { requireOwnOrigin } from '../caller.ts'
import { signInPage } from '../sign-in-pages.ts'
import { endSessions } from './session.ts'

export const postSignOut: Route = {
  method: 'POST',
  path: '/sign-out',
  ignoresBody: true,
  async refusalPage(door) {
    const problem = 'Nobody was signed out: the request did not come from our own page.'
    return signInPage({ problem }, undefined, await offeredAnyway(door))
  },
  async handle(door, request, reply) {
    requireOwnOrigin(door, request)
    await endSessions(door, request, reply)
    return reply.redirect('/sign-in', 303)
  },
}
