// The requests that goals are measured with, as they go over the wire.
import { crowdSize, nameOf, password, type Stock } from './house.ts'
import { wire } from './load/load.ts'

export const credentialKinds = ['cookies', 'jwts', 'keys'] as const
export type CredentialKind = (typeof credentialKinds)[number]

export const kindNames: Readonly<Record<CredentialKind, string>> = {
  cookies: 'Semaphore session cookie',
  jwts: 'Portainer JWT',
  keys: 'Portainer API key',
}

/** Who am I, by each of the credentials of a kind. */
export function whoAmI(stock: Stock, kind: CredentialKind): readonly string[] {
  const path = kind === 'cookies' ? '/semaphore/api/user/' : '/portainer/api/users/me'
  return stock[kind].map((text) => wire({ method: 'GET', path, headers: credentialHeader(kind, text) }))
}

function credentialHeader(kind: CredentialKind, text: string): Readonly<Record<string, string>> {
  if (kind === 'cookies') return { cookie: `semaphore=${text}` }
  return kind === 'jwts' ? { authorization: `Bearer ${text}` } : { 'x-api-key': text }
}

/** Whether the token is good, of each of the credentials of a kind, as RFC 7662 asks. */
export function introspections(stock: Stock, kind: CredentialKind): readonly string[] {
  const headers = { authorization: `Bearer ${stock.introspector}` }
  return stock[kind].map((token) => wire({ method: 'POST', path: '/oauth/introspect', headers, form: { token } }))
}

export const ownKinds = ['ownCookies', 'ownKeys'] as const
export type OwnKind = (typeof ownKinds)[number]

export const ownKindNames: Readonly<Record<OwnKind, string>> = {
  ownCookies: 'session cookie',
  ownKeys: 'API token',
}

/** Who sends a request to an application, as its proxy asks, of each of the credentials of a kind. */
export function forwardAuths(stock: Stock, kind: OwnKind): readonly string[] {
  const about = { 'x-forwarded-method': 'GET', 'x-forwarded-proto': 'http', 'x-forwarded-uri': '/' }
  return stock[kind].map((text) => {
    const credential: Readonly<Record<string, string>> =
      kind === 'ownCookies' ? { cookie: `gatehouse=${text}` } : { authorization: `Bearer ${text}` }
    const headers = { ...about, 'x-forwarded-host': '127.0.0.1', ...credential }
    return wire({ method: 'GET', path: '/api/v1/forward-auth', headers })
  })
}

export function semaphoreSignIns(): readonly string[] {
  const path = '/semaphore/api/auth/login'
  return everybody((name) => wire({ method: 'POST', path, body: { auth: name, password } }))
}

export function portainerSignIns(): readonly string[] {
  const path = '/portainer/api/auth'
  return everybody((name) => wire({ method: 'POST', path, body: { username: name, password } }))
}

export function signOut(cookie: string): string {
  return wire({ method: 'POST', path: '/semaphore/api/auth/logout', headers: { cookie: `semaphore=${cookie}` } })
}

function everybody(make: (name: string) => string): readonly string[] {
  return Array.from({ length: crowdSize }, (_, at) => make(nameOf(at)))
}
