// Which addresses a connection to somebody else's server may go to. Judged on the address that is connected to, after
// every way of spelling it was resolved, so that no name, number form or change of DNS leads inside (attack F01).
import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

type Family = 'ipv4' | 'ipv6'

function blocks(family: Family, networks: string): BlockList {
  const list = new BlockList()
  for (const network of networks.split(' ')) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** IANA's special-purpose registries: what belongs to a site, and what is nobody's to connect to. */
const site = {
  ipv4: blocks('ipv4', '10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16'),
  ipv6: blocks('ipv6', '::1/128 fc00::/7'),
}
const special = {
  ipv4: blocks(
    'ipv4',
    '0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3',
  ),
  ipv6: blocks('ipv6', '2001::/23 2001:db8::/32 2002::/16 3fff::/20'),
}
const internet = blocks('ipv6', '2000::/3')
const mapped = blocks('ipv6', '::ffff:0:0/96 64:ff9b::/96')

/** `never` is link-local (a cloud's metadata), multicast, documentation and the like: no list of hosts opens it. */
type AddressKind = 'internet' | 'site' | 'never'

function kindOfAddress(address: string): AddressKind {
  const version = isIP(address)
  if (version === 4) return kindOfIpv4(address)
  if (version !== 6) return 'never'
  if (mapped.check(address, 'ipv6')) return kindOfIpv4(embeddedIpv4(address))
  if (site.ipv6.check(address, 'ipv6')) return 'site'
  return internet.check(address, 'ipv6') && !special.ipv6.check(address, 'ipv6') ? 'internet' : 'never'
}

function kindOfIpv4(address: string): AddressKind {
  if (special.ipv4.check(address, 'ipv4')) return 'never'
  return site.ipv4.check(address, 'ipv4') ? 'site' : 'internet'
}

/** The last four bytes of an address, however it is spelled. */
function embeddedIpv4(address: string): string {
  const dotted = /\d+\.\d+\.\d+\.\d+$/.exec(address)
  if (dotted !== null) return dotted[0]
  const [high = '', low = ''] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':').slice(-2)
  const number = (Number.parseInt(high || '0', 16) << 16) | Number.parseInt(low || '0', 16)
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')
}

/** Whether this host, as its address spells it, may be reached at that address. */
export function mayConnect(host: string, address: string, privateHosts: readonly string[]): boolean {
  const kind = kindOfAddress(address)
  return kind === 'internet' || (kind === 'site' && privateHosts.includes(host.toLowerCase()))
}

/** Our own word for an address that nothing is sent to. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'

  constructor() {
    super('the host has a private address and is not listed in privateHosts')
  }
}

/** The `lookup` of a socket: only addresses that may be connected to. A literal address is never looked up: ask first. */
export function guardedLookup(host: string, privateHosts: readonly string[]): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return void done(error, '')
      const allowed = addresses.filter(({ address }) => mayConnect(host, address, privateHosts))
      const [first] = allowed
      if (first === undefined) return void done(new AddressRefused(), '')
      if (options.all === true) done(null, allowed)
      else done(null, first.address, first.family)
    })
  }
}
