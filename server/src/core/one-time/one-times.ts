// The one-time room: issues secrets that work once and says whether one still would. Using one up happens in
// the same commit as what it is for (a session's opening, the first administrator), so that room's store does it.
import type { Secret } from '../../lib/secret.ts'
import { type Doer, doneBy } from '../audit/audit.ts'
import type { DialectName, Duration, Instant, PersonId, TokenHash, TokenId } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Person } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import type { Lifetimes } from '../sessions/lifetimes.ts'
import type { Mint } from '../tokens/mint.ts'
import type { ListedLogin, OneTimeStore } from './one-time-store.ts'

export interface OneTimeNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly store: OneTimeStore
  readonly lifetimes: Lifetimes
}

export interface OneTimes {
  /** For the setup link, which belongs to nobody yet. */
  issueSetup(life: Duration): Promise<Secret>
  /**
   * A login token: signs this person in once at this dialect.
   * @throws Refusal `not-allowed` where nobody signs in by one; `conflict` for somebody who is not active.
   */
  issueLogin(
    person: Person,
    dialect: DialectName,
    doer: Doer,
  ): Promise<{ readonly secret: Secret; readonly expiresAt: Instant }>
  /** Login tokens that still work, newest first. */
  listLogin(owner: PersonId): Promise<readonly ListedLogin[]>
  /** Ends one of them at once. False: they have none of this id that still works. */
  revokeLogin(owner: PersonId, id: TokenId, doer: Doer): Promise<boolean>
  /** The hash and the person of a secret that could be used now; undefined when it is unknown, used or over. */
  findUsable(
    secret: Secret,
    scope: 'setup' | 'login',
    dialect: DialectName,
  ): Promise<{ readonly hash: TokenHash; readonly personId: PersonId | undefined } | undefined>
}

export function createOneTimes(needs: OneTimeNeeds): OneTimes {
  const { clock, mint, store, lifetimes } = needs
  return {
    async issueSetup(life) {
      const createdAt = clock.now()
      const { hash, secret } = mint.opaque()
      const whose = { scope: 'setup', dialect: 'api', personId: undefined } as const
      await store.issue({ ...whose, hash, createdAt, expiresAt: createdAt + life, record: undefined })
      return secret
    },
    async issueLogin(person, dialect, doer) {
      const life = lifetimes[dialect].loginToken
      if (life === undefined)
        throw new Refusal('not-allowed', { hint: `Nobody signs in at ${dialect} by a login token.` })
      if (person.status !== 'active') {
        throw new Refusal('conflict', { hint: `"${person.username}" is ${person.status}; nobody can sign in as them.` })
      }
      const createdAt = clock.now()
      const expiresAt = createdAt + life
      const { hash, secret } = mint.opaque()
      const detail = { person: person.id, dialect }
      const record = {
        at: createdAt,
        event: 'token.one_time.created',
        outcome: 'success',
        ...doneBy(doer),
        detail,
      } as const
      await store.issue({ scope: 'login', dialect, personId: person.id, hash, createdAt, expiresAt, record })
      return { secret, expiresAt }
    },
    listLogin: (owner) => store.listLogin(owner, clock.now()),
    revokeLogin(owner, id, doer) {
      const at = clock.now()
      const target = { kind: 'token', id } as const
      const detail = { person: owner }
      const told = { at, event: 'token.one_time.revoked', outcome: 'success', ...doneBy(doer), target, detail } as const
      return store.revokeLogin(owner, id, at, told)
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
