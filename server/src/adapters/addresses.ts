// Which addresses belong to everybody's internet. Everything that is not known to is taken for private: what an
// operating system reaches by them is its own network, its own services or itself.
import { BlockList, isIP } from 'node:net'

/** IANA's special-purpose registry (RFC 6890 and after), what may not be reached from outside or means several. */
const special4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]
/** Inside the global unicast space: what carries an IPv4 address within (Teredo, 6to4), and documentation. */
const special6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const [private4, global6, private6] = [new BlockList(), new BlockList(), new BlockList()]
for (const [net, bits] of special4) private4.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of special6) private6.addSubnet(net, bits, 'ipv6')
global6.addSubnet('2000::', 3, 'ipv6')

/**
 * Global unicast, and nothing that stands for another address: IPv4 in IPv6 (mapped, NAT64, 6to4, Teredo) is refused
 * whole, so that no spelling of a private address is a public one.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !private4.check(address, 'ipv4')
  return family === 6 && global6.check(address, 'ipv6') && !private6.check(address, 'ipv6')
}
