// The one cookie of a session. No Expires: a browser-session cookie (contract 5.2, trap 6).
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Linked } from '../../core/sign-in/by-provider.ts'
import type { SignInOutcome } from '../../core/sign-in/finish.ts'
import { type CookieAttributes, clearCookie, setCookie } from '../../http/cookies.ts'
import type { Door } from '../dialect.ts'
import { cookieName, presentedCookies } from './caller.ts'

function attributes(door: Door, request: FastifyRequest): CookieAttributes {
  return { path: door.siteRoot, isSecure: door.isSecure(request), isHttpOnly: true, sameSite: 'Lax' }
}

export function giveCookie(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: SignInOutcome | Linked,
): void {
  if (outcome.kind !== 'signed-in') throw new Error('this dialect serves every region, and links nobody')
  const value = outcome.session.cookie?.reveal() ?? ''
  reply.header('set-cookie', setCookie(cookieName, value, attributes(door, request)))
}

/** Ends the session of every cookie presented, on the server, and takes the cookie from the browser. */
export async function endSessions(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await door.core.sessions.end(presentedCookies(request, Number.POSITIVE_INFINITY), door.clientOf(request))
  reply.header('set-cookie', clearCookie(cookieName, attributes(door, request)))
}
