// A bare TCP connection that speaks HTTP by hand: it tells a whole answer from half of one, and a connection that
// was closed from one that was reset, which an HTTP client hides.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { WireRequest } from './wire.ts'

export interface RawAnswer {
  readonly status: number
  /** Of a header that comes once; undefined when it is not there. */
  readonly header: (name: string) => string | undefined
  readonly at: number
}

export interface RawConnection {
  send(text: string): void
  /** The next whole answer; undefined when the connection ends before there is one. */
  answer(): Promise<RawAnswer | undefined>
  /** `closed`, or the error's code, and when. */
  readonly ended: Promise<{ readonly how: string; readonly at: number }>
  isOpen(): boolean
  destroy(): void
}

/** @throws the connection's error, such as ECONNREFUSED. */
export async function openRaw(origin: string): Promise<RawConnection> {
  const { hostname, port } = new URL(origin)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, 'connect')
  return speakOver(socket)
}

function speakOver(socket: Socket): RawConnection {
  let received = ''
  let how = 'closed'
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    received += text
  })
  socket.on('error', (error) => {
    how = 'code' in error ? String(error.code) : error.message
  })
  const ended = new Promise<{ how: string; at: number }>((resolve) => {
    socket.on('close', () => resolve({ how, at: performance.now() }))
  })
  const take = (): RawAnswer | undefined => {
    const [answer, rest] = wholeAnswerIn(received)
    received = rest
    return answer
  }
  return {
    send: (text) => {
      socket.write(text)
    },
    async answer() {
      for (let answer = take(); ; answer = take()) {
        if (answer !== undefined || socket.closed) return answer
        await Promise.race([once(socket, 'data').catch(() => undefined), ended])
      }
    },
    ended,
    isOpen: () => !socket.closed && !socket.readableEnded,
    destroy: () => socket.destroy(),
  }
}

/** The first whole answer in `text`, and what is left after it. */
function wholeAnswerIn(text: string): [RawAnswer | undefined, string] {
  const split = text.indexOf('\r\n\r\n')
  if (split < 0) return [undefined, text]
  const head = text.slice(0, split)
  const header = (name: string): string | undefined => new RegExp(`\\r\\n${name}: ([^\\r]*)`, 'i').exec(head)?.[1]
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)
  const length = status === 204 ? 0 : Number(header('content-length') ?? Number.NaN)
  const rest = text.slice(split + 4)
  if (!(rest.length >= length)) return [undefined, text]
  return [{ status, header, at: performance.now() }, rest.slice(length)]
}

export function textOf({ method, path, headers = {}, json }: WireRequest): string {
  const body = json === undefined ? '' : JSON.stringify(json)
  const type = json === undefined ? {} : { 'content-type': 'application/json' }
  const all = { host: '127.0.0.1', ...type, 'content-length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
