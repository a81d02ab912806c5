// Flows that another program begins: it sends its browser to the provider with a state of its own, and brings a bare code.
// By itself nothing binds such a code to a browser, which is the weaker way. A bound flow is: its PKCE verifier and nonce
// are made of a secret that only this browser has, and it is found again by that secret alone.
import type { Secret } from '../../lib/secret.ts'
import type { Client } from '../client.ts'
import type { Duration } from '../ids.ts'
import type { AuthorizationRequest, BareRequest } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import { browserSecret, createRequestOf, type FinishedFlow, type FlowsNeeds } from './flows.ts'
import { flowLife, type ProviderOf, type StoredProvider } from './provider.ts'

/** How long a code that was shown is remembered: longer than any provider honours one. */
const codeMemory: Duration = 24 * 3_600_000

/** Whose bare codes a dialect takes, and whether of bound flows only. */
export interface CodeWay {
  readonly provider: string
  readonly isBound: boolean
}
export type Codes = Readonly<Record<'portainer' | 'cloudendure', CodeWay>>

export interface ProgramFlow {
  /** Where the program sends its browser; it adds a state. */
  readonly location: string
  /** Of a bound flow: stays in the browser, and comes along with the code. */
  readonly secret: Secret | undefined
  readonly life: Duration
}

export interface ProgramFlows {
  /** A bound flow where `secrets` (of the flow cookies, as they came) are given. @throws Refusal `provider-off`; Unavailable. */
  begin(provider: string, secrets: readonly Secret[] | undefined, client: Client): Promise<ProgramFlow>
  /**
   * Exchanges a bare code at once, and once. With `secrets` (of the flow cookies, as they came) it must be of a bound flow
   * of this browser. @throws Refusal `provider-off`, `provider-code`; Unavailable.
   */
  exchange(
    provider: string,
    code: Secret,
    client: Client,
    secrets?: readonly Secret[],
  ): Promise<Omit<FinishedFlow, 'flow'>>
}

type Registered = (ProviderOf<'oidc'> | ProviderOf<'oauth2'>) & StoredProvider & { readonly redirectUri: string }

export function createProgramFlows(needs: FlowsNeeds): ProgramFlows {
  const { clock, store, providers, outside, told, takeFlow } = needs
  const { randomness, digest } = needs.crypto
  const requestOf = createRequestOf(digest)

  /** The redirect address is the program's own. */
  async function registered(name: string): Promise<Registered> {
    const provider = await providers.enabled(name, 'oidc', 'oauth2')
    const { redirectUri } = provider.settings
    if (redirectUri !== undefined) return { ...provider, redirectUri }
    throw new Refusal('provider-off', { reason: 'no redirectUri is configured' })
  }

  /** Its state never leaves: it only finds the flow again. */
  function boundRequest(secret: Secret, redirectUri: string): AuthorizationRequest {
    return requestOf(secret, digest.mac('flow', `state ${secret.reveal()}`), redirectUri)
  }

  async function takeBound(provider: Registered, secrets: readonly Secret[], client: Client): Promise<BareRequest> {
    for (const secret of secrets) {
      const { state, nonce, verifier } = boundRequest(secret, provider.redirectUri)
      const of = { providerId: provider.id, browserHash: digest.sha256(secret.reveal()) }
      const flow = await store.consume(digest.sha256(state), of, clock.now())
      if (flow?.dialect === client.dialect) return { redirectUri: flow.redirectUri, bound: { nonce, verifier } }
    }
    throw new Refusal('provider-code', { reason: 'no bound flow of this browser, or one that is used or over' })
  }

  /** Programs ask where to begin before they bring the code, too: its flow must live on then. */
  async function beginBound(provider: Registered, secrets: readonly Secret[], client: Client): Promise<ProgramFlow> {
    takeFlow(client)
    const secret = browserSecret(secrets, randomness)
    const { redirectUri } = provider
    const { state, nonce, verifier } = boundRequest(secret, redirectUri)
    const bare = { redirectUri, bound: { nonce, verifier } }
    const location = await told(provider, client, () => outside.authorizationUrl(provider, bare))
    const isBegun = await store.begin(digest.sha256(state), {
      providerId: provider.id,
      browserHash: digest.sha256(secret.reveal()),
      dialect: client.dialect,
      redirectUri,
      returnTo: '/',
      personId: undefined,
      expiresAt: clock.now() + flowLife,
    })
    if (!isBegun) throw new Refusal('provider-off', { reason: 'disabled at this moment' })
    return { location, secret, life: flowLife }
  }

  return {
    async begin(name, secrets, client) {
      const provider = await registered(name)
      if (secrets !== undefined) return beginBound(provider, secrets, client)
      const { redirectUri } = provider
      const location = await told(provider, client, () => outside.authorizationUrl(provider, { redirectUri }))
      return { location, secret: undefined, life: flowLife }
    },
    async exchange(name, code, client, secrets) {
      const provider = await registered(name)
      return told(provider, client, async () => {
        const { redirectUri } = provider
        const bare = secrets === undefined ? { redirectUri } : await takeBound(provider, secrets, client)
        const mark = digest.sha256(`code ${provider.id} ${code.reveal()}`)
        if (!(await store.useOnce(mark, clock.now() + codeMemory))) {
          throw new Refusal('provider-code', { reason: 'a code that came before' })
        }
        return { provider, answer: await outside.answer(provider, providers.secretOf(provider), { ...bare, code }) }
      })
    },
  }
}
