// The two site pages that Semaphore's redirects lead to: the root, which says who is signed in, and the login
// page. Plain server pages; the API below them is what scripts use.
import { escapeHtml, page } from '../../../http/html.ts'
import type { Door, Route } from '../../dialect.ts'
import { presentedCookies } from '../caller.ts'

function apiPath(door: Door): string {
  return `${door.siteRoot === '/' ? '' : door.siteRoot}/api`
}

export const getRoot: Route = {
  method: 'GET',
  path: '',
  async handle(door, request, reply) {
    const credential = await door.core.tokens.find(presentedCookies(request), 'semaphore')
    const who =
      credential === undefined
        ? '<p>Nobody is signed in here.</p>'
        : `<p>Signed in as <strong>${escapeHtml(credential.person.displayName)}</strong>.</p>`
    const { html, headers } = page(
      'Semaphore sign-in',
      `${who}<p><small>API: <code>${escapeHtml(apiPath(door))}</code></small></p>`,
    )
    return reply.headers(headers).send(html)
  },
}

export const getLoginPage: Route = {
  method: 'GET',
  path: '/auth/login',
  async handle(door, _request, reply) {
    const post = escapeHtml(`${apiPath(door)}/auth/login`)
    const body = `<p>Clients and scripts sign in with their name and password at <code>POST ${post}</code>.</p>
<p><small>No sign-in provider is configured.</small></p>`
    const { html, headers } = page('Sign in', body)
    return reply.headers(headers).send(html)
  },
}
