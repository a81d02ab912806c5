// What a sign-in presents and is no live token: counted as a failure of the network it came from and of itself, so that
// a script that repeats a dead token is slowed down like one that guesses. A live one never comes here, so nobody can
// keep somebody's token from working.
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { Clock } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Attempt, Throttles } from '../throttle/throttles.ts'
import type { Presented } from '../tokens/mint.ts'
import type { Tokens } from '../tokens/tokens.ts'

export interface DeadTokenNeeds {
  readonly clock: Clock
  readonly tokens: Pick<Tokens, 'keyOf'>
  readonly throttles: Throttles
  readonly audits: Audits
}

/** Counts and records it. @throws Refusal `wrong-credentials`, `throttled`; Unavailable. */
export type RefuseDeadToken = (presented: Presented, reason: string, client: Client) => Promise<never>

export function createRefuseDeadToken({ clock, tokens, throttles, audits }: DeadTokenNeeds): RefuseDeadToken {
  async function begin(presented: Presented, client: Client): Promise<Attempt> {
    try {
      return await throttles.begin(`token ${tokens.keyOf(presented, client.dialect)}`, false, client)
    } catch (error) {
      if (error instanceof Refusal) {
        const actor = { kind: 'anonymous' } as const
        audits.refused({ at: clock.now(), event: 'auth.login.throttled', outcome: 'failure', actor, client })
      }
      throw error
    }
  }

  return async (presented, reason, client) => {
    const attempt = await begin(presented, client)
    await throttles.fail(attempt, undefined, {
      at: clock.now(),
      event: 'auth.login.failure',
      outcome: 'failure',
      reason,
      actor: { kind: 'anonymous' },
      client,
    })
    throw new Refusal('wrong-credentials', { reason })
  }
}
