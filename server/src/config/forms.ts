// How the text of particular settings becomes a value, and the sentence that says what would be right.
import { isIP } from 'node:net'
import { BadSetting, duration, durationOrNone, list, publicUrl } from './setting.ts'

export const anyText = (text: string): string => text

/** Uses are noted every few seconds: a shorter limit would end sessions that are in use. */
export function idleLimit(text: string): number | undefined {
  const value = durationOrNone(text)
  if (value !== undefined && value < 60_000) throw new BadSetting('must be at least 60s, or none')
  return value
}

/** @throws BadSetting unless it is 32 bytes as base64 or hex. */
export function masterKeyText(text: string): string {
  const isHex = /^[0-9a-f]{64}$/i.test(text.trim())
  if (!isHex && Buffer.from(text.trim(), 'base64url').length !== 32) {
    throw new BadSetting('must be 32 bytes as base64 or 64 hex digits ("openssl rand -base64 32" makes one)')
  }
  return text
}

export function hostNames(text: string): readonly string[] {
  const names = list(text)
  if (!names.every((name) => /^[A-Za-z0-9._-]+$/.test(name))) {
    throw new BadSetting('must be host names without scheme, port or path, such as login.example.org')
  }
  return names
}

/** As browsers write them: lower case, without the port that goes by itself. */
export function hostsWithPort(text: string): readonly string[] {
  const hosts = list(text)
  if (!hosts.every((host) => /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(host) && canBeHost(host))) {
    throw new BadSetting('must be hosts without scheme or path, such as wiki.example.org, app.example.org:8443')
  }
  return hosts.map((host) => new URL(`http://${host}`).host.replace(/:443$/, ''))
}

function canBeHost(host: string): boolean {
  return URL.canParse(`http://${host}`)
}

export function networks(text: string): readonly string[] {
  const items = list(text)
  if (!items.every(isNetwork)) {
    throw new BadSetting('must be addresses or networks such as 10.0.0.1, 192.168.0.0/16, fd00::/8')
  }
  return items
}

function isNetwork(item: string): boolean {
  const [address = '', prefix, ...more] = item.split('/')
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
  return bits > 0 && isPrefix && more.length === 0
}

export function databaseUrl(text: string): string {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    throw new BadSetting('must be a URL such as postgres://user:password@host:5432/gatehouse')
  }
  return text
}

const regionForm = /^([A-Za-z0-9._-]{1,63})=(\/api\/(?:latest|v5)|https?:\/\/\S+)$/

/** `name=base`, the base below CloudEndure's site root or at another origin. */
export function regions(text: string): Readonly<Record<string, string>> {
  const entries = list(text).map((item) => {
    const [, name, address = ''] = regionForm.exec(item) ?? []
    if (name === undefined) {
      throw new BadSetting('must be like eu=/api/v5, us=https://us.example.org/cloudendure/api/v5')
    }
    return [name, address.startsWith('/') ? address : publicUrl(address)] as const
  })
  return Object.fromEntries(entries)
}

/** NIST SP 800-63B-4 gives such secrets minutes; an installer's mail may take one hour. */
export function loginTokenLife(text: string): number {
  const value = duration(text)
  if (value < 60_000 || value > 3_600_000) throw new BadSetting('must be from 1m to 1h')
  return value
}
