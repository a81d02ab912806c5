// Why a provider's word was not had or not taken: exactly in the audit, with the request's id, and one refusal for all of
// it on the wire. An operator must not have to guess at somebody else's server.
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { Clock } from '../needs.ts'
import { Refusal, type RefusalCode } from '../refusal.ts'
import type { Provider } from './provider.ts'

const notFailed: ReadonlySet<RefusalCode> = new Set(['throttled', 'wrong-credentials'])

export interface ToldNeeds {
  readonly clock: Clock
  readonly audits: Audits
}

/** Does the work; when the provider fails it, records why. @throws what `work` throws. */
export type Told = <Answer>(provider: Provider, client: Client, work: () => Promise<Answer>) => Promise<Answer>

export function createTold({ clock, audits }: ToldNeeds): Told {
  return async (provider, client, work) => {
    try {
      return await work()
    } catch (error) {
      // Whom we keep away ourselves, or the provider keeps out, was not failed by it.
      if (error instanceof Refusal && notFailed.has(error.code)) throw error
      audits.refused({
        at: clock.now(),
        event: 'provider.failed',
        outcome: 'failure',
        reason: (error instanceof Error ? error.message : 'unknown').slice(0, 300),
        actor: { kind: 'anonymous' },
        target: { kind: 'provider', id: provider.id },
        client,
      })
      throw error
    }
  }
}
