// Whose request it is: the peer's address, or, when the peer is a trusted proxy, the rightmost hop in
// X-Forwarded-For that is not. What cannot be read counts as coming from the proxy; no rule is skipped for it.

import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

export interface Peers {
  /** Whether the connection comes from a trusted proxy. */
  isTrusted(request: IncomingMessage): boolean
  addressOf(request: IncomingMessage): string
  /** Whether the caller's side is https, by a trusted proxy's word; undefined when none gives it. */
  forwardedScheme(request: IncomingMessage): string | undefined
}

const mostHops = 32

export function createPeers(trusted: readonly string[]): Peers {
  const list = new BlockList()
  for (const item of trusted) addTrusted(list, item)
  const isTrusted = (address: string): boolean => {
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
  const hasNone = trusted.length === 0

  const isFromTrusted = (request: IncomingMessage): boolean =>
    !hasNone && isTrusted(plain(request.socket.remoteAddress ?? ''))

  return {
    isTrusted: isFromTrusted,
    addressOf(request) {
      const peer = plain(request.socket.remoteAddress ?? '')
      if (hasNone || !isTrusted(peer)) return peer
      return farthestTrusted(peer, String(request.headers['x-forwarded-for'] ?? ''), isTrusted)
    },
    forwardedScheme(request) {
      if (!isFromTrusted(request)) return undefined
      return (
        String(request.headers['x-forwarded-proto'] ?? '')
          .split(',')
          .at(-1)
          ?.trim()
          .toLowerCase() || undefined
      )
    },
  }
}

/** From the right: past every trusted hop, to the first that is not; no further than what can be read. */
function farthestTrusted(peer: string, forwarded: string, isTrusted: (address: string) => boolean): string {
  let address = peer
  for (const hop of forwarded.split(',').slice(-mostHops).reverse()) {
    const candidate = plain(
      hop
        .trim()
        .replace(/^\[(.*)\](?::\d+)?$/, '$1')
        .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1'),
    )
    if (isIP(candidate) === 0) return address
    address = candidate
    if (!isTrusted(candidate)) return address
  }
  return address
}

/** IPv4 seen through an IPv6 socket is IPv4. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}

function addTrusted(list: BlockList, item: string): void {
  const [address = '', prefix] = item.split('/')
  const type = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (prefix === undefined) list.addAddress(address, type)
  else list.addSubnet(address, Number(prefix), type)
}
