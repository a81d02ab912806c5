// What a sign-in presents and is no live token: counted as a failure of the network it came from and of itself, so that
// a script that repeats a dead token is slowed down like one that guesses. A live one never comes here, so nobody can
// keep somebody's token from working.
import type { Client } from '../client.ts'
import { Refusal } from '../refusal.ts'
import type { Presented } from '../tokens/mint.ts'
import type { Tokens } from '../tokens/tokens.ts'
import type { Attempts } from './attempts.ts'

export interface DeadTokenNeeds {
  readonly tokens: Pick<Tokens, 'keyOf'>
  readonly attempts: Attempts
}

/** Counts and records it. @throws Refusal `wrong-credentials`, `throttled`; Unavailable. */
export type RefuseDeadToken = (presented: Presented, reason: string, client: Client) => Promise<never>

export function createRefuseDeadToken({ tokens, attempts }: DeadTokenNeeds): RefuseDeadToken {
  return async (presented, reason, client) => {
    const attempt = await attempts.begin(`token ${tokens.keyOf(presented, client.dialect)}`, false, client)
    await attempts.fail(attempt, { reason, client })
    throw new Refusal('wrong-credentials', { reason })
  }
}
