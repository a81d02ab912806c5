// What stands on the main port beside the dialects: the front page, which says where each of them is, and their
// OpenAPI documents.
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { escapeHtml, page } from '../http/html.ts'
import type { Mount } from './server.ts'

export function addFrontPage(app: FastifyInstance, mounts: readonly Mount[]): void {
  const documented = mounts.filter(({ dialect }) => dialect.documentFile !== undefined)
  app.get('/', async (_request, reply) => {
    const rows = documented.map(({ dialect, siteRoot }) => {
      const base = escapeHtml(dialect.shownBase ?? `${siteRoot}${dialect.bases[0] ?? ''}`)
      return `<li><strong>${dialect.name}</strong>: <code>${base}</code> (<a href="/openapi/${dialect.name}.json">OpenAPI</a>)</li>`
    })
    const body = `<p>People sign in <a href="/sign-in">here</a>, clients at these bases:</p><ul>${rows.join('')}</ul>
<p><small>Health: <code>/health/live</code>, <code>/health/ready</code>. Keys: <code>/.well-known/jwks.json</code>.</small></p>`
    const { html, headers } = page('Gatehouse', body)
    return reply.headers(headers).send(html)
  })
  for (const { dialect } of documented) addDocument(app, dialect.name, dialect.documentFile)
}

function addDocument(app: FastifyInstance, name: string, file: URL | undefined): void {
  let text: string | undefined
  app.get(`/openapi/${name}.json`, async (_request, reply) => {
    if (file !== undefined) text ??= await readFile(file, 'utf8')
    return reply.header('content-type', 'application/json; charset=utf-8').send(text)
  })
}
