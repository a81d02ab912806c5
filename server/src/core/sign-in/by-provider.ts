// Signing in by a provider's word: a browser that comes back from it, or a bare code that another program fetched. The
// proof is the provider's; who that is, and whether they may, is asked here like after any other (finish.ts).
import type { Secret } from '../../lib/secret.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { FinishedFlow, Flows, Returned } from '../federation/flows.ts'
import type { Vouched } from '../federation/vouched.ts'
import type { Clock } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Attempt, Throttles } from '../throttle/throttles.ts'
import type { Finish, SignInOutcome, SignInWish } from './finish.ts'

export interface ByProviderNeeds {
  readonly clock: Clock
  readonly finish: Finish
  readonly flows: Pick<Flows, 'finish' | 'exchange'>
  readonly vouched: Vouched
  readonly rooms: { readonly throttles: Throttles; readonly audits: Audits }
}

export interface ByProvider {
  /**
   * A browser that is back. Where it wanted to go comes along, also when the account is served elsewhere.
   * @throws Refusal `provider-off`, `provider-code`, `throttled`, `licence-expired`, `wrong-credentials`; Unavailable.
   */
  byReturn(
    provider: string,
    returned: Returned,
    wish: SignInWish,
  ): Promise<{ readonly outcome: SignInOutcome; readonly returnTo: string }>
  /** A code of a flow that somebody else began. @throws Refusal as `byReturn`. */
  byCode(provider: string, code: Secret, wish: SignInWish): Promise<SignInOutcome>
}

export function createByProvider({ clock, finish, flows, vouched, rooms }: ByProviderNeeds): ByProvider {
  const { throttles, audits } = rooms

  async function begin(key: string, client: Client): Promise<Attempt> {
    try {
      return await throttles.begin(key, false, client)
    } catch (error) {
      if (error instanceof Refusal) {
        const actor = { kind: 'anonymous' } as const
        audits.refused({ at: clock.now(), event: 'auth.login.throttled', outcome: 'failure', actor, client })
      }
      throw error
    }
  }

  /** Counted like a password that is tried: what is wrong counts for the network, what could not be asked does not. */
  async function settle(attempt: Attempt, error: unknown, client: Client): Promise<never> {
    if (!(error instanceof Refusal) || error.code !== 'provider-code') {
      await throttles.giveBack(attempt)
      throw error
    }
    await throttles.fail(attempt, undefined, {
      at: clock.now(),
      event: 'auth.login.failure',
      outcome: 'failure',
      reason: error.detail.reason ?? 'not confirmed by the provider',
      actor: { kind: 'anonymous' },
      client,
    })
    throw error
  }

  /** `key` is what a repeated attempt would have in common with this one. */
  async function signIn<Finished extends Omit<FinishedFlow, 'flow'>>(
    key: string,
    wish: SignInWish,
    work: () => Promise<Finished>,
  ): Promise<{ readonly outcome: SignInOutcome; readonly finished: Finished }> {
    const { client } = wish
    const attempt = await begin(key, client)
    const prove = async () => {
      const finished = await work()
      return { finished, known: await vouched(finished.provider, finished.answer, client) }
    }
    const { finished, known } = await prove().catch((error: unknown) => settle(attempt, error, client))
    const { session } = finished.answer
    const identity = { id: known.id, ...(session === undefined ? {} : { session }) }
    const proof = { epoch: known.person.epoch, passwordVersion: undefined }
    const nothing = { consumes: undefined, parent: undefined, hadFailures: false } as const
    const proven = { ...nothing, method: finished.provider.kind, proof, attempt, identity }
    return { finished, outcome: await finish({ kind: 'person', person: known.person }, proven, wish) }
  }

  return {
    async byReturn(provider, returned, wish) {
      const { finished, outcome } = await signIn(`flow ${returned.query}`, wish, async () => {
        const finished = await flows.finish(provider, returned, wish.client)
        if (finished.flow.personId === undefined) return finished
        throw new Refusal('provider-code', { reason: 'a flow that links an identity signs nobody in' })
      })
      return { outcome, returnTo: finished.flow.returnTo }
    },
    async byCode(provider, code, wish) {
      const work = () => flows.exchange(provider, code, wish.client)
      return (await signIn(`code ${code.reveal()}`, wish, work)).outcome
    },
  }
}
