// GET /.gatehouse/start and /.gatehouse/callback: what an application's proxy passes on to us at the application's host.
// The first begins a flow and sends to our sign-in, the second turns the code from there into a cookie for this host.
// A flow belongs to the browser that began it, by a cookie whose secret no address ever holds (attacks O01, O12).
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Refusal } from '../../../core/refusal.ts'
import { clearCookie, cookieValues, setCookie } from '../../../http/cookies.ts'
import { ownPath } from '../../../http/return-target.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Door, Route } from '../../dialect.ts'
import { type AskedHere, originOf, passedOn } from '../asked.ts'
import { applicationCookieName } from '../caller.ts'
import { callbackPath, startPath } from '../return-way.ts'
import { returnProblemPage } from '../sign-in-pages.ts'

const StartQuery = Type.Object({ return: Type.Optional(Type.String()) })
type StartQuery = Static<typeof StartQuery>
const secretText = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })
const CallbackQuery = Type.Object({ flow: secretText, code: secretText })
type CallbackQuery = Static<typeof CallbackQuery>

const hints = {
  noFlow: 'This sign-in was not begun in this browser, took more than ten minutes, or cookies are off.',
  inClear: 'The application is asked for over http, but people sign in over https: the application needs it, too.',
}

const refusalPage: Route['refusalPage'] = (_door, _request, { detail }) =>
  returnProblemPage(detail.hint ?? 'That did not work.')

/** One flow, one cookie: several tabs do not disturb one another. */
function flowCookieName(asked: AskedHere, id: string): string {
  return `${asked.isSecure ? '__Host-' : ''}gatehouse-flow-${id}`
}

const attributesOf = ({ isSecure }: AskedHere) => ({ path: '/', isSecure, isHttpOnly: true, sameSite: 'Lax' }) as const

export const getForwardStart: Route = {
  method: 'GET',
  path: startPath,
  query: StartQuery,
  refusalPage,
  async handle(door, request, reply) {
    const asked = passedOn(door, request, reply)
    const back = ownPath((request.query as StartQuery).return ?? '/')?.location ?? '/'
    reply.removeHeader('content-type')
    if (asked.isOwn) return reply.redirect(`${originOf(asked)}/sign-in?return=${encodeURIComponent(back)}`, 302)
    const signIn = signInUrl(door, asked)
    const { id, secret, life } = door.core.forwards.begin()
    const value = `${secret.reveal()}.${Buffer.from(back, 'latin1').toString('base64url')}`
    const attributes = { ...attributesOf(asked), maxAge: life / 1000 }
    reply.header('set-cookie', setCookie(flowCookieName(asked, id), value, attributes))
    const target = `${originOf(asked)}${callbackPath}?flow=${id}`
    return reply.redirect(`${signIn}?return=${encodeURIComponent(target)}`, 302)
  },
}

/** @throws Refusal `not-allowed` where the way back would be in clear. */
function signInUrl({ publicUrl }: Door, asked: AskedHere): string {
  if (publicUrl === undefined) throw new Error('hosts of applications without a public URL')
  if (publicUrl.startsWith('https:') && !asked.isSecure) throw new Refusal('not-allowed', { hint: hints.inClear })
  return `${publicUrl}/sign-in`
}

export const getForwardCallback: Route = {
  method: 'GET',
  path: callbackPath,
  query: CallbackQuery,
  refusalPage,
  async handle(door, request, reply) {
    const asked = passedOn(door, request, reply)
    if (asked.isOwn) throw new Refusal('not-signed-in', { hint: hints.noFlow })
    const { flow, code } = request.query as CallbackQuery
    const { secret, back } = readFlow(request, flowCookieName(asked, flow))
    const cookie = await door.core.forwards.redeem(new Secret(code), secret, asked.host, door.clientOf(request))
    const attributes = attributesOf(asked)
    return reply
      .removeHeader('content-type')
      .header('set-cookie', [
        setCookie(applicationCookieName(asked.isSecure), cookie.reveal(), attributes),
        clearCookie(flowCookieName(asked, flow), attributes),
      ])
      .redirect(back, 302)
  },
}

/** @throws Refusal `not-signed-in` in any other browser. */
function readFlow(request: FastifyRequest, name: string): { readonly secret: Secret; readonly back: string } {
  const [value = ''] = cookieValues(request.headers.cookie, name, 1)
  const [, secret, encoded = ''] = /^([\w-]{43})\.([\w-]*)$/.exec(value) ?? []
  if (secret === undefined) throw new Refusal('not-signed-in', { reason: 'no flow cookie', hint: hints.noFlow })
  const back = ownPath(Buffer.from(encoded, 'base64url').toString('latin1'))?.location ?? '/'
  return { secret: new Secret(secret), back }
}
