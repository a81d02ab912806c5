// Cookies as doors need them: every value of a name (a planted second one must not decide), and a Set-Cookie
// with each attribute said. Reading ignores what is no pair, since some clients paste a whole Set-Cookie line.

const longestHeader = 16_384
/**
 * Values of one name that are looked at. A browser sends one; a neighbour under the same domain can plant others
 * before it, as many as browsers keep (RFC 6265 §6.1), and must sign nobody out by that, nor keep a session alive.
 */
const mostValues = 50

/** All values of `name` in the order sent, `most` of them (signing out takes every one: the header is bounded); quotes around a value are kept, as they are part of it for some. */
export function cookieValues(header: string | undefined, name: string, most = mostValues): readonly string[] {
  if (header === undefined || header.length > longestHeader) return []
  // One cookie and no more is what most clients send: nothing to split.
  if (header.startsWith(name) && header[name.length] === '=' && !header.includes(';')) {
    return [header.slice(name.length + 1).trim()]
  }
  const values: string[] = []
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim())
    if (values.length === most) break
  }
  return values
}

export interface CookieAttributes {
  readonly path: string
  readonly isSecure: boolean
  readonly isHttpOnly: boolean
  readonly sameSite: 'Strict' | 'Lax'
  /** Absent = until the browser closes. */
  readonly expires?: Date
  /** Seconds. */
  readonly maxAge?: number
}

/** RFC 6265bis §4.1; SameSite is always said, since browsers treat its absence in a way of their own. */
export function setCookie(name: string, value: string, attributes: CookieAttributes): string {
  const parts = [`${name}=${value}`, `Path=${attributes.path}`]
  if (attributes.expires !== undefined) parts.push(`Expires=${attributes.expires.toUTCString()}`)
  if (attributes.maxAge !== undefined) parts.push(`Max-Age=${attributes.maxAge}`)
  if (attributes.isHttpOnly) parts.push('HttpOnly')
  if (attributes.isSecure) parts.push('Secure')
  parts.push(`SameSite=${attributes.sameSite}`)
  return parts.join('; ')
}

/** The same cookie, over. */
export function clearCookie(name: string, attributes: Omit<CookieAttributes, 'expires' | 'maxAge'>): string {
  return `${setCookie(name, '', { ...attributes, expires: new Date(0) })}; Max-Age=0`
}
