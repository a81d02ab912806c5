// The site's own pages: the root, which says who is signed in, the login page and its form, and signing out. Semaphore's
// redirects lead to them; the API below is what scripts use.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Refusal } from '../../../core/refusal.ts'
import type { Page } from '../../../http/html.ts'
import { Secret } from '../../../lib/secret.ts'
import { refuseCrossSite } from '../../caller.ts'
import type { Door, Problem, Route } from '../../dialect.ts'
import { offeredAnyway, offeredHere } from '../../flow.ts'
import { presentedCookies } from '../caller.ts'
import { endSessions, giveCookie } from '../session-cookie.ts'
import { rootPage, signInPage } from '../site-pages.ts'
import { loginPage } from '../site-paths.ts'

/** Empty fields are refused below, since a form's sender reads a sentence. */
const LoginForm = Type.Object({ auth: Type.String({ maxLength: 1024 }), password: Type.String() })
type LoginForm = Static<typeof LoginForm>

export const getRoot: Route = {
  method: 'GET',
  path: '',
  async handle(door, request, reply) {
    const credential = await door.core.tokens.find(presentedCookies(request), 'semaphore')
    return send(reply, rootPage(door, credential?.person.displayName))
  },
}

export const getLoginPage: Route = {
  method: 'GET',
  path: '/auth/login',
  async handle(door, _request, reply) {
    return send(reply, signInPage(door, {}, await offeredHere(door)))
  },
}

export const postLoginPage: Route = {
  method: 'POST',
  path: '/auth/login',
  readsForm: true,
  body: LoginForm,
  refusalPage,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    const { auth, password } = request.body as LoginForm
    if (auth === '' || password === '') {
      throw new Refusal('field-missing', { hint: 'Name and password are both needed.' })
    }
    const wish = { client: door.clientOf(request), cameWith: presentedCookies(request) }
    giveCookie(door, request, reply, await door.core.signIn.byPassword(auth, new Secret(password), wish))
    return reply.redirect(door.siteRoot, 303)
  },
}

export const postLogoutPage: Route = {
  method: 'POST',
  path: '/auth/logout',
  ignoresBody: true,
  refusalPage,
  async handle(door, request, reply) {
    refuseCrossSite(door, request)
    await endSessions(door, request, reply)
    return reply.redirect(loginPage(door), 303)
  },
}

const sentences: Partial<Record<Problem['code'], string>> = {
  'wrong-credentials': 'User name or password is wrong.',
  throttled: 'Too many attempts. Wait a little, then try again.',
  'licence-expired': 'The licence of your account has expired.',
  'cross-site': 'This form did not come from our own page, or the page is not served over https. Try it again here.',
}

async function refusalPage(door: Door, request: FastifyRequest, { code, detail }: Problem): Promise<Page> {
  const { auth } = (request.body ?? {}) as Partial<Record<string, unknown>>
  const problem = sentences[code] ?? detail.hint ?? 'That did not work. Try again shortly.'
  const shown = code === 'cross-site' || typeof auth !== 'string' ? {} : { name: auth }
  return signInPage(door, { ...shown, problem }, await offeredAnyway(door))
}

function send(reply: FastifyReply, { html, headers }: Page): FastifyReply {
  return reply.headers(headers).send(html)
}
