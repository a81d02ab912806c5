// The network an address belongs to, for counting: /24 of IPv4, /56 of IPv6. Pure text; every spelling of an address
// has one network, and an address that is neither is counted under its own text, so that no rule is skipped for it.

const longestText = 64

/** `192.0.2.0/24`, `2001:db8:0:100::/56`, or the text itself. */
export function networkOf(address: string): string {
  const plain = address.split('%')[0] ?? ''
  const groups = expandIPv6(plain)
  const bytes = groups === undefined ? bytesOfIPv4(plain) : mappedIPv4(groups)
  if (bytes !== undefined) return `${bytes.slice(0, 3).join('.')}.0/24`
  if (groups === undefined) return address.slice(0, longestText)
  const [one = 0, two = 0, three = 0, four = 0] = groups
  return `${[one, two, three, four & 0xff00].map((group) => group.toString(16)).join(':')}::/56`
}

function bytesOfIPv4(text: string): readonly number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined
  const bytes = text.split('.').map(Number)
  return bytes.every((byte) => byte < 256) ? bytes : undefined
}

/** IPv4 as IPv6 sockets and some proxies spell it: `::ffff:192.0.2.1`, `::ffff:c000:201`. */
function mappedIPv4(groups: readonly number[]): readonly number[] | undefined {
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
  return isMapped ? [high >> 8, high & 0xff, low >> 8, low & 0xff] : undefined
}

/** The eight groups; undefined for what is no IPv6 address. */
function expandIPv6(text: string): readonly number[] | undefined {
  const [head = '', tail, more] = inHex(text)?.split('::') ?? []
  if (more !== undefined || !text.includes(':')) return undefined
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array<string>(Math.max(0, gap)).fill('0'), ...right]
  const isWhole = groups.length === 8 && groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
  return isWhole ? groups.map((group) => Number.parseInt(group, 16)) : undefined
}

/** A dotted end as the two groups it stands for. */
function inHex(text: string): string | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted === null) return text
  const [a = 0, b = 0, c = 0, d = 0] = bytesOfIPv4(dotted[2] ?? '') ?? []
  return bytesOfIPv4(dotted[2] ?? '') === undefined
    ? undefined
    : `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}
