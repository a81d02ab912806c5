// GET /auth/oidc/{provider_id}/login and /redirect: away to the provider and back, signed in. Whatever goes wrong leads to
// the site's login page; why is in the audit trail. The source document says 302, so we do, where the real server answers
// 307 (contract trap 11). There is exactly one Set-Cookie: the flow's on the way out, the session's on the way back.
import type { FastifyRequest } from 'fastify'
import type { Route } from '../../dialect.ts'
import { leave, returned } from '../../flow.ts'
import { presentedCookies } from '../caller.ts'
import { giveCookie } from '../session-cookie.ts'
import { loginPage, returnPath } from '../site-paths.ts'
import { ProviderPath } from '../wire.ts'

function providerOf(request: FastifyRequest): string {
  return (request.params as ProviderPath).provider_id
}

const parameters = [{ name: 'provider_id', type: 'string', example: 'mysso' }] as const

export const getAuthOidcLogin: Route = {
  method: 'GET',
  path: '/auth/oidc/:provider_id/login',
  operation: {
    id: 'authOidcProviderIdLoginGet',
    tags: ['authentication'],
    summary: 'Begin OIDC authentication flow and redirect to OIDC provider',
    description: 'The user agent is redirected to this endpoint when chosing to sign in via OIDC',
    parameters,
    responses: {
      302: { description: 'Redirection to the OIDC provider on success, or to the login page on error' },
    },
  },
  params: ProviderPath,
  refusedTo: loginPage,
  async handle(door, request, reply) {
    const provider = providerOf(request)
    // `return` since 2.18, `redirect` before.
    const { return: newer, redirect: older } = request.query as Readonly<Record<string, unknown>>
    const location = await leave(door, request, reply, {
      provider,
      redirectPath: `/api/auth/oidc/${encodeURIComponent(provider)}/redirect`,
      returnTo: returnPath(door, newer ?? older),
    })
    return reply.redirect(location, 302)
  },
}

export const getAuthOidcRedirect: Route = {
  method: 'GET',
  path: '/auth/oidc/:provider_id/redirect',
  operation: {
    id: 'authOidcProviderIdRedirectGet',
    tags: ['authentication'],
    summary: 'Finish OIDC authentication flow, upon succes you will be logged in',
    description: 'The user agent is redirected here by the OIDC provider to complete authentication',
    parameters,
    responses: {
      302: { description: 'Redirection to the Semaphore root URL on success, or to the login page on error' },
    },
  },
  params: ProviderPath,
  refusedTo: loginPage,
  async handle(door, request, reply) {
    const provider = providerOf(request)
    const wish = { client: door.clientOf(request), cameWith: presentedCookies(request) }
    const { outcome, returnTo } = await door.core.signIn.byReturn(provider, returned(door, request, provider), wish)
    giveCookie(door, request, reply, outcome)
    return reply.redirect(returnTo, 302)
  },
}
