// The two cookies of a session. Clients cut both out of the joined Set-Cookie header: the session's first, then the
// token's with its value in quotes, and nothing quoted after it. (Contract 1, fact 5.)
import type { FastifyRequest } from 'fastify'
import type { OpenedSession } from '../../core/sessions/sessions.ts'
import { type CookieAttributes, clearCookie, setCookie } from '../../http/cookies.ts'
import type { Door } from '../dialect.ts'
import { sessionCookie, xsrfCookie } from './caller.ts'

export function givenCookies(door: Door, request: FastifyRequest, session: OpenedSession): string[] {
  const { cookie, forgeryToken } = session
  if (cookie === undefined || forgeryToken === undefined) throw new Error('a session of this dialect has a cookie')
  return [
    setCookie(sessionCookie, cookie.reveal(), hidden(door, request)),
    setCookie(xsrfCookie, `"${forgeryToken.reveal()}"`, readable(door, request)),
  ]
}

export function clearedCookies(door: Door, request: FastifyRequest): string[] {
  return [clearCookie(sessionCookie, hidden(door, request)), clearCookie(xsrfCookie, readable(door, request))]
}

function hidden(door: Door, request: FastifyRequest): CookieAttributes {
  return { path: door.siteRoot, isSecure: door.isSecure(request), isHttpOnly: true, sameSite: 'Lax' }
}

/** Scripts of the browser's page read it, to send it back. */
function readable(door: Door, request: FastifyRequest): CookieAttributes {
  return { ...hidden(door, request), isHttpOnly: false }
}
