// A server of our own on a free loopback port that answers as a real product does, and remembers what it was asked.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answering extends AsyncDisposable {
  readonly origin: string
  readonly asked: readonly Asked[]
  /** The last request, which there must be. */
  last(): Asked
}

export type Reply = (status: number, headers?: Readonly<Record<string, string | string[]>>, body?: unknown) => void

export type Handle = (asked: Asked, reply: Reply, raw: ServerResponse) => void

/** By `METHOD /path`, else by `*`. `isRefused` answers before them. */
export function routes(
  table: Readonly<Record<string, Handle>>,
  isRefused: (asked: Asked, reply: Reply) => boolean = () => false,
): Handle {
  return (asked, reply, raw) => {
    if (isRefused(asked, reply)) return
    const handle = table[`${asked.method} ${asked.url}`] ?? table['*']
    if (handle === undefined) reply(404)
    else handle(asked, reply, raw)
  }
}

/** Strings are sent as they stand, everything else as JSON. */
export async function answering(handle: (asked: Asked, reply: Reply, raw: ServerResponse) => void): Promise<Answering> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const one = { method, url, headers, body: await text(request) }
    asked.push(one)
    const reply: Reply = (status, more = {}, body = '') => {
      response.writeHead(status, more).end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    handle(one, reply, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    last() {
      const one = asked.at(-1)
      if (one === undefined) throw new Error('nothing was asked')
      return one
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What a promise was rejected with; it must be. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
    throw new TypeError('rejected with no Error', { cause: error })
  }
  throw new Error('was not rejected')
}
