// Pages of somebody's own beside a real server, at one origin: what a proxy in front of both makes of them. The client
// is there as it is built, for a page to import.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freshDirectory } from './directory.ts'

const build = fileURLToPath(new URL('../../../client/build.mjs', import.meta.url))

export interface SameOrigin extends AsyncDisposable {
  readonly origin: string
}

/** Anything that ends in `.html` is an empty page, `/client/` is the client, the rest is the server's. */
export async function openSameOrigin(server: { readonly origin: string }): Promise<SameOrigin> {
  const directory = freshDirectory()
  execFileSync(process.execPath, [build, directory.path])
  const outer = createServer(async (asked, answer) => {
    const { pathname } = new URL(asked.url ?? '/', 'http://here')
    if (pathname.endsWith('.html'))
      answer.setHeader('content-type', 'text/html').end('<!doctype html><title>Page</title>')
    else if (pathname.startsWith('/client/')) {
      const code = await readFile(join(directory.path, pathname.slice('/client/'.length)))
      answer.setHeader('content-type', 'text/javascript').end(code)
    } else passOn(server.origin, asked, answer)
  })
  outer.listen(0, '127.0.0.1')
  await once(outer, 'listening')
  return {
    origin: `http://127.0.0.1:${(outer.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      outer.closeAllConnections()
      outer.close()
      await once(outer, 'close')
      directory[Symbol.dispose]()
    },
  }
}

/** With the host that the browser asked. */
function passOn(origin: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, headers, url = '/' } = asked
  const passed = request(`${origin}${url}`, { method, headers }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.headers)
    got.pipe(answer)
  })
  passed.on('error', () => answer.destroy())
  asked.pipe(passed)
}
