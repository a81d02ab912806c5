// GET and POST /setup/<token>: the first administrator. GET shows a plain form and uses nothing up; POST, by form
// or JSON, makes the administrator, once ever. A form is answered with a page, JSON with JSON.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Refusal } from '../../../core/refusal.ts'
import type { Page } from '../../../http/html.ts'
import { isFormType } from '../../../http/media-type.ts'
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Door, Problem, Route } from '../../dialect.ts'
import { donePage, formPage, problemPage, type ShownWish } from '../setup-pages.ts'

const path = '/setup/:token'
const SetupPath = Type.Object({ token: Type.String({ minLength: 1, maxLength: 512 }) })
/** Empty fields are refused below, since a form's sender reads a page and not a problem document. */
const SetupWish = Type.Object({
  username: Type.String({ maxLength: 1024 }),
  password: Type.String(),
  email: Type.Optional(Type.String({ maxLength: 1024 })),
})
type SetupWish = Static<typeof SetupWish>

export const getSetup: Route = {
  method: 'GET',
  path,
  params: SetupPath,
  refusalPage,
  async handle(door, request, reply) {
    await door.core.bootstraps.checkLink(linkOf(request))
    return send(reply, formPage({}, door.core.passwordMinimum))
  },
}

export const postSetup: Route = {
  method: 'POST',
  path,
  readsForms: true,
  params: SetupPath,
  body: SetupWish,
  refusalPage,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    const wish = request.body as SetupWish
    const { id, uuid, username } = await makeFirst(door, request, wish)
    return isForm(request) ? send(reply, donePage(wish.username)) : { id, uuid, username }
  },
}

function linkOf(request: FastifyRequest): Secret {
  return new Secret((request.params as { token: string }).token)
}

async function makeFirst(door: Door, request: FastifyRequest, wish: SetupWish) {
  for (const field of ['username', 'password'] as const) {
    if (wish[field] === '') throw new Refusal('field-missing', { field, hint: `The ${field} is empty.` })
  }
  const email = wish.email === undefined || wish.email === '' ? {} : { email: wish.email }
  const person = { username: wish.username, password: new Secret(wish.password), ...email }
  return door.core.bootstraps.finishByLink(linkOf(request), person, door.clientOf(request))
}

/** A browser reads a sentence, and what it can mend, it mends in the form; a program reads a problem document. */
function refusalPage(door: Door, request: FastifyRequest, { code, detail }: Problem): Page | undefined {
  if (request.method === 'POST' && !isForm(request)) return undefined
  const problem = detail.hint ?? 'That did not work. Look at the fields and try again.'
  const isMendable = request.method === 'POST' && (code.startsWith('field-') || code === 'password-refused')
  return isMendable ? formPage({ ...shownOf(request), problem }, door.core.passwordMinimum) : problemPage(problem)
}

function shownOf(request: FastifyRequest): Pick<ShownWish, 'username' | 'email'> {
  const { username, email } = (request.body ?? {}) as Partial<Record<string, unknown>>
  return {
    ...(typeof username === 'string' ? { username } : {}),
    ...(typeof email === 'string' ? { email } : {}),
  }
}

function isForm(request: FastifyRequest): boolean {
  return isFormType(request.headers['content-type'] ?? '')
}

function send(reply: FastifyReply, { html, headers }: Page): FastifyReply {
  return reply.code(200).headers(headers).send(html)
}
