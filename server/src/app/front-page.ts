// The front page of the main port: where people sign in, and where clients find each API.
import type { FastifyInstance } from 'fastify'
import { page } from '../http/html.ts'
import { markup } from '../http/markup.ts'
import { placeOf } from './docs/routes.ts'
import type { Mount } from './server.ts'

export function addFrontPage(app: FastifyInstance, mounts: readonly Mount[]): void {
  const documented = mounts.filter(({ dialect }) => dialect.documentFile !== undefined).map(placeOf)
  app.get('/', async (_request, reply) => {
    const rows = documented.map(
      ({ name, shownBase }) => markup`<li><a href="/docs/${name}">${name}</a>: <code>${shownBase}</code></li>`,
    )
    const body = markup`<p><a href="/sign-in">Sign in</a></p>
<p>Clients and scripts sign in at these bases:</p><ul>${rows}</ul>
<p>What each of them offers is in the <a href="/docs">API documentation</a>.</p>
<p><small>Health: <code>/health/live</code>, <code>/health/ready</code>. Keys: <code>/.well-known/jwks.json</code>.</small></p>`
    const { html, headers } = page('Gatehouse', body.toString())
    return reply.headers(headers).send(html)
  })
}
