// GET and POST /sign-in: our own sign-in as a plain server page, without script. POST is POST /api/v1/session with a
// cookie, by form; then the browser goes to `return`, or a flow of an application's host gets its code.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Refusal } from '../../../core/refusal.ts'
import type { Page } from '../../../http/html.ts'
import { isFormType } from '../../../http/media-type.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Door, Problem, Route } from '../../dialect.ts'
import { offeredAnyway, offeredHere } from '../../flow.ts'
import { BorderRefusal } from '../../problem.ts'
import { presentedCookies, requireOwnOrigin } from '../caller.ts'
import { flowOf, readReturn } from '../return-way.ts'
import { signedInPage, signInPage } from '../sign-in-pages.ts'
import { giveCookie } from './session.ts'

const path = '/sign-in'
/** Any text is taken: what is no way back is none, and the page comes all the same. */
const SignInQuery = Type.Object({ return: Type.Optional(Type.Unknown()) })
/** Empty fields are refused below, since a form's sender reads a sentence. */
const SignInForm = Type.Object({ username: Type.String({ maxLength: 1024 }), password: Type.String() })
type SignInForm = Static<typeof SignInForm>

function targetOf(door: Door, request: FastifyRequest) {
  const { return: text } = request.query as { return?: unknown }
  return readReturn(door, typeof text === 'string' ? text : undefined)
}

export const getSignIn: Route = {
  method: 'GET',
  path,
  query: SignInQuery,
  refusalPage,
  async handle(door, request, reply) {
    const target = targetOf(door, request)
    const caller = await door.core.tokens.find(presentedCookies(door, request), 'api')
    if (caller === undefined) return send(reply, 200, signInPage({}, target, await offeredHere(door)))
    const flow = flowOf(target)
    if (flow === undefined || target?.kind !== 'host') {
      return send(reply, 200, signedInPage(caller.person.displayName, target))
    }
    const code = await door.core.forwards.issueCode(caller, flow.host, flow.flow)
    return reply.redirect(`${target.location}&code=${code.reveal()}`, 303)
  },
}

export const postSignIn: Route = {
  method: 'POST',
  path,
  query: SignInQuery,
  body: SignInForm,
  refusalPage,
  async handle(door, request, reply) {
    requireOwnOrigin(door, request)
    if (!isFormType(request.headers['content-type'] ?? '')) throw new BorderRefusal('wrong-media-type')
    const { username, password } = request.body as SignInForm
    for (const [field, text] of Object.entries({ username, password })) {
      if (text === '') throw new Refusal('field-missing', { field, hint: `The ${field} is empty.` })
    }
    const outcome = await door.core.signIn.byPassword(username, new Secret(password), {
      client: door.clientOf(request),
      cameWith: presentedCookies(door, request),
      handsOut: 'cookie',
    })
    if (outcome.kind !== 'signed-in') throw new Error('no region serves this dialect')
    giveCookie(door, request, reply, outcome.session)
    return reply.redirect(onwards(door, request), 303)
  },
}

/** A flow gets its code where everybody who is signed in already gets it. */
function onwards(door: Door, request: FastifyRequest): string {
  const target = targetOf(door, request)
  if (target === undefined) return '/'
  return flowOf(target) === undefined ? target.location : `${path}?return=${encodeURIComponent(target.location)}`
}

const sentences: Partial<Record<Problem['code'], string>> = {
  'wrong-credentials': 'User name or password is wrong.',
  throttled: 'Too many attempts. Wait a little, then try again.',
  'licence-expired': 'The licence of your account has expired.',
  'cross-site': 'This form did not come from our own page, or the page is not served over https. Try it again here.',
}

async function refusalPage(door: Door, request: FastifyRequest, { code, detail }: Problem): Promise<Page> {
  const { username } = (request.body ?? {}) as Partial<Record<string, unknown>>
  const problem = sentences[code] ?? detail.hint ?? 'That did not work. Try again shortly.'
  const shown = code === 'cross-site' || typeof username !== 'string' ? {} : { username }
  return signInPage({ ...shown, problem }, targetOf(door, request), await offeredAnyway(door))
}

function send(reply: FastifyReply, status: number, { html, headers }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(html)
}
