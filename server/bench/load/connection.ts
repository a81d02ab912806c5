// One keep-alive connection that has one request under way at a time, on a bare socket: the generator must cost
// less than the server it loads. Reads just enough of HTTP/1.1 to know where an answer ends.
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly hasRetryAfter: boolean
}

export interface Connection {
  /** Sends a request; one answer must have come before the next is sent. */
  send(request: Buffer): void
  close(): void
}

export interface ConnectionEvents {
  answered(connection: Connection, answer: Answer): void
  /** The server closed it, or it broke. */
  broke(error: Error): void
}

const readBuffer = 16_384

/** Resolves when connected. */
export function openConnection(port: number, events: ConnectionEvents): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let pending = ''
    let isOpen = false
    const buffer = Buffer.allocUnsafe(readBuffer)
    const socket: Socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer,
        callback(length) {
          pending += buffer.toString('latin1', 0, length)
          const answer = wholeAnswer(pending)
          if (answer !== undefined) {
            pending = ''
            events.answered(connection, answer)
          }
          return true
        },
      },
    })
    const connection: Connection = {
      send: (request) => void socket.write(request),
      close() {
        isOpen = false
        socket.destroy()
      },
    }
    socket.once('connect', () => {
      isOpen = true
      resolve(connection)
    })
    socket.on('error', (error) => (isOpen ? events.broke(error) : reject(error)))
    socket.on('close', () => {
      if (isOpen) events.broke(new Error('the server closed a connection'))
    })
  })
}

const lengthPattern = /\r\ncontent-length: *(\d+)/i
const retryPattern = /\r\nretry-after:/i

/** The answer that this text is, or undefined while it is not whole. */
function wholeAnswer(text: string): Answer | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const status = Number(text.slice(9, 12))
  const length = lengthPattern.exec(text)?.[1]
  const isWhole =
    length === undefined ? status === 204 || text.endsWith('\r\n0\r\n\r\n') : text.length >= end + 4 + Number(length)
  if (!isWhole) return undefined
  return { status, hasRetryAfter: status >= 400 && retryPattern.test(text.slice(0, end)) }
}
