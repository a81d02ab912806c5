// Where a browser may be sent once somebody has signed in: a path of ours, or a host that is allowed. Judged by URL
// parsing after everything that parsers tidy away differently was refused; anything else is no target (attack O13).

export type ReturnTarget =
  /** An absolute path of this origin. */
  | { readonly kind: 'path'; readonly location: string }
  /** An address at another host that is allowed. */
  | { readonly kind: 'host'; readonly location: string; readonly host: string; readonly url: URL }

const longest = 2000
/** Visible ASCII without the backslash: what browsers and proxies send, and no parser reads as anything else. */
const plain = /^[\x21-\x5b\x5d-\x7e]+$/
/** Nothing in a path may become a control character or a backslash where somebody decodes it. */
const dangerous = /%(?:[01][0-9a-f]|7f|5c)/i

/** `allows` says of a host (with its port, as browsers write it) whether people may be sent there. */
export function returnTarget(
  text: string | undefined,
  allows: (host: string, isSecure: boolean) => boolean,
): ReturnTarget | undefined {
  if (text === undefined || text.length > longest || !plain.test(text)) return undefined
  return text.startsWith('/') ? ownPath(text) : otherHost(text, allows)
}

/** The path as it may stand in Location; undefined for what is none of this origin's. */
export function ownPath(text: string): (ReturnTarget & { readonly kind: 'path' }) | undefined {
  if (!plain.test(text) || !text.startsWith('/') || text.startsWith('//')) return undefined
  const base = 'https://own.invalid'
  if (!URL.canParse(text, base)) return undefined
  const { origin, pathname, search, hash } = new URL(text, base)
  // Dots are gone by now, and may have left two slashes at the beginning.
  if (origin !== base || pathname.startsWith('//') || dangerous.test(pathname)) return undefined
  return { kind: 'path', location: `${pathname}${search}${hash}` }
}

function otherHost(text: string, allows: (host: string, isSecure: boolean) => boolean): ReturnTarget | undefined {
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || dangerous.test(url.pathname)) return undefined
  if (!allows(url.host, url.protocol === 'https:')) return undefined
  return { kind: 'host', location: url.href, host: url.host, url }
}
