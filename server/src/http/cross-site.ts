// Whether a browser says that a request comes from another site. No header at all means no browser: scripts and
// generated clients send none. (ASVS 3.5.1; OWASP CSRF cheat sheet, Fetch Metadata with Origin as fall-back.)
import type { FastifyRequest } from 'fastify'

/** `ownHosts` are the hosts (with port) under which this origin is reached. */
export function isCrossSite(headers: FastifyRequest['headers'], ownHosts: readonly string[]): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const origin = headers.origin
  if (origin === undefined) return false
  // A page with `Referrer-Policy: no-referrer` posts its own forms with the origin `null`; the browser's word that the
  // page is ours decides then. A sandboxed foreign frame, also `null`, says `cross-site`.
  if (origin === 'null' && site === 'same-origin') return false
  if (!URL.canParse(origin)) return true
  const { host, protocol } = new URL(origin)
  return !['http:', 'https:'].includes(protocol) || !ownHosts.includes(host)
}
