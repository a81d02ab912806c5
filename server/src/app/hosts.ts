// Which Host a request may name. Any other is refused, so that a name that an attacker points at this machine
// (DNS rebinding) reads nothing: literal addresses, loopback names without a public URL, and what is configured.
import { isIP } from 'node:net'

export interface Hosts {
  isOwn(host: string | undefined): boolean
}

const mostRemembered = 1000

export interface HostSettings {
  /** The main public URL: once it is set, loopback names are no longer ours by themselves. */
  readonly publicUrl: string | undefined
  /** Public URLs of further ports. */
  readonly further: readonly string[]
  readonly names: readonly string[]
}

export function createHosts({ publicUrl, further, names }: HostSettings): Hosts {
  const publicUrls = publicUrl === undefined ? further : [publicUrl, ...further]
  const configured = new Set(
    [...publicUrls.map((url) => new URL(url).hostname), ...names].map((name) => name.toLowerCase()),
  )
  const takesLoopback = publicUrl === undefined
  const remembered = new Set<string>()

  function judge(host: string): boolean {
    // Only what a host and port are spelled with: a URL's own parser would tidy paths, tabs and percent signs away.
    if (!/^[\w.:[\]-]+$/.test(host)) return false
    if (!URL.canParse(`http://${host}/`)) return false
    const url = new URL(`http://${host}/`)
    if (url.pathname !== '/' || url.username !== '' || url.search !== '' || url.hash !== '') return false
    const name = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (isIP(name) !== 0 || configured.has(name)) return true
    return takesLoopback && (name === 'localhost' || name.endsWith('.localhost'))
  }

  return {
    isOwn(host) {
      // HTTP/1.0 without Host: no browser, nothing to rebind.
      if (host === undefined) return true
      if (remembered.has(host)) return true
      if (!judge(host)) return false
      if (remembered.size < mostRemembered) remembered.add(host)
      return true
    },
  }
}
