// Which request a proxy asks about, in the two ways in which proxies say it: X-Forwarded-Method, -Proto, -Host and -Uri
// (Caddy, Traefik, HAProxy), or X-Original-URL and X-Original-Method (nginx). Believed of a trusted proxy only, which
// its caller looks to. A proxy sets one of the two, and its client may have sent the other: where both are there they
// must agree, or a client could choose what we read.
import type { FastifyRequest } from 'fastify'

export interface Asked {
  readonly method: string
  readonly isSecure: boolean
  /** With its port, as browsers write it. */
  readonly host: string
  /** Path and query as they came. */
  readonly uri: string
  /** Said by X-Original-URL: nginx, whose auth_request passes on 401 and 403 and no redirect. */
  readonly isOriginal: boolean
}

type Headers = FastifyRequest['headers']

const hostForm = /^[\w.:[\]-]+$/
const methodForm = /^[A-Za-z-]{1,32}$/

/** Undefined when it is not said, not wholly, or in two ways that differ. */
export function askedRequest(headers: Headers): Asked | undefined {
  const original = headers['x-original-url'] === undefined ? undefined : readOriginal(headers)
  const hasOriginal = headers['x-original-url'] !== undefined || headers['x-original-method'] !== undefined
  const hasForwarded = ['host', 'uri', 'method'].some((part) => headers[`x-forwarded-${part}`] !== undefined)
  if (!hasOriginal) return hasForwarded ? readForwarded(headers) : undefined
  if (original === undefined || !hasForwarded) return original
  return agrees(original, headers) ? original : undefined
}

function readOriginal(headers: Headers): Asked | undefined {
  const [, scheme, host, uri] = /^(https?):\/\/([^/?#]+)(\/.*)?$/i.exec(textOf(headers, 'x-original-url')) ?? []
  return asked({ method: textOf(headers, 'x-original-method'), scheme, host, uri, isOriginal: true })
}

function readForwarded(headers: Headers): Asked | undefined {
  const [method, scheme, host, uri] = ['method', 'proto', 'host', 'uri'].map((part) =>
    textOf(headers, `x-forwarded-${part}`),
  )
  return asked({ method, scheme, host, uri, isOriginal: false })
}

/** Every forwarded header that is there says the same. */
function agrees(original: Asked, headers: Headers): boolean {
  const { method, host, uri, isSecure } = original
  const said = { method, host, uri, proto: isSecure ? 'https' : 'http' }
  return Object.entries(said).every(([part, text]) => {
    const other = headers[`x-forwarded-${part}`]
    return other === undefined || other === text || (part === 'host' && normalHost(String(other), isSecure) === text)
  })
}

type Parts = Readonly<Record<'method' | 'scheme' | 'host' | 'uri', string | undefined>> & {
  readonly isOriginal: boolean
}

function asked({ method = '', scheme = '', host = '', uri = '/', isOriginal }: Parts): Asked | undefined {
  // Traefik says ws and wss of an upgrade.
  const [, secure] = /^(?:http|ws)(s?)$/i.exec(scheme) ?? []
  const isSecure = secure !== undefined && secure !== ''
  const normal = normalHost(host, isSecure)
  if (secure === undefined || normal === undefined || !methodForm.test(method)) return undefined
  return { method, isSecure, host: normal, uri, isOriginal }
}

function normalHost(host: string, isSecure: boolean): string | undefined {
  const url = `${isSecure ? 'https' : 'http'}://${host}`
  return hostForm.test(host) && URL.canParse(url) ? new URL(url).host : undefined
}

function textOf(headers: Headers, name: string): string {
  return String(headers[name] ?? '')
}
