// Signing in by a provider's word: a browser that comes back from it, or a bare code that another program fetched. The
// proof is the provider's; who that is, and whether they may, is asked here like after any other (finish.ts).
import type { Secret } from '../../lib/secret.ts'
import type { Client } from '../client.ts'
import type { CarriedCodes, ProvenByCode } from '../federation/carried-codes.ts'
import type { Federation } from '../federation/federation.ts'
import type { FinishedFlow, Flows, Returned } from '../federation/flows.ts'
import type { ProgramFlows } from '../federation/program-flows.ts'
import type { Vouched } from '../federation/vouched.ts'
import { Refusal } from '../refusal.ts'
import type { Attempt } from '../throttle/throttles.ts'
import type { Credential } from '../tokens/token.ts'
import type { Attempts } from './attempts.ts'
import type { Finish, SignInOutcome, SignInWish } from './finish.ts'

export interface ByProviderNeeds {
  readonly finish: Finish
  readonly flows: Pick<Flows, 'finish'> & Pick<ProgramFlows, 'exchange'> & { readonly carried: CarriedCodes }
  readonly identities: { readonly vouched: Vouched; readonly link: Federation['link'] }
  readonly attempts: Attempts
}

export interface ByProvider {
  /**
   * A browser that is back: somebody signs in, or whoever is signed in (`by`) has linked an identity to themselves. Where
   * it wanted to go comes along, also when the account is served elsewhere.
   * @throws Refusal `provider-off`, `provider-code`, `throttled`, `licence-expired`, `wrong-credentials`, `conflict`;
   * Unavailable.
   */
  byReturn(
    provider: string,
    returned: Returned,
    wish: SignInWish,
    by?: Credential,
  ): Promise<{ readonly outcome: SignInOutcome | Linked; readonly returnTo: string }>
  /**
   * A bare code, of a flow that another program began; with `secrets` only of a bound one (program-flows.ts).
   * @throws Refusal as `byReturn`.
   */
  byCode(provider: string, code: Secret, wish: SignInWish, secrets?: readonly Secret[]): Promise<SignInOutcome>
}

/** Nobody signed in anew. */
export interface Linked {
  readonly kind: 'linked'
}

export function createByProvider({ finish, flows, identities, attempts }: ByProviderNeeds): ByProvider {
  const attempted = createAttempted(attempts)

  async function whose({ provider, answer }: Omit<FinishedFlow, 'flow'>, client: Client): Promise<Known> {
    const known = await identities.vouched(provider, answer, client)
    return { known, provider, session: answer.session }
  }

  function signIn({ known, provider, session }: Known, attempt: Attempt, wish: SignInWish): Promise<SignInOutcome> {
    const identity = { id: known.id, ...(session === undefined ? {} : { session }) }
    const proof = { epoch: known.person.epoch, passwordVersion: undefined }
    const nothing = { consumes: undefined, parent: undefined, hadFailures: false } as const
    return finish(
      { kind: 'person', person: known.person },
      { ...nothing, method: provider.kind, proof, attempt, identity },
      wish,
    )
  }

  return {
    async byReturn(provider, returned, wish, by) {
      const { client } = wish
      const { attempt, answer } = await attempted(`flow ${returned.query}`, client, async () => {
        const finished = await flows.finish(provider, returned, client)
        const isLinking = finished.flow.personId !== undefined
        if (isLinking) await identities.link(by, finished, client)
        return { flow: finished.flow, who: isLinking ? undefined : await whose(finished, client) }
      })
      const { returnTo } = answer.flow
      if (answer.who !== undefined) return { outcome: await signIn(answer.who, attempt, wish), returnTo }
      await attempts.giveBack(attempt)
      return { outcome: { kind: 'linked' }, returnTo }
    },
    async byCode(provider, code, wish, secrets) {
      const { client } = wish
      const { attempt, answer } = await attempted(`code ${code.reveal()}`, client, async () => {
        const carried = await flows.carried.take(provider, code, client)
        if (carried !== undefined) return { ...carried, session: undefined }
        return whose(await flows.exchange(provider, code, client, secrets), client)
      })
      const outcome = await signIn(answer, attempt, wish)
      if (outcome.kind === 'elsewhere') await flows.carried.keep(code, answer, client)
      return outcome
    },
  }
}

/** Under the throttle like a password that is tried. `key` is what a repeated attempt would have in common with this one. */
function createAttempted(attempts: Attempts) {
  /** What is wrong counts for the network, what could not be asked does not. */
  async function settle(attempt: Attempt, error: unknown, client: Client): Promise<never> {
    if (!(error instanceof Refusal) || error.code !== 'provider-code') await attempts.giveBack(attempt)
    else await attempts.fail(attempt, { reason: error.detail.reason ?? 'not confirmed by the provider', client })
    throw error
  }

  return async <Answer>(key: string, client: Client, work: () => Promise<Answer>) => {
    const attempt = await attempts.begin(key, false, client)
    return { attempt, answer: await work().catch((error: unknown) => settle(attempt, error, client)) }
  }
}

interface Known extends ProvenByCode {
  readonly session: string | undefined
}
