// Addresses: the base that a connection is made with, and paths put together so that no value can change them.

/**
 * In a page, `/api` is at the page's own origin.
 * @throws TypeError without the address in it: it may hold a password.
 */
export function readBase(base: string | URL): URL {
  const text = String(base)
  const { location } = globalThis as { readonly location?: { readonly origin: string } }
  const origin = /^\/(?!\/)/.test(text) ? location?.origin : undefined
  if (!URL.canParse(text, origin)) throw new TypeError('baseUrl is no URL')
  const url = new URL(text, origin)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('baseUrl is not http or https')
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('baseUrl must not hold a user or password: pass credentials')
  }
  if (url.search !== '' || url.hash !== '') throw new TypeError('baseUrl must end with its path')
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

export type Query = Readonly<Record<string, string | number | undefined>>

export function join(base: URL, path: string, query: Query = {}): URL {
  const url = new URL(`${base.href.replace(/\/+$/, '')}${path}`)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

/** One value as one step of a path. @throws TypeError for what would be none or another step. */
export function segment(value: string | number): string {
  const text = String(value)
  if (text === '' || text === '.' || text === '..') throw new TypeError('an id in a path must not be empty or dots')
  return encodeURIComponent(text)
}
