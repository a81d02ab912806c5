// Between a client and a server: a small proxy that passes everything on until it is told to do worse.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * `stalls`: takes a connection and says nothing. `holds`: passes it on when it passes again. `breaks`: closes each later
 * one after its first words. `freezes`: begins an answer and falls silent. `drips`: answers by single bytes. `lags`:
 * answers some seconds late, each time.
 */
export type Mood = 'passes' | 'stalls' | 'holds' | 'garbles' | 'refuses' | 'breaks' | 'freezes' | 'drips' | 'lags'

export interface TcpProxy {
  readonly port: number
  be(mood: Mood): void
  /** Connections so far. */
  connections(): number
  /** As if nobody were there: the system refuses connections. */
  leave(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** `slipped`: what it adds to the server's first words on each connection. */
export async function openTcpProxy(target: number, slipped?: Buffer): Promise<TcpProxy> {
  let [mood, connections, since]: [Mood, number, number] = ['passes', 0, 0]
  const sockets = new Set<Socket>()
  const held: Socket[] = []
  const server = createServer((socket) => {
    connections += 1
    since += 1
    keep(sockets, socket)
    if (mood === 'refuses') socket.destroy()
    else if (mood === 'garbles') socket.end(Buffer.alloc(4096, 0x30))
    else if (isSlow(mood)) passSlowly(sockets, socket, target, mood)
    else if (mood === 'holds') held.push(socket)
    else if (mood !== 'stalls') pass(sockets, socket, { target, slipped, isBreaking: mood === 'breaks' && since > 1 })
  })
  const port = await listenOnLoopback(server)
  return {
    port,
    be(next) {
      ;[mood, since] = [next, 0]
      if (next !== 'passes') return
      for (const socket of held.splice(0)) pass(sockets, socket, { target, slipped, isBreaking: false })
    },
    connections: () => connections,
    leave: () => closeServer(server, sockets),
    async comeBack() {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    close: () => closeServer(server, sockets),
  }
}

interface Passing {
  readonly target: number
  readonly slipped: Buffer | undefined
  readonly isBreaking: boolean
}

function pass(sockets: Set<Socket>, socket: Socket, { target, slipped, isBreaking }: Passing): void {
  const other = keep(sockets, connect(target, '127.0.0.1'))
  let rest = slipped
  other.on('data', (chunk: Buffer) => {
    socket.write(rest === undefined ? chunk : Buffer.concat([chunk, rest]))
    rest = undefined
  })
  other.on('close', () => socket.destroy())
  socket.on('close', () => other.destroy())
  let words = 0
  socket.on('data', (chunk) => {
    words += 1
    // The first begin TLS; with those after them comes the bind.
    if (isBreaking && words > 1) socket.destroy()
    else other.write(chunk)
  })
}

type SlowMood = Extract<Mood, 'freezes' | 'drips' | 'lags'>
const isSlow = (mood: Mood): mood is SlowMood => mood === 'freezes' || mood === 'drips' || mood === 'lags'
const fewBytes = 10
const betweenBytes = 100
const lag = 3000

function passSlowly(sockets: Set<Socket>, socket: Socket, target: number, mood: SlowMood): void {
  const other = keep(sockets, connect(target, '127.0.0.1'))
  let answer = Buffer.alloc(0)
  const write = (bytes: Buffer): void => void (socket.writable && socket.write(bytes))
  const drip = (): void => {
    const isSilent = mood === 'freezes' && socket.bytesWritten >= fewBytes
    if (isSilent || answer.length === 0) return
    write(answer.subarray(0, 1))
    answer = answer.subarray(1)
  }
  const dripping = setInterval(drip, betweenBytes)
  other.on('data', (chunk: Buffer) => {
    if (mood === 'lags') setTimeout(() => write(chunk), lag)
    else answer = Buffer.concat([answer, chunk])
  })
  socket.on('data', (chunk) => other.write(chunk))
  socket.once('close', () => {
    clearInterval(dripping)
    other.destroy()
  })
}

/** A server that answers everything alike; `heard` is all that was said to it. */
export async function openAnsweringServer(answer: (said: Buffer) => Buffer | undefined) {
  const sockets = new Set<Socket>()
  let heard = Buffer.alloc(0)
  const server = createServer((socket) => {
    keep(sockets, socket).on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk])
      const words = answer(chunk)
      if (words !== undefined) socket.write(words)
    })
  })
  const port = await listenOnLoopback(server)
  return { port, heard: () => heard, close: () => closeServer(server, sockets) }
}

export async function listenOnLoopback(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function keep(sockets: Set<Socket>, socket: Socket): Socket {
  sockets.add(socket)
  socket.on('error', () => undefined)
  socket.once('close', () => sockets.delete(socket))
  return socket
}

async function closeServer(server: Server, sockets: Set<Socket>): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  for (const socket of sockets) socket.destroy()
  await closed
}
