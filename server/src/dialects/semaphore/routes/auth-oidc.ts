// GET /auth/oidc/{provider_id}/login and /redirect, as with no such provider: 302 to the site's login page. The
// source document says 302, so we do, where the real server answers 307 (contract trap 11).
import type { FastifyReply } from 'fastify'
import type { Door, Route } from '../../dialect.ts'
import { ProviderPath } from '../wire.ts'

function toLoginPage(door: Door, reply: FastifyReply): FastifyReply {
  const root = door.siteRoot === '/' ? '' : door.siteRoot
  return reply.redirect(`${root}/auth/login`, 302)
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
  handle: async (door, _request, reply) => toLoginPage(door, reply),
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
  handle: async (door, _request, reply) => toLoginPage(door, reply),
}
