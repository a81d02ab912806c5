// What a sign-in hands out: the cookie holds a value of its own, not the JWT again (security.md section 4), so neither can
// be used in the other's place.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignInOutcome } from '../../core/sign-in/finish.ts'
import { setCookie } from '../../http/cookies.ts'
import type { Door } from '../dialect.ts'
import { cookieName } from './caller.ts'

/** Sets the cookie; the body of the answer. */
export function giveSession(door: Door, request: FastifyRequest, reply: FastifyReply, outcome: SignInOutcome) {
  if (outcome.kind !== 'signed-in') throw new Error('no region serves this dialect')
  const { session } = outcome
  const cookie = setCookie(cookieName, session.cookie?.reveal() ?? '', {
    path: door.siteRoot,
    isSecure: door.isSecure(request),
    isHttpOnly: true,
    sameSite: 'Strict',
    expires: new Date(session.endsAt),
  })
  reply.header('set-cookie', cookie)
  return { jwt: session.access?.reveal() }
}
