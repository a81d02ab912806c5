// Every `Authorization` of a request, in order, each different one once. Node keeps the first such header and drops the
// others, and some clients put two credentials into one with a comma between; no token of ours has a comma.
import type { FastifyRequest } from 'fastify'

const scheme = /^bearer\s+/i

export function authorizations(request: FastifyRequest): readonly string[] {
  if (request.headers.authorization === undefined) return []
  const { rawHeaders } = request.raw
  const parts = rawHeaders
    .filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization')
    .flatMap((header) => header.split(','))
    .map((part) => part.trim())
  return [...new Set(parts)]
}

export function isBearer(authorization: string): boolean {
  return scheme.test(authorization)
}

/** What stands behind the scheme; the whole where there is none. */
export function withoutScheme(authorization: string): string {
  return authorization.replace(scheme, '')
}
