// The socket to a directory: TLS from the first byte or by StartTLS, certificate and host always verified, never in
// clear. StartTLS is spoken here and not by the client that asks: what comes before TLS is thrown away with its parser,
// so that nothing injected there is ever taken for an answer.
import { lookup } from 'node:dns'
import { once } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { ExtendedRequest, MessageParser } from 'ldapts'
import type { LdapSettings } from '../core/federation/provider.ts'
import { isPublicAddress } from './addresses.ts'
import { canonicalHosts, forbidden, guardedLookup, notPublic } from './guarded-fetch.ts'

const startTlsOid = '1.3.6.1.4.1.1466.20037'
/** What a server may say before TLS: one short answer. */
const mostBeforeTls = 4096
/** What it may say at all on one connection. */
const mostBytes = 1024 * 1024

interface Place {
  /** As the address spells it, brackets and all. */
  readonly spelled: string
  readonly host: string
  readonly port: number
  readonly isTlsFirst: boolean
}

function placeOf(url: string): Place {
  const { protocol, hostname, port } = new URL(url)
  const isTlsFirst = protocol === 'ldaps:'
  const spelled = hostname.toLowerCase()
  const host = spelled.replace(/^\[(.*)\]$/, '$1')
  return { spelled, host, port: port === '' ? (isTlsFirst ? 636 : 389) : Number(port), isTlsFirst }
}

/** Closed at the latest when `signal` says so. @throws Error, with a `code` where there is one. */
export async function openSecureSocket(url: string, settings: LdapSettings, signal: AbortSignal): Promise<TLSSocket> {
  const place = placeOf(url)
  const { spelled, host, port, isTlsFirst } = place
  const isPrivate = canonicalHosts(settings.privateHosts).has(spelled)
  if (!isPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw forbidden(notPublic(host))
  const raw = connectTcp({ host, port, lookup: isPrivate ? lookup : guardedLookup(lookup) })
  closeBy(raw, signal)
  await ready(raw, 'connect')
  try {
    if (!isTlsFirst) await startTls(raw)
    const secure = connectTls({
      socket: raw,
      host,
      servername: isIP(host) === 0 ? host : '',
      ...(settings.certificateAuthority === undefined ? {} : { ca: settings.certificateAuthority }),
      minVersion: 'TLSv1.2',
      // Said, not left to a default: an environment variable can turn that off.
      rejectUnauthorized: true,
    })
    closeBy(secure, signal)
    await ready(secure, 'secureConnect')
    countBytes(secure)
    return secure
  } catch (error) {
    raw.destroy()
    throw error
  }
}

function closeBy(socket: Socket, signal: AbortSignal): void {
  const close = () => void socket.destroy(new Error('its time was over'))
  // Every failure is reported by what waits for the socket; this listener only keeps it from being nobody's.
  socket.on('error', () => undefined)
  socket.once('close', () => signal.removeEventListener('abort', close))
  if (signal.aborted) close()
  else signal.addEventListener('abort', close, { once: true })
}

/** @throws when it closes instead. */
async function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  const closed = new AbortController()
  const onClose = () => closed.abort()
  socket.once('close', onClose)
  try {
    await once(socket, event, { signal: closed.signal })
  } catch (error) {
    throw closed.signal.aborted ? (socket.errored ?? new Error('the connection was closed')) : error
  } finally {
    socket.removeListener('close', onClose)
  }
}

/** RFC 4511 §4.14. @throws when the server does not say yes: there is no going on without. */
async function startTls(socket: Socket): Promise<void> {
  const parser = new MessageParser()
  try {
    await new Promise<void>((resolve, reject) => {
      let size = 0
      parser.on('message', ({ status }) => (status === 0 ? resolve() : reject(new StartTlsRefused())))
      parser.on('error', reject)
      socket.once('close', () => reject(socket.errored ?? new Error('the connection was closed')))
      socket.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > mostBeforeTls) reject(new StartTlsRefused())
        else parser.read(chunk, new Map())
      })
      socket.write(new ExtendedRequest({ messageId: 1, oid: startTlsOid }).write())
    })
  } finally {
    socket.removeAllListeners('data')
  }
}

class StartTlsRefused extends Error {
  readonly code = 'START_TLS_REFUSED'
}

function countBytes(socket: TLSSocket): void {
  let size = 0
  socket.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > mostBytes) socket.destroy(new Error('more was sent than a directory has to say'))
  })
}
