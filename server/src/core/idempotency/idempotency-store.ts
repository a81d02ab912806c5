// The port of the idempotency room: which keys a person has sent with a creation, and what was answered.
import type { Instant, PersonId } from '../ids.ts'

/** Whose key; the key itself is kept as a MAC. */
export interface IdempotencyKey {
  readonly personId: PersonId
  readonly key: string
}

export interface KeptAnswer {
  /** A MAC of the request that the key came with. */
  readonly request: string
  /** Undefined while the request is under way, or when nobody knows how it ended. */
  readonly answer: { readonly body: string | undefined } | undefined
}

export interface IdempotencyStore {
  /** Takes the key: of N at once exactly one gets `claimed`. One kept since before `since` counts as free. */
  claim(
    key: IdempotencyKey,
    request: string,
    times: { readonly at: Instant; readonly since: Instant },
  ): Promise<'claimed' | KeptAnswer>
  /** Keeps the answer; no body where it holds a secret. */
  settle(key: IdempotencyKey, body: string | undefined): Promise<void>
  /** Gives the key back: nothing was made. */
  release(key: IdempotencyKey): Promise<void>
  /** Forgets keys of before; how many. */
  purge(before: Instant): Promise<number>
}
