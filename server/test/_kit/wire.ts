// Sockets for attacks on a real process: one request on a connection of its own, and bytes as they stand.
import { request } from 'node:http'
import { connect } from 'node:net'

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

export interface WireRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

/** One request over a connection that nobody else uses. */
export function ask(origin: string, { method = 'GET', path, headers = {}, body }: WireRequest): Promise<WireAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const json =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  const { hostname, port } = new URL(origin)
  // By parts: a URL would have its path tidied.
  const parts = { hostname, port, path, method, headers: { ...json, ...headers }, agent: false }
  return new Promise((resolve, reject) => {
    const sent = request(parts, (answer) => {
      let received = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        received += chunk
      })
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: received }))
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

export interface RawAnswer {
  /** Everything that came, byte for byte (latin1). */
  readonly text: string
  /** The status codes in it, in order. */
  readonly statuses: readonly number[]
  /** Whether the server closed the connection. */
  readonly isClosed: boolean
}

/** Sends bytes as they stand; returns when the server closes, or has been silent for `patience` milliseconds. */
export function sendRaw(origin: string, bytes: string, patience = 300): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve) => {
    let text = ''
    let isClosed = false
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(bytes, 'latin1')))
    const finish = (): void => {
      clearTimeout(silence)
      socket.destroy()
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]))
      resolve({ text, statuses, isClosed })
    }
    let silence = setTimeout(finish, patience * 4)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      clearTimeout(silence)
      silence = setTimeout(finish, patience)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      isClosed = true
      finish()
    })
  })
}
