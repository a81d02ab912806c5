// GET /sign-in/{provider} and /sign-in/{provider}/redirect: our own sign-in through a provider, and the way back of whoever
// links an identity. What goes wrong is said on the sign-in page, why in the audit trail under the request's id.
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Page } from '../../../http/html.ts'
import type { Door, Problem, Route } from '../../dialect.ts'
import { leave, offeredAnyway, returned } from '../../flow.ts'
import { presentedCookies } from '../caller.ts'
import { redirectPathOf } from '../provider-way.ts'
import { onwards } from '../return-way.ts'
import { signInPage } from '../sign-in-pages.ts'
import { giveCookie } from './session.ts'

const ProviderPath = Type.Object({ provider: Type.String() })
const providerOf = (request: FastifyRequest): string => (request.params as { provider: string }).provider

export const getSignInProvider: Route = {
  method: 'GET',
  path: '/sign-in/:provider',
  params: ProviderPath,
  refusalPage,
  async handle(door, request, reply) {
    const provider = providerOf(request)
    const { return: text } = request.query as Readonly<Record<string, unknown>>
    const returnTo = onwards(door, text)
    const location = await leave(door, request, reply, { provider, redirectPath: redirectPathOf(provider), returnTo })
    return reply.redirect(location, 303)
  },
}

export const getSignInReturn: Route = {
  method: 'GET',
  path: '/sign-in/:provider/redirect',
  params: ProviderPath,
  refusalPage,
  async handle(door, request, reply) {
    const provider = providerOf(request)
    const cameWith = presentedCookies(door, request)
    const wish = { client: door.clientOf(request), cameWith, handsOut: 'cookie' } as const
    const by = await door.core.tokens.find(cameWith, 'api')
    const back = returned(door, request, provider)
    const { outcome, returnTo } = await door.core.signIn.byReturn(provider, back, wish, by)
    if (outcome.kind === 'elsewhere') throw new Error('no region serves this dialect')
    if (outcome.kind === 'signed-in') giveCookie(door, request, reply, outcome.session)
    return reply.redirect(returnTo, 303)
  },
}

const sentences: Partial<Record<Problem['code'], string>> = {
  'provider-off': 'This way of signing in is not available.',
  'provider-code': 'The provider did not confirm the sign-in, or nobody here belongs to it. Try it again.',
  conflict: 'That identity belongs to somebody else here already.',
  throttled: 'Too many attempts. Wait a little, then try again.',
  'wrong-credentials': 'The provider confirmed you, but you may not sign in here.',
  'licence-expired': 'The licence of your account has expired.',
  overloaded: 'The provider cannot be reached now. Try again shortly, or sign in another way.',
}

async function refusalPage(door: Door, _request: FastifyRequest, { code, requestId }: Problem): Promise<Page> {
  const said = sentences[code] ?? 'That did not work.'
  const problem = `${said} (Request ${requestId})`
  return signInPage({ problem }, undefined, await offeredAnyway(door))
}
