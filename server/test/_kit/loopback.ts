// A plain HTTP server on a free loopback port, for whatever the house speaks to: it keeps what it was asked.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Asked {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answering = (asked: Asked, response: ServerResponse) => void | Promise<void>

export interface Loopback {
  readonly origin: string
  /** Everything it was asked so far, in order. */
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

export async function serveLoopback(answer: Answering): Promise<Loopback> {
  const asked: Asked[] = []
  let origin = ''
  const server = createServer(async (request, response) => {
    const { method = '', url = '/', headers } = request
    const one = { method, url: new URL(url, origin), headers, body: await text(request) }
    asked.push(one)
    await answer(one, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    asked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function sendRedirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end()
}

/** Answers that no client should wait for, swallow or follow. */
export const nuisances = {
  failing: (_, response) => void response.writeHead(500, { 'content-type': 'text/plain' }).end('<b>stack trace</b>'),
  silent: () => {},
  hangingUp: (_, response) => void response.destroy(),
  dripping: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 20)
    response.once('close', () => clearInterval(drip))
  },
  huge: (_, response) => sendJson(response, { keys: [], padding: 'x'.repeat(20_000_000) }),
  empty: (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(),
  notJson: (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
} as const satisfies Record<string, Answering>

export function redirecting(location: string): Answering {
  return (_, response) => sendRedirect(response, location)
}
