// One setting: its name in the environment or the file, what it means, and how its text becomes a value.

export interface Setting<Value> {
  readonly name: string
  readonly summary: string
  /** As text, so that `config explain` can show it; undefined = unset. */
  readonly fallback: string | undefined
  readonly isSecret?: boolean
  /** @throws BadSetting with a sentence that says what would be right. */
  readonly parse: (text: string) => Value
}

export class BadSetting extends Error {}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new BadSetting(`must be a whole number from ${least} to ${most}`)
    }
    return value
  }
}

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90s`, `15m`, `8h`, `7d`; milliseconds. `none` where there may be no limit. */
export function duration(text: string): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text)
  const value = Number(match?.[1]) * units[match?.[2] as keyof typeof units]
  if (match === null || value <= 0 || value > 400 * units.d) {
    throw new BadSetting('must be a duration such as 90s, 15m, 8h or 7d, at most 400d')
  }
  return value
}

export function durationOrNone(text: string): number | undefined {
  return text === 'none' ? undefined : duration(text)
}

/** An origin: http or https, a host, perhaps a port and a path prefix; no query, no user. */
export function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url === undefined || !isPlain || !['http:', 'https:'].includes(url.protocol)) {
    throw new BadSetting('must be a URL such as https://login.example.org')
  }
  return url.href.replace(/\/$/, '')
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `host:port` or `[::1]:port`. */
export function listenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) throw new BadSetting('must be host:port such as 127.0.0.1:3000')
  return { host: match[1] ?? match[2] ?? '', port }
}

export function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

export function oneOf<Choice extends string>(...choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const found = choices.find((choice) => choice === text)
    if (found === undefined) throw new BadSetting(`must be one of ${choices.join(', ')}`)
    return found
  }
}

/** `/path` without a slash at its end, or `off`. */
export function mountPath(text: string): string | undefined {
  if (text === 'off') return undefined
  if (!/^\/[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/.test(text)) {
    throw new BadSetting('must be a path such as /portainer, or off')
  }
  if (
    /^\/(api|docs|health|oauth|openapi|setup|\.gatehouse|\.well-known|sign-in|sign-out|identities)(\/|$)/.test(text)
  ) {
    throw new BadSetting('must not be a path that Gatehouse itself answers')
  }
  return text
}
