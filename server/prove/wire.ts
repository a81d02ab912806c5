// HTTP as a client of ours speaks it: kept-alive sockets to one origin, and for each request either its whole
// answer or the word that it broke off. Never retried: whoever asks must know how often a thing was asked.
import { Agent, type IncomingHttpHeaders, request as openRequest } from 'node:http'

export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Broken {
  readonly broken: string
}

export interface Wire {
  send(request: WireRequest): Promise<Answer | Broken>
  close(): void
}

const patience = 10_000

export function openWire(origin: string, sockets = 64): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  const { hostname, port } = new URL(origin)
  return {
    send: ({ method, path, headers = {}, json }) =>
      new Promise((resolve) => {
        const body = json === undefined ? '' : JSON.stringify(json)
        const type = json === undefined ? {} : { 'content-type': 'application/json' }
        const length = { 'content-length': String(Buffer.byteLength(body)) }
        const options = { agent, host: hostname, port, method, path, timeout: patience }
        const breakOff = (error: Error): void => resolve({ broken: error.message })
        const asked = openRequest({ ...options, headers: { ...type, ...length, ...headers } }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', breakOff)
          response.on('end', () => {
            if (!response.complete) return breakOff(new Error('cut short'))
            const text = Buffer.concat(chunks).toString('utf8')
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
          })
        })
        asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
        asked.on('error', breakOff)
        asked.end(body)
      }),
    close: () => agent.destroy(),
  }
}
