// The way back from the sign-in: which targets our pages take, and the one at an application's host that ends a flow.
import { type ReturnTarget, returnTarget } from '../../http/return-target.ts'
import type { Door } from '../dialect.ts'

export const forwardAuthPath = '/api/v1/forward-auth'
export const startPath = '/.gatehouse/start'
export const callbackPath = '/.gatehouse/callback'

/** Where to, after the sign-in; undefined = nowhere that is allowed. In clear only where we ourselves are. */
export function readReturn(door: Door, text: string | undefined): ReturnTarget | undefined {
  const mayBeInClear = door.publicUrl?.startsWith('https:') !== true
  return returnTarget(text, (host, isSecure) => (isSecure || mayBeInClear) && door.core.forwards.isHost(host))
}

/** The flow that a target ends; undefined for every other target. */
export function flowOf(target: ReturnTarget | undefined): { readonly host: string; readonly flow: string } | undefined {
  if (target?.kind !== 'host' || target.url.pathname !== callbackPath) return undefined
  const [, flow] = /^\?flow=([A-Za-z0-9_-]{43})$/.exec(target.url.search) ?? []
  return flow === undefined || target.url.hash !== '' ? undefined : { host: target.host, flow }
}

/**
 * Where a sign-in leads, as a path of ours: a flow of an application gets its code where everybody signed in gets it, and
 * without a way on there is who is signed in, and the way out.
 */
export function onwards(door: Door, text: unknown): string {
  const target = readReturn(door, typeof text === 'string' ? text : undefined)
  if (target === undefined) return '/sign-in'
  return target.kind === 'path' ? target.location : `/sign-in?return=${encodeURIComponent(target.location)}`
}
