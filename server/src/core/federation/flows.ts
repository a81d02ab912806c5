// The flows room: from the sign-in page to a provider and back, once. A flow belongs to one provider and to the one
// browser that began it: its state is found by hash and taken by one write; the verifier of PKCE and the nonce are
// made of the browser's own secret, so nothing that is stored here could finish a flow.
import { Secret } from '../../lib/secret.ts'
import type { Client } from '../client.ts'
import type { Duration } from '../ids.ts'
import type { AuthorizationRequest, Clock, Digest, ProviderClient, Randomness } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Credential } from '../tokens/token.ts'
import type { TakeFlow } from './flow-limit.ts'
import type { FlowStore } from './flow-store.ts'
import { type Flow, flowLife, type ProviderAnswer, type StoredProvider } from './provider.ts'
import type { EnabledProviders } from './providers.ts'
import type { Told } from './told.ts'

export interface FlowsNeeds {
  readonly clock: Clock
  readonly crypto: { readonly randomness: Randomness; readonly digest: Digest }
  readonly store: FlowStore
  readonly providers: EnabledProviders
  readonly outside: Pick<ProviderClient, 'authorizationUrl' | 'answer'>
  readonly told: Told
  readonly takeFlow: TakeFlow
}

export interface BeginWish {
  readonly client: Client
  readonly redirectUri: string
  /** A path on our own origin, for after. */
  readonly returnTo: string
  /** Of the provider's flow cookies, as they came. */
  readonly secrets: readonly Secret[]
  /** Whoever links an identity to themselves. */
  readonly by?: Credential
}

export interface BegunFlow {
  /** Where the browser goes. */
  readonly location: string
  /** Stays in the browser, for as long as the flow lives. */
  readonly secret: Secret
  readonly life: Duration
}

export interface Returned {
  /** The whole query that the browser came back with. */
  readonly query: string
  /** Of the provider's flow cookies, as they came. */
  readonly secrets: readonly Secret[]
}

export interface FinishedFlow {
  readonly provider: StoredProvider
  readonly answer: ProviderAnswer
  readonly flow: Flow
}

export interface Flows {
  /** @throws Refusal `provider-off`, `throttled` (too many of one network); Unavailable. */
  begin(provider: string, wish: BeginWish): Promise<BegunFlow>
  /** @throws Refusal `provider-off`, `provider-code` (whatever is wrong with what came back); Unavailable. */
  finish(provider: string, returned: Returned, client: Client): Promise<FinishedFlow>
  purge(): Promise<void>
}

export function createFlows(needs: FlowsNeeds): Flows {
  const { clock, store, providers, outside, told, takeFlow } = needs
  const { randomness, digest } = needs.crypto
  const { answer: ask, authorizationUrl } = outside

  const requestOf = createRequestOf(digest)

  async function take(provider: StoredProvider, { query, secrets }: Returned) {
    const state = onlyValue(query, 'state')
    if (state === undefined) throw refused('no state, or several')
    for (const secret of secrets) {
      const of = { providerId: provider.id, browserHash: digest.sha256(secret.reveal()) }
      const flow = await store.consume(digest.sha256(state), of, clock.now())
      if (flow !== undefined) return { flow, expected: requestOf(secret, state, flow.redirectUri) }
    }
    throw refused('a state that is unknown, used, over, or of another browser or provider')
  }

  return {
    async begin(name, { client, redirectUri, returnTo, secrets, by }) {
      const provider = await providers.enabled(name, 'oidc', 'oauth2')
      takeFlow(client)
      const [secret, state] = [browserSecret(secrets, randomness), randomness.text(32)]
      const request = requestOf(secret, state, redirectUri)
      const location = await told(provider, client, () => authorizationUrl(provider, request))
      const [browserHash, expiresAt] = [digest.sha256(secret.reveal()), clock.now() + flowLife]
      const own = { browserHash, dialect: client.dialect, personId: by?.person.id, expiresAt }
      const isBegun = await store.begin(digest.sha256(state), {
        providerId: provider.id,
        redirectUri,
        returnTo,
        ...own,
      })
      if (!isBegun) throw new Refusal('provider-off', { reason: 'disabled at this moment' })
      return { location, secret, life: flowLife }
    },
    async finish(name, returned, client) {
      const provider = await providers.enabled(name, 'oidc', 'oauth2')
      return told(provider, client, async () => {
        const { flow, expected } = await take(provider, returned)
        if (flow.dialect !== client.dialect) throw refused('a flow that another door began')
        const callback = { ...expected, query: returned.query }
        return { provider, flow, answer: await ask(provider, providers.secretOf(provider), callback) }
      })
    },
    purge: () => store.purge(clock.now()),
  }
}

/**
 * The browser's own, as long as it has one: a flow in another tab, or at another door, would end with its cookie otherwise.
 * Of several somebody else may have planted one.
 */
export function browserSecret([kept, ...others]: readonly Secret[], randomness: Randomness): Secret {
  const isOwn = kept !== undefined && others.length === 0 && /^[\w-]{43}$/.test(kept.reveal())
  return isOwn ? kept : new Secret(randomness.text(32))
}

/** What the browser's secret and the state make together. */
export function createRequestOf(digest: Digest) {
  return (secret: Secret, state: string, redirectUri: string): AuthorizationRequest => {
    const made = (what: string): string => digest.mac('flow', `${what} ${secret.reveal()} ${state}`)
    return { redirectUri, state, nonce: made('nonce'), verifier: made('verifier') }
  }
}

function refused(reason: string): Refusal {
  return new Refusal('provider-code', { reason })
}

/** The value of a name that comes exactly once; it is only compared, so what percent signs stand for does not matter. */
function onlyValue(query: string, name: string): string | undefined {
  const values = query.split('&').filter((pair) => pair.startsWith(`${name}=`))
  const [only] = values
  const value = only?.slice(name.length + 1)
  return values.length === 1 && value !== undefined && /^[\w-]{16,128}$/.test(value) ? value : undefined
}
