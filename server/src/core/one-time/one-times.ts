// The one-time room: issues secrets that work once and says whether one still would. Using one up happens in
// the same commit as what it is for (a session's opening, the first administrator), so that room's store does it.
import type { Secret } from '../../lib/secret.ts'
import type { DialectName, Duration, PersonId, TokenHash } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Mint } from '../tokens/mint.ts'
import type { OneTimeStore } from './one-time-store.ts'

export interface OneTimeNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly store: OneTimeStore
}

export interface OneTimes {
  issue(wish: {
    readonly scope: 'setup' | 'login'
    readonly dialect: DialectName
    readonly personId: PersonId | undefined
    readonly life: Duration
  }): Promise<Secret>
  /** The hash and the person of a secret that could be used now; undefined when it is unknown, used or over. */
  findUsable(
    secret: Secret,
    scope: 'setup' | 'login',
    dialect: DialectName,
  ): Promise<{ readonly hash: TokenHash; readonly personId: PersonId | undefined } | undefined>
}

export function createOneTimes(needs: OneTimeNeeds): OneTimes {
  const { clock, mint, store } = needs
  return {
    async issue({ scope, dialect, personId, life }) {
      const now = clock.now()
      const minted = mint.opaque()
      const expiresAt = now + life
      await store.issue({ hash: minted.hash, scope, dialect, personId, createdAt: now, expiresAt, record: undefined })
      return minted.secret
    },
    async findUsable(secret, scope, dialect) {
      const hash = mint.hashOf(dialect, { secret, kinds: ['one-time'] })
      const found = await store.find(hash, scope)
      if (found === undefined || found.dialect !== dialect) return undefined
      if (found.isUsed || found.expiresAt <= clock.now()) return undefined
      return { hash, personId: found.personId }
    },
  }
}
