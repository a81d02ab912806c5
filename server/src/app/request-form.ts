// What HTTP leaves to the server to refuse, because a proxy in front may have read it otherwise: a second Host, a
// target that names another host than the header, a transfer coding besides chunked (RFC 9112 §3.2, §6.1). The parser
// itself refuses the rest (two lengths, bare CR or LF, folded lines) and closes the connection.
import type { IncomingMessage } from 'node:http'

/** Judged as malformed, like what the framework itself finds wrong with a request. */
export class AmbiguousRequest extends Error {
  readonly statusCode = 400
  readonly code: string

  constructor(what: string) {
    super(what)
    this.code = what
  }
}

/** What is ambiguous about a request's head; undefined for what every reader reads alike. */
export function ambiguityIn(request: IncomingMessage): AmbiguousRequest | undefined {
  const coding = request.headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return new AmbiguousRequest('transfer-coding')
  if (!request.httpVersion.startsWith('1.')) return new AmbiguousRequest('http-version')
  return hasTwoHosts(request.rawHeaders) ? new AmbiguousRequest('two-hosts') : undefined
}

/** Names and values by turns, as they came; the parsed headers keep the first Host and forget the others. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts > 1
}

/** The host a request is for: that of an absolute target goes before the header (RFC 9112 §3.2.2). */
export function hostOf(request: IncomingMessage): string | undefined {
  const target = request.url ?? '/'
  if (target.startsWith('/') || target === '*') return request.headers.host
  return URL.canParse(target) ? new URL(target).host : target
}
