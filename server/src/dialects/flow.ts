// A way through a provider as every door with a browser goes it: away with a flow cookie, and back with it. The address
// that the provider sends back to is made of the configured public address and never of what a request says (attack O14);
// without one there is no such way.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { OfferedProvider } from '../core/federation/federation.ts'
import type { BegunFlow, Returned } from '../core/federation/flows.ts'
import { Refusal } from '../core/refusal.ts'
import type { Credential } from '../core/tokens/token.ts'
import { cookieValues, setCookie } from '../http/cookies.ts'
import { Secret } from '../lib/secret.ts'
import type { Door } from './dialect.ts'

const noPublicUrl =
  'Signing in through a provider needs the address that people use: set GATEHOUSE_PUBLIC_URL (on a port of its own, GATEHOUSE_SEMAPHORE_PUBLIC_URL).'

/** A browser has one; more of the name come from elsewhere, and each costs a write. */
const mostSecrets = 5

export interface Leaving {
  readonly provider: string
  /** Below the site root: where the provider sends the browser back to. */
  readonly redirectPath: string
  /** A path of our own origin. */
  readonly returnTo: string
  /** Whoever links an identity to themselves. */
  readonly by?: Credential
}

export interface OfferedHere {
  readonly providers: readonly OfferedProvider[]
  /** For whoever set the server up: why the providers that are configured are not offered. */
  readonly note: string | undefined
}

/** What a sign-in page offers: no provider without a public address. */
export async function offeredHere({ core, publicUrl }: Door): Promise<OfferedHere> {
  const providers = await core.federation.offered('oidc', 'oauth2')
  if (publicUrl !== undefined || providers.length === 0) return { providers, note: undefined }
  return { providers: [], note: noPublicUrl }
}

/** The same where the page tells of a refusal: what refused may be the store, which has the providers too. */
export function offeredAnyway(door: Door): Promise<OfferedHere> {
  return offeredHere(door).catch(() => ({ providers: [], note: undefined }))
}

/** Where the browser goes; the answer gets the flow cookie. @throws Refusal `provider-off`; Unavailable. */
export async function leave(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  { provider, redirectPath, ...wish }: Leaving,
): Promise<string> {
  const redirectUri = redirectUriOf(door, redirectPath)
  const secrets = keptSecrets(door, request, provider)
  const client = door.clientOf(request)
  const flow = await door.core.federation.begin(provider, { ...wish, redirectUri, secrets, client })
  keepSecret(door, request, reply, provider, flow)
  return flow.location
}

/** What the browser brought back from this provider. */
export function returned(door: Door, request: FastifyRequest, provider: string): Returned {
  const at = request.url.indexOf('?')
  return { query: at === -1 ? '' : request.url.slice(at + 1), secrets: keptSecrets(door, request, provider) }
}

/** Never cleared: a flow that is over is dead on the server. */
export function keepSecret(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: string,
  { secret, life }: Pick<BegunFlow, 'secret' | 'life'>,
): void {
  const isSecure = door.isSecure(request)
  const attributes = { path: '/', isSecure, isHttpOnly: true, sameSite: 'Lax', maxAge: life / 1000 } as const
  reply.header('set-cookie', setCookie(cookieName(provider, isSecure), secret.reveal(), attributes))
}

export function keptSecrets(door: Door, request: FastifyRequest, provider: string): readonly Secret[] {
  const values = cookieValues(request.headers.cookie, cookieName(provider, door.isSecure(request)))
  return values.slice(0, mostSecrets).map((value) => new Secret(value))
}

function cookieName(provider: string, isSecure: boolean): string {
  return `${isSecure ? '__Host-' : ''}gatehouse-flow-${provider}`
}

/** @throws Refusal `provider-off` without a public address. */
function redirectUriOf({ publicUrl, siteRoot }: Door, path: string): string {
  if (publicUrl === undefined) throw new Refusal('provider-off', { reason: 'no public address', hint: noPublicUrl })
  return `${publicUrl}${siteRoot === '/' ? '' : siteRoot}${path}`
}
