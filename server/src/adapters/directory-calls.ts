// One call at a directory: its addresses in order, at most five seconds for all of it, a bounded number of calls at
// once, and an address that does not answer is left alone for a while. Whatever goes wrong is told in our words.
import type { TLSSocket } from 'node:tls'
import { Client, ResultCodeError } from 'ldapts'
import type { ProviderOf } from '../core/federation/provider.ts'
import type { Clock } from '../core/needs.ts'
import { Refusal } from '../core/refusal.ts'
import { Unavailable } from '../lib/unavailable.ts'
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts'
import { openSecureSocket } from './directory-socket.ts'
import { OutsideError } from './guarded-fetch.ts'

type Directory = ProviderOf<'ldap'>

const timeLimit = 5000
/** To connect to an address that others come after. */
const connectLimit = 1500
const mostAtOnce = 32

/** What is done at one address of a directory. */
export interface Call {
  /** The first connection. */
  readonly client: Client
  /** One more, where nobody is bound yet. */
  open(): Promise<Client>
}

export interface DirectoryCalls {
  /** Every connection is closed when the work is done. @throws Refusal, as the work does; Unavailable for all else. */
  call<Answer>(directory: Directory, work: (call: Call) => Promise<Answer>): Promise<Answer>
}

export function createDirectoryCalls(clock: Pick<Clock, 'elapsed'>): DirectoryCalls {
  const breakers = new Map<number, { readonly version: number; readonly breaker: CircuitBreaker }>()
  const running = new Map<number, number>()

  /** Changed settings are tried at once. */
  function breakerOf({ id, version }: Directory): CircuitBreaker {
    const known = breakers.get(id)
    if (known?.version === version) return known.breaker
    const breaker = createCircuitBreaker(() => clock.elapsed())
    breakers.set(id, { version, breaker })
    return breaker
  }

  return {
    async call(directory, work) {
      const present = running.get(directory.id) ?? 0
      if (present >= mostAtOnce) throw new Unavailable('too many calls at the directory at once')
      running.set(directory.id, present + 1)
      const lines = createLines(directory)
      try {
        return await Promise.race([callFirst(directory, breakerOf(directory), lines, work), lines.late])
      } catch (error) {
        throw failureOf(error, lines.signal.aborted)
      } finally {
        lines.close()
        running.set(directory.id, (running.get(directory.id) ?? 1) - 1)
      }
    },
  }
}

/** Works at the first address that can be connected to. */
async function callFirst<Answer>(
  { settings }: Directory,
  breaker: CircuitBreaker,
  lines: Lines,
  work: (call: Call) => Promise<Answer>,
): Promise<Answer> {
  const failures: unknown[] = []
  for (const url of settings.urls) {
    const limit = url === settings.urls.at(-1) ? timeLimit : connectLimit
    let isConnected = false
    const callHere = async (): Promise<Answer> => {
      const client = await lines.open(url, limit)
      isConnected = true
      return work({ client, open: () => lines.open(url, timeLimit) })
    }
    try {
      return await breaker.through(url, () => callHere().catch(orSilent))
    } catch (error) {
      if (isConnected) throw error
      failures.push(error)
    }
  }
  throw failures[0]
}

/** Everything but a refusal is the directory's failure to answer, unless it says no to what one caller asked. */
function orSilent(error: unknown): never {
  if (error instanceof Refusal || error instanceof OutsideError) throw error
  const trouble = error instanceof ResultCodeError ? 'failed' : 'silent'
  throw new OutsideError(trouble, error instanceof Unavailable ? error.message : `the directory ${wordsFor(error)}`)
}

interface Lines {
  readonly signal: AbortSignal
  /** Never fulfilled; rejected when the time is over. */
  readonly late: Promise<never>
  open(url: string, limit: number): Promise<Client>
  close(): void
}

/** The connections of one call: all of them end with it, and with its time. */
function createLines({ settings }: Directory): Lines {
  const signal = AbortSignal.timeout(timeLimit)
  const clients: Client[] = []
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return {
    signal,
    late,
    async open(url, limit) {
      const socket = await openSecureSocket(url, settings, AbortSignal.any([signal, AbortSignal.timeout(limit)]))
      signal.addEventListener('abort', () => void socket.destroy(), { once: true })
      if (signal.aborted) socket.destroy()
      const client = new Client({ url: 'ldap://given', createConnection: () => stillOpen(socket) })
      clients.push(client)
      return client
    },
    close() {
      for (const client of clients) void client.unbind().catch(() => undefined)
    },
  }
}

/** What the client is given is connected and verified. One that was closed is not to be waited for. */
function stillOpen(socket: TLSSocket): TLSSocket {
  if (socket.destroyed) throw new Error('the connection was closed')
  return socket
}

function failureOf(error: unknown, isLate: boolean): Error {
  if (error instanceof Refusal) return error
  if (isLate) return new Unavailable('the directory did not answer within 5 seconds')
  return new Unavailable(error instanceof OutsideError ? error.message : `the directory ${wordsFor(error)}`)
}

/** Never the other side's text: it may hold a name, a DN, or anything. */
export function wordsFor(error: unknown): string {
  if (error instanceof OutsideError) return error.message
  if (error instanceof ResultCodeError) return `answered with result code ${error.code} (RFC 4511)`
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code)) return `cannot be connected to (${code})`
  return 'closed the connection, or answered what cannot be read'
}
