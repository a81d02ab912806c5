// The request that a trusted proxy asks about or passes on, and whether its host is ours or an application's.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../core/refusal.ts'
import { type Asked, askedRequest } from '../../http/asked.ts'
import type { Door } from '../dialect.ts'

export interface AskedHere extends Asked {
  /** One of our own hosts, where our own cookie goes. */
  readonly isOwn: boolean
}

/**
 * What forward-auth is asked about. The hint stands in a header, too: whoever sets up a proxy sees no body.
 * @throws Refusal `not-signed-in`, with a hint, when no trusted proxy says it; `not-allowed` for a foreign host.
 */
export function askedAbout(door: Door, request: FastifyRequest, reply: FastifyReply): AskedHere {
  return believe(door, request, reply, askedRequest(request.headers))
}

/** A request of an application's host that its proxy passes on to us: scheme and host are all that is not our own. */
export function passedOn(door: Door, request: FastifyRequest, reply: FastifyReply): AskedHere {
  const { 'x-forwarded-proto': proto, 'x-forwarded-host': host } = request.headers
  const said = { 'x-forwarded-proto': proto, 'x-forwarded-host': host }
  const own = { 'x-forwarded-method': request.method, 'x-forwarded-uri': request.url }
  return believe(door, request, reply, askedRequest({ ...said, ...own }))
}

function believe(door: Door, request: FastifyRequest, reply: FastifyReply, said: Asked | undefined): AskedHere {
  const isByProxy = door.isByTrustedProxy(request)
  if (!isByProxy || said === undefined) {
    const hint = isByProxy
      ? 'The proxy must say which request it asks about: X-Forwarded-Method, -Proto, -Host and -Uri, or X-Original-URL and X-Original-Method, and not both ways at odds.'
      : 'Only a proxy in GATEHOUSE_TRUSTED_PROXIES may ask; list its address there, also when it is a loopback address.'
    reply.header('x-gatehouse-hint', hint)
    throw new Refusal('not-signed-in', { reason: isByProxy ? 'no request described' : 'no trusted proxy', hint })
  }
  const isOwn = isOwnHost(door, said.host)
  door.core.forwards.requireHost(said.host, isOwn)
  return { ...said, isOwn }
}

function isOwnHost(door: Door, host: string): boolean {
  if (door.publicUrl !== undefined && new URL(door.publicUrl).host === host) return true
  return !door.core.forwards.isHost(host) && door.isOwnHost(host)
}

export function originOf({ isSecure, host }: Asked): string {
  return `${isSecure ? 'https' : 'http'}://${host}`
}
