// POST, GET and DELETE /api/v1/session: our own sign-in and sign-out. A program gets a bearer token; our own pages ask
// for a cookie instead, which only a request from our own origin may.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { OpenedSession } from '../../../core/sessions/sessions.ts'
import { clearCookie, setCookie } from '../../../http/cookies.ts'
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Door, Route } from '../../dialect.ts'
import {
  callerOf,
  cookieName,
  presentedCookies,
  presentedSessions,
  requireOwnOrigin,
  requireOwnSignOut,
} from '../caller.ts'
import { forbidden, invalid, throttled, unauthorized } from '../documented.ts'
import { presentActing, presentInstant, presentPerson } from '../present.ts'
import { Me, Opened, SignIn } from '../wire.ts'

const path = '/api/v1/session'
const tags = ['session'] as const

export const postSession: Route = {
  method: 'POST',
  path,
  operation: {
    id: 'signIn',
    tags,
    summary: 'Sign in',
    security: [],
    bodyModel: 'SignIn',
    responses: {
      201: { description: 'Signed in', model: 'Opened' },
      ...unauthorized,
      ...forbidden,
      ...invalid,
      ...throttled,
    },
  },
  body: SignIn,
  response: { 201: Opened },
  async handle(door, request, reply) {
    const { username, password, account, cookie = false } = request.body as SignIn
    refuseCrossSite(door, request)
    if (cookie) requireOwnOrigin(door, request)
    const outcome = await door.core.signIn.byPassword(username, new Secret(password), {
      client: door.clientOf(request),
      cameWith: presentedCookies(door, request),
      handsOut: cookie ? 'cookie' : 'access',
      ...(account === undefined ? {} : { accountIdentifier: account }),
    })
    if (outcome.kind !== 'signed-in') throw new Error('no region serves this dialect')
    if (cookie) giveCookie(door, request, reply, outcome.session)
    return reply.code(201).send(presentOpened(outcome.session))
  },
}

export const getSession: Route = {
  method: 'GET',
  path,
  signedIn: true,
  operation: {
    id: 'getSession',
    tags,
    summary: 'Who is signed in, in which account, with what scope',
    responses: { 200: { description: 'Signed in', model: 'Me' }, ...unauthorized },
  },
  response: { 200: Me },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const account = presentActing(await door.core.memberships.of(caller))
    return { person: presentPerson(caller.person), account, scope: caller.scope }
  },
}

export const deleteSession: Route = {
  method: 'DELETE',
  path,
  operation: {
    id: 'signOut',
    tags,
    summary: 'Sign out: every session presented ends, on the server, before the answer',
    responses: { 204: { description: 'Signed out, or nobody was signed in' }, ...forbidden },
  },
  ignoresBody: true,
  async handle(door, request, reply) {
    requireOwnSignOut(door, request)
    await endSessions(door, request, reply)
    return reply.code(204).removeHeader('content-type').send()
  },
}

export async function endSessions(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await door.core.sessions.end(presentedSessions(request), door.clientOf(request))
  const isSecure = door.isSecure(request)
  const cookie = clearCookie(cookieName(isSecure), { path: '/', isSecure, isHttpOnly: true, sameSite: 'Lax' })
  reply.header('set-cookie', cookie).header('clear-site-data', '"cache", "storage"')
}

function presentOpened({ holder, access, endsAt }: OpenedSession) {
  if (holder.kind !== 'person') throw new Error('an agent has no session here')
  return {
    ...(access === undefined ? {} : { accessToken: access.reveal(), tokenType: 'Bearer' }),
    endsAt: presentInstant(endsAt),
    person: presentPerson(holder.person),
    account: presentActing(holder.membership),
  }
}

export function giveCookie(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  { cookie }: Pick<OpenedSession, 'cookie'>,
): void {
  if (cookie === undefined) throw new Error('the session has no cookie')
  const isSecure = door.isSecure(request)
  const attributes = { path: '/', isSecure, isHttpOnly: true, sameSite: 'Lax' } as const
  reply.header('set-cookie', setCookie(cookieName(isSecure), cookie.reveal(), attributes))
}
