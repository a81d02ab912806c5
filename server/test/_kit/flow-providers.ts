// Providers as the adapter sees them, without a house around: a row as the store would give it, and a whole flow walked
// by a browser.
import type {
  Provider,
  ProviderAnswer,
  ProviderId,
  ProviderOf,
  ProviderWish,
} from '../../src/core/federation/provider.ts'
import type { AuthorizationRequest, FlowProvider, ProviderClient } from '../../src/core/needs.ts'
import { Refusal } from '../../src/core/refusal.ts'
import { Secret } from '../../src/lib/secret.ts'
import { type Browser, openBrowser } from './browser.ts'
import { openIdClient } from './openid-provider.ts'

export const clientSecret = new Secret(openIdClient.secret)
export const redirectUri = 'https://gatehouse.example/semaphore/api/auth/oidc/tested/redirect'

let made = 0

/** Never two with the same id. */
export function flowProvider(wish: ProviderWish): FlowProvider {
  if (wish.kind === 'ldap') throw new Error('directories have no flow')
  made += 1
  const times = { createdAt: 0, changedAt: 0 } as const
  return { ...wish, id: made as ProviderId, version: 1, hasSecret: true, ...times } satisfies Provider
}

export function oidcProvider(wish: ProviderWish): ProviderOf<'oidc'> {
  const provider = flowProvider(wish)
  if (provider.kind !== 'oidc') throw new Error('another kind')
  return provider
}

export interface WalkedFlow {
  readonly request: AuthorizationRequest
  readonly back: URL
  answer(bend?: {
    readonly query?: string
    readonly verifier?: string
    readonly nonce?: string
  }): Promise<ProviderAnswer>
}

/** Begins a flow and comes back from it. */
export async function walkFlow(
  client: ProviderClient,
  provider: FlowProvider,
  { as, browser = openBrowser() }: { readonly as?: string; readonly browser?: Browser } = {},
): Promise<WalkedFlow> {
  const text = (what: string): string => `${what}-${crypto.randomUUID()}-${crypto.randomUUID()}`
  const request = { redirectUri, state: text('state'), nonce: text('nonce'), verifier: text('verifier') }
  const back = await browser.walk(await client.authorizationUrl(provider, request), as)
  const query = back.search.slice(1)
  return {
    request,
    back,
    answer: (bend = {}) => client.answer(provider, clientSecret, { ...request, query, ...bend }),
  }
}

/** For `assert.rejects`: a refusal of this code whose private reason is this. */
export function refusedWith(code: Refusal['code'], reason: RegExp) {
  return (error: unknown): boolean =>
    error instanceof Refusal && error.code === code && reason.test(error.detail.reason ?? '')
}
