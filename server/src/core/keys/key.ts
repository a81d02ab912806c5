// A signing key and its states. The private half is sealed whenever it is outside of memory.
import type { Instant } from '../ids.ts'

/** `next` is published before it signs, `retiring` stays published until the last JWT it signed is over. */
export type KeyState = 'next' | 'active' | 'retiring' | 'removed'

export interface StoredKey {
  readonly kid: string
  readonly state: KeyState
  /** JSON of the public JWK. */
  readonly publicJwk: string
  readonly sealedPrivateJwk: string
  readonly createdAt: Instant
  /** When a retiring key leaves the published set. */
  readonly removedAt: Instant | undefined
}
