// Flows that another program begins: it sends its browser to the provider with a state of its own, and brings a bare code.
// By itself nothing binds such a code to a browser, which is the weaker way. A bound flow is: its PKCE verifier and nonce
// are made of a secret that only this browser has, and it is found again by that secret alone.
import type { Secret } from '../../lib/secret.ts'
import { Unavailable } from '../../lib/unavailable.ts'
import type { Client } from '../client.ts'
import type { Duration } from '../ids.ts'
import type { AuthorizationRequest, BareRequest, Clock } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import { browserSecret, createRequestOf, type FinishedFlow, type FlowsNeeds } from './flows.ts'
import { flowLife, type ProviderOf, type StoredProvider } from './provider.ts'

/** How long a code that was shown is remembered: longer than any provider honours one. */
const codeMemory: Duration = 24 * 3_600_000
/** Whoever asks where to begin shows nobody a form meanwhile, people with a password here included. */
const pagePatience: Duration = 1000

/** Whose bare codes a dialect takes, and whether of bound flows only. */
export interface CodeWay {
  readonly provider: string
  readonly isBound: boolean
}
export type Codes = Readonly<Record<'portainer' | 'cloudendure', CodeWay>>

export interface ProgramFlow {
  /** Where the program sends its browser; it adds a state. */
  readonly location: string
  /** Where it sends its browser after the sign-out, as configured. */
  readonly logoutUri: string | undefined
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
  return { begin: createBegin(needs), exchange: createExchange(needs) }
}

/** The redirect address is the program's own. */
async function registered({ providers }: FlowsNeeds, name: string): Promise<Registered> {
  const provider = await providers.enabled(name, 'oidc', 'oauth2')
  const { redirectUri } = provider.settings
  if (redirectUri !== undefined) return { ...provider, redirectUri }
  throw new Refusal('provider-off', { reason: 'no redirectUri is configured' })
}

/** Its state never leaves: it only finds the flow again. */
function boundRequest({ crypto: { digest } }: FlowsNeeds, secret: Secret, redirectUri: string): AuthorizationRequest {
  return createRequestOf(digest)(secret, digest.mac('flow', `state ${secret.reveal()}`), redirectUri)
}

function createExchange(needs: FlowsNeeds): ProgramFlows['exchange'] {
  const { clock, store, providers, outside, told } = needs
  const { digest } = needs.crypto

  async function takeBound(provider: Registered, secrets: readonly Secret[], client: Client): Promise<BareRequest> {
    for (const secret of secrets) {
      const { state, nonce, verifier } = boundRequest(needs, secret, provider.redirectUri)
      const of = { providerId: provider.id, browserHash: digest.sha256(secret.reveal()) }
      const flow = await store.consume(digest.sha256(state), of, clock.now())
      if (flow?.dialect === client.dialect) return { redirectUri: flow.redirectUri, bound: { nonce, verifier } }
    }
    throw new Refusal('provider-code', { reason: 'no bound flow of this browser, or one that is used or over' })
  }

  return async (name, code, client, secrets) => {
    const provider = await registered(needs, name)
    return told(provider, client, async () => {
      const { redirectUri } = provider
      const bare = secrets === undefined ? { redirectUri } : await takeBound(provider, secrets, client)
      const mark = digest.sha256(`code ${provider.id} ${code.reveal()}`)
      if (!(await store.useOnce(mark, clock.now() + codeMemory))) {
        throw new Refusal('provider-code', { reason: 'a code that came before' })
      }
      return { provider, answer: await outside.answer(provider, providers.secretOf(provider), { ...bare, code }) }
    })
  }
}

function createBegin(needs: FlowsNeeds): ProgramFlows['begin'] {
  const { clock, store, outside, told, takeFlow } = needs
  const { randomness, digest } = needs.crypto

  /** Programs ask where to begin before they bring the code, too: its flow must live on then. */
  async function beginBound(provider: Registered, secrets: readonly Secret[], client: Client): Promise<ProgramFlow> {
    takeFlow(client)
    const secret = browserSecret(secrets, randomness)
    const { redirectUri, settings } = provider
    const { logoutUri } = settings
    const { state, nonce, verifier } = boundRequest(needs, secret, redirectUri)
    const bare = { redirectUri, bound: { nonce, verifier } }
    const location = await told(provider, client, () => soon(clock, outside.authorizationUrl(provider, bare)))
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
    return { location, logoutUri, secret, life: flowLife }
  }

  return async (name, secrets, client) => {
    const provider = await registered(needs, name)
    if (secrets !== undefined) return beginBound(provider, secrets, client)
    const { redirectUri, settings } = provider
    const { logoutUri } = settings
    const location = await told(provider, client, () =>
      soon(clock, outside.authorizationUrl(provider, { redirectUri })),
    )
    return { location, logoutUri, secret: undefined, life: flowLife }
  }
}

/** A provider that is asked for the first time and takes longer is ready for the next page. @throws Unavailable */
async function soon<Answer>(clock: Clock, asked: Promise<Answer>): Promise<Answer> {
  const late = clock.pause(pagePatience).then(() => {
    throw new Unavailable('the provider did not say in time where a sign-in begins')
  })
  return Promise.race([asked, late])
}
