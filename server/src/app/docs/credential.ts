// Which credential an operation asks for, in words and as curl presents it.
import { type Markup, markup } from '../../http/markup.ts'
import type { OpenApiDocument, Operation, SecurityScheme } from './document.ts'

export interface AskedCredential {
  readonly told: readonly Markup[]
  /** Options of curl; the secret is in the environment or in a file of cookies. */
  readonly curl: readonly string[]
}

const cookieJar = '-b cookies.txt -c cookies.txt'
const cookies: AskedCredential = { told: [markup`the cookies that signing in set`], curl: [cookieJar] }

/** Signing in and what anybody may ask needs none; where the document is silent, the session's cookies decide. */
export function credentialOf(document: OpenApiDocument, { security }: Operation): AskedCredential {
  const asked = security ?? document.security
  if (asked === undefined) return cookies
  const all = document.components.securitySchemes ?? {}
  const schemes = asked.flatMap((alternative) => Object.keys(alternative).flatMap((name) => all[name] ?? []))
  if (schemes.length === 0) return { told: [], curl: goesByCookies(all) ? [cookieJar] : [] }
  // A program has a token rather than a cookie.
  const shown = schemes.find((scheme) => !isCookie(scheme)) ?? schemes[0]
  return { told: schemes.map(tell), curl: shown === undefined ? [] : [present(shown)] }
}

/** Where programs, too, go by what signing in set; a scheme `in: cookie` is for our own pages. */
function goesByCookies(schemes: Readonly<Record<string, SecurityScheme>>): boolean {
  const all = Object.values(schemes)
  return all.length === 0 || all.some((scheme) => isCookie(scheme) && scheme.in === 'header')
}

function isCookie({ in: place, name }: SecurityScheme): boolean {
  return place === 'cookie' || name?.toLowerCase() === 'cookie'
}

function isBearer({ type, name }: SecurityScheme): boolean {
  return type === 'http' || name?.toLowerCase() === 'authorization'
}

function tell(scheme: SecurityScheme): Markup {
  if (isBearer(scheme)) return markup`<code>Authorization: Bearer …</code>`
  if (scheme.in === 'cookie') return markup`the cookie <code>${scheme.name ?? ''}</code>`
  return isCookie(scheme) ? markup`the session’s cookie` : markup`<code>${scheme.name ?? ''}: …</code>`
}

function present(scheme: SecurityScheme): string {
  if (isCookie(scheme)) return cookieJar
  return isBearer(scheme) ? '-H "Authorization: Bearer $TOKEN"' : `-H "${scheme.name}: $TOKEN"`
}
