// A directory that takes other names than DNs at a bind, as Active Directory does: a slapd behind a proxy that ends TLS and
// puts the DN in the place of a name that it knows.
import { once } from 'node:events'
import { connect } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { BerReader, BindRequest, ProtocolOperation } from 'ldapts'
import type { Slapd } from './slapd.ts'
import { listenOnLoopback } from './tcp-proxy.ts'

/**
 * `names`: the DN behind each. `certificate`: another than the slapd's, of the same key. `hangsUpOver`: the DN over whose
 * bind it hangs up, once the directory has counted it.
 */
export async function openNamingDirectory(
  slapd: Slapd,
  names: ReadonlyMap<string, string>,
  certificate = slapd.certificate,
  hangsUpOver?: string,
) {
  const sockets = new Set<TLSSocket>()
  const server = createServer({ cert: certificate, key: slapd.key }, (socket) => {
    sockets.add(socket)
    const other = connect(slapd.ports.ldap, '127.0.0.1')
    for (const one of [socket, other]) one.on('error', () => undefined)
    // A client that waits for each answer sends one message at a time.
    socket.on('data', (message: Buffer) => {
      if (hangsUpOver !== undefined && message.includes(hangsUpOver)) {
        other
          .unpipe(socket)
          .once('data', () => socket.destroy())
          .resume()
      }
      other.write(withDn(message, names))
    })
    other.pipe(socket)
    socket.once('close', () => void other.destroy())
  })
  const port = await listenOnLoopback(server)
  return {
    url: `ldaps://localhost:${port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function withDn(message: Buffer, names: ReadonlyMap<string, string>): Buffer {
  const reader = new BerReader(message)
  reader.readSequence()
  const messageId = reader.readInt() ?? 0
  if (reader.peek() !== ProtocolOperation.LDAP_REQ_BIND) return message
  reader.readSequence(ProtocolOperation.LDAP_REQ_BIND)
  reader.readInt()
  const dn = names.get(reader.readString() ?? '')
  if (dn === undefined) return message
  return new BindRequest({ messageId, dn, password: reader.readString(0x80) ?? '' }).write()
}
