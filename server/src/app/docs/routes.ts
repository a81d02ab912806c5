// GET /openapi/<name>.json, /docs and /docs/<name>: the documents, and pages for people. Each is made when it is first
// asked for and kept; whoever has it asks only whether it is still the same.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Page } from '../../http/html.ts'
import type { Mount } from '../server.ts'
import type { OpenApiDocument } from './document.ts'
import type { Documented } from './pages.ts'

/** What is sent: the page's text and headers, or a document's. */
interface Kept {
  readonly text: string
  readonly headers: Page['headers']
}

export function addDocs(app: FastifyInstance, mounts: readonly Mount[]): void {
  const all: Documented[] = []
  for (const mount of mounts) {
    const { documentFile } = mount.dialect
    if (documentFile === undefined) continue
    const documented = placeOf(mount)
    all.push(documented)
    const read = (): Promise<string> => readFile(documentFile, 'utf8')
    addKept(app, `/openapi/${documented.name}.json`, async () => documentOf(await read()))
    addKept(app, `/docs/${documented.name}`, async () => {
      const { documentPage } = await renderer()
      return pageOf(documentPage(documented, JSON.parse(await read()) as OpenApiDocument))
    })
  }
  addKept(app, '/docs', async () => pageOf((await renderer()).indexPage(all)))
}

/** Loaded when it is first needed: a start does not wait for it. */
const renderer = () => import('./pages.ts')

export function placeOf({ dialect, siteRoot, publicUrl }: Mount): Documented {
  const base = `${siteRoot === '/' ? '' : siteRoot}${dialect.bases[0] ?? ''}`
  return { name: dialect.name, base, shownBase: dialect.shownBase ?? (base === '' ? '/' : base), publicUrl }
}

function pageOf({ html, headers }: Page): Kept {
  return keep(html, headers)
}

function documentOf(text: string): Kept {
  return keep(text, { 'content-type': 'application/json; charset=utf-8' })
}

function keep(text: string, headers: Page['headers']): Kept {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  return { text, headers: { ...headers, etag, 'cache-control': 'no-cache' } }
}

function addKept(app: FastifyInstance, path: string, make: () => Promise<Kept>): void {
  let kept: Promise<Kept> | undefined
  app.get(path, async (request, reply) => {
    kept ??= make().catch((error: unknown) => {
      // Tried again at the next request.
      kept = undefined
      throw error
    })
    return send(request, reply, await kept)
  })
}

function send(request: FastifyRequest, reply: FastifyReply, { text, headers }: Kept): FastifyReply {
  reply.headers(headers)
  const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''))
  const isKnown = known?.some((one) => one === '*' || one === headers['etag']) === true
  return isKnown ? reply.code(304).removeHeader('content-type').send() : reply.send(text)
}
