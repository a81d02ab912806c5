// A creation that may be sent again: the same key of the same person makes one thing, and is answered as the first
// time (docs/decisions/0007). Claimed before and settled after the creation, so a crash in between leaves a key that
// nobody may use again, and never a second thing.
import { Unavailable } from '../../lib/unavailable.ts'
import type { Duration } from '../ids.ts'
import type { Clock, Digest } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Credential } from '../tokens/token.ts'
import type { IdempotencyStore } from './idempotency-store.ts'

const keptFor: Duration = 24 * 3_600_000
const keyForm = /^[\x21-\x7e]{1,255}$/

export interface IdempotencyNeeds {
  readonly clock: Clock
  readonly digest: Digest
  readonly store: IdempotencyStore
}

export interface Repeatable {
  /** As the caller sent it; undefined = nothing is remembered. */
  readonly key: string | undefined
  /** Everything that makes the request what it is, as text. */
  readonly request: string
  /** The answer holds a secret, which is told once: it is not kept. */
  readonly isSecret: boolean
}

export interface Idempotency {
  /**
   * What `make` answers, as JSON text, or what it answered the first time.
   * @throws Refusal `field-invalid` (no key, or the key of another request), `conflict` (under way, or told once).
   */
  once(by: Credential, repeatable: Repeatable, make: () => Promise<string>): Promise<string>
  purge(): Promise<number>
}

export function createIdempotency({ clock, digest, store }: IdempotencyNeeds): Idempotency {
  /** A key that a failure leaves taken is one whose creation may have happened. */
  async function makeAndKeep(whose: Key, { isSecret }: Repeatable, make: () => Promise<string>): Promise<string> {
    const made = await makeOrRelease(whose, isSecret, make)
    try {
      await store.settle(whose, isSecret ? undefined : made)
    } catch (error) {
      // It is made: the one who asked is told so, and whoever repeats it that it is not known.
      if (!(error instanceof Unavailable)) throw error
    }
    return made
  }

  async function makeOrRelease(whose: Key, isSecret: boolean, make: () => Promise<string>): Promise<string> {
    try {
      return await make()
    } catch (error) {
      // What has no secret has a name, of which there is one: trying again makes no second.
      if (error instanceof Refusal || (error instanceof Unavailable && !isSecret)) await store.release(whose)
      throw error
    }
  }

  return {
    async once(by, repeatable, make) {
      if (repeatable.key === undefined) return make()
      if (!keyForm.test(repeatable.key)) {
        throw new Refusal('field-invalid', { field: 'Idempotency-Key', hint: 'A key is 1 to 255 visible characters.' })
      }
      const whose = { personId: by.person.id, key: digest.mac('idempotency', `key ${repeatable.key}`) }
      const request = digest.mac('idempotency', `request ${repeatable.request}`)
      const at = clock.now()
      const kept = await store.claim(whose, request, { at, since: at - keptFor })
      if (kept === 'claimed') return makeAndKeep(whose, repeatable, make)
      if (kept.request !== request) {
        const hint = 'This key came with another request; take a new one.'
        throw new Refusal('field-invalid', { field: 'Idempotency-Key', hint })
      }
      return tellAgain(kept.answer)
    },
    purge: () => store.purge(clock.now() - keptFor),
  }
}

type Key = Parameters<IdempotencyStore['settle']>[0]

function tellAgain(answer: { readonly body: string | undefined } | undefined): string {
  if (answer === undefined) {
    throw new Refusal('conflict', { hint: 'A request with this key is under way, or broke off: look what there is.' })
  }
  if (answer.body === undefined) {
    throw new Refusal('conflict', { hint: 'This was done, and its secret told once. Take a new key for another one.' })
  }
  return answer.body
}
