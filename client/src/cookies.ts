// The cookies that an API signs in with, kept for one connection. Only those the API is known to use, only for the
// origin that set them. In a browser Set-Cookie is out of a script's sight and this stays empty: there the browser
// keeps them itself.

interface Cookie {
  readonly value: string
  readonly origin: string
}

export class CookieJar {
  readonly #names: ReadonlySet<string>
  readonly #cookies = new Map<string, Cookie>()

  constructor(names: readonly string[]) {
    this.#names = new Set(names)
  }

  /** What a browser would keep of an answer from there. */
  take(headers: Headers, url: URL): void {
    for (const line of headers.getSetCookie?.() ?? []) this.#takeLine(line, url)
  }

  set(name: string, value: string, url: URL): void {
    this.#cookies.set(name, { value, origin: url.origin })
  }

  /** The value as the server spelled it, with its quotes if it has any. */
  get(name: string, url: URL): string | undefined {
    const cookie = this.#cookies.get(name)
    return cookie?.origin === url.origin ? cookie.value : undefined
  }

  /** As the Cookie header has it; undefined when there is none. */
  header(url: URL): string | undefined {
    const own = [...this.#cookies].filter(([, { origin }]) => origin === url.origin)
    return own.length === 0 ? undefined : own.map(([name, { value }]) => `${name}=${value}`).join('; ')
  }

  clear(): void {
    this.#cookies.clear()
  }

  #takeLine(line: string, url: URL): void {
    const [pair = '', ...attributes] = line.split(';')
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    const value = pair.slice(at + 1).trim()
    if (at < 1 || !this.#names.has(name)) return
    const has = new Map(attributes.map(readAttribute))
    if (has.has('secure') && !isTrustworthy(url)) return
    if (value === '' || isOver(has)) this.#cookies.delete(name)
    else this.set(name, value, url)
  }
}

function readAttribute(text: string): [string, string] {
  const [name = '', ...value] = text.split('=')
  return [name.trim().toLowerCase(), value.join('=').trim()]
}

/** Max-Age goes before Expires (RFC 6265 §5.3). An end that is yet to come is the server's to enforce. */
function isOver(attributes: ReadonlyMap<string, string>): boolean {
  const age = attributes.get('max-age')
  if (age !== undefined && /^-?\d+$/.test(age)) return Number(age) <= 0
  const end = Date.parse(attributes.get('expires') ?? '')
  return !Number.isNaN(end) && end <= Date.now()
}

/** Where a Secure cookie may go: https, and this very machine. */
function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
