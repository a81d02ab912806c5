// Listeners together: opened in order, told apart by name, closed gracefully. A stop turns readiness red, takes
// nothing new, finishes what was accepted, and gives up after a bounded time.
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface Listener {
  readonly name: string
  readonly app: FastifyInstance
  readonly host: string
  readonly port: number
}

export interface OpenListener {
  readonly name: string
  /** `http://host:port`, with the port that was really taken. */
  readonly origin: string
}

const closeIdleEvery = 100

/** @throws Error with a sentence naming the address that cannot be had. */
export async function openListeners(listeners: readonly Listener[]): Promise<readonly OpenListener[]> {
  const open: OpenListener[] = []
  for (const { name, app, host, port } of listeners) {
    try {
      await app.listen({ host, port })
    } catch (error) {
      await Promise.all(listeners.map((one) => one.app.close()))
      throw new Error(`cannot listen on ${host}:${port} for ${name}: ${describe(error)}`, { cause: error })
    }
    const address = app.server.address() as AddressInfo
    const literal = address.family === 'IPv6' ? `[${address.address}]` : address.address
    open.push({ name, origin: `http://${literal}:${address.port}` })
  }
  return open
}

/** True when everything accepted was answered within `patience` milliseconds. */
export async function closeListeners(listeners: readonly Listener[], patience: number): Promise<boolean> {
  const closing = Promise.all(listeners.map(({ app }) => app.close()))
  const idle = setInterval(() => {
    for (const { app } of listeners) app.server.closeIdleConnections()
  }, closeIdleEvery)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patience)
  })
  const inTime = await Promise.race([closing.then(() => true as const), late])
  clearInterval(idle)
  clearTimeout(timer)
  if (!inTime) for (const { app } of listeners) app.server.closeAllConnections()
  return inTime
}

function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'another program listens there'
  if (code === 'EACCES') return 'this user may not use that port'
  return error instanceof Error ? error.message : String(error)
}
