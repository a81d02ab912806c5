// GET and POST /setup/<token>: the first administrator. GET shows a plain form and uses nothing up; POST, by form
// or JSON, makes the administrator, once ever. A form is answered with a page, JSON with JSON.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Refusal } from '../../../core/refusal.ts'
import type { Page } from '../../../http/html.ts'
import { isFormType } from '../../../http/media-type.ts'
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Door, Route } from '../../dialect.ts'
import { judge } from '../../problem.ts'
import { refusals } from '../refusals.ts'
import { donePage, formPage, problemPage } from '../setup-pages.ts'

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
  async handle(door, request, reply) {
    try {
      await door.core.bootstraps.checkLink(linkOf(request))
      return send(reply, 200, formPage({}, door.core.passwordMinimum))
    } catch (error) {
      return sendRefusal(door, reply, error)
    }
  },
}

export const postSetup: Route = {
  method: 'POST',
  path,
  readsForms: true,
  params: SetupPath,
  body: SetupWish,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    const wish = request.body as SetupWish
    if (!isFormType(request.headers['content-type'] ?? '')) {
      const person = await makeFirst(door, request, wish)
      return { id: person.id, uuid: person.uuid, username: person.username }
    }
    try {
      await makeFirst(door, request, wish)
      return send(reply, 200, donePage(wish.username))
    } catch (error) {
      return sendRefusal(door, reply, error, wish)
    }
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

/** A browser reads a sentence; what it can mend, it mends in the form. */
function sendRefusal(door: Door, reply: FastifyReply, error: unknown, wish?: SetupWish): FastifyReply {
  if (!(error instanceof Refusal)) throw error
  const { code, detail } = judge(error)
  const problem = detail.hint ?? 'That did not work. Look at the fields and try again.'
  const isMendable = code.startsWith('field-') || code === 'password-refused'
  const answer = isMendable ? formPage({ ...wish, problem }, door.core.passwordMinimum) : problemPage(problem)
  return send(reply, refusals[code].status, answer)
}

function send(reply: FastifyReply, status: number, { html, headers }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(html)
}
