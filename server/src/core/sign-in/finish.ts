// The steps after any proof: the account, its licence, its region, the session. Whatever proved who somebody is
// comes through here, so a second way in cannot skip what the first one asks.
import type { Membership } from '../accounts/account.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { Duration } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Person } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import type { Lifetimes } from '../sessions/lifetimes.ts'
import type { OpenedSession, Proven, Sessions } from '../sessions/sessions.ts'
import type { Throttles } from '../throttle/throttles.ts'
import type { Presented } from '../tokens/mint.ts'

export interface FinishNeeds {
  readonly clock: Clock
  readonly accounts: Accounts
  readonly rooms: {
    readonly sessions: Sessions
    readonly throttles: Throttles
    readonly audits: Audits
    readonly passwords: Pick<Passwords, 'pad'>
  }
  readonly lifetimes: Lifetimes
}

/** The account lives in a region that serves it: nothing was opened, nothing used up. */
export interface Elsewhere {
  readonly kind: 'elsewhere'
  readonly region: string
}

export type SignInOutcome = { readonly kind: 'signed-in'; readonly session: OpenedSession } | Elsewhere

export interface SignInWish {
  readonly client: Client
  /** Cookies that came with the request; their sessions end when the new one opens. */
  readonly cameWith: readonly Presented[]
  /** The account to act in; absent = the person's home account. */
  readonly accountIdentifier?: string
  /** The region this base serves; an account of it is not sent on. */
  readonly servedRegion?: string
}

export interface Finish {
  /**
   * `began` (elapsed clock) is when a password was first looked at; absent where none was.
   * @throws Refusal `wrong-credentials`, `licence-expired`; Unavailable.
   */
  (proven: Omit<Proven, 'membership'>, wish: SignInWish, began?: Duration): Promise<SignInOutcome>
  /** Records and throws `wrong-credentials` for a proof that failed before there was an attempt to settle. */
  refuse(person: Person | undefined, reason: string, client: Client): never
}

export function createFinish({ clock, accounts, rooms, lifetimes }: FinishNeeds): Finish {
  function recordRefusal(person: Person | undefined, reason: string, client: Client): void {
    rooms.audits.refused({
      at: clock.now(),
      event: 'auth.login.failure',
      outcome: 'failure',
      reason,
      actor: { kind: 'anonymous' },
      ...(person === undefined ? {} : { target: { kind: 'person', id: person.id } }),
      client,
    })
  }

  async function finish(
    proven: Omit<Proven, 'membership'>,
    wish: SignInWish,
    began?: Duration,
  ): Promise<SignInOutcome> {
    const { person, attempt } = proven
    const giveBack = async (): Promise<void> => {
      if (attempt !== undefined) await rooms.throttles.giveBack(attempt)
    }
    const refuse = async (code: 'wrong-credentials' | 'licence-expired', reason: string): Promise<never> => {
      await giveBack()
      recordRefusal(person, reason, wish.client)
      // As late as a wrong password: refused sooner, a right one would show itself by the time (attack A01).
      if (began !== undefined) await rooms.passwords.pad(began)
      throw new Refusal(code, { reason })
    }

    const membership = await accounts.findMembership(person.id, wish.accountIdentifier)
    if (!membership?.account.isActive) return refuse('wrong-credentials', 'no such account for this person')
    if (membership.account.licence === 'expired') return refuse('licence-expired', 'licence expired')
    const region = sentOnTo(membership, wish, lifetimes[wish.client.dialect].isRegional)
    if (region !== undefined) {
      await giveBack()
      return { kind: 'elsewhere', region }
    }
    const session = await rooms.sessions.open({ ...proven, membership }, wish.client, wish.cameWith)
    if (session === undefined) return refuse('wrong-credentials', 'changed while signing in')
    return { kind: 'signed-in', session }
  }

  return Object.assign(finish, {
    refuse(person: Person | undefined, reason: string, client: Client): never {
      recordRefusal(person, reason, client)
      throw new Refusal('wrong-credentials', { reason })
    },
  })
}

/** The region to send the client to: never from a base that already serves it, never without a region. */
function sentOnTo(membership: Membership, wish: SignInWish, isRegional: boolean): string | undefined {
  const { region } = membership.account
  if (!isRegional || region === undefined || region === wish.servedRegion) return undefined
  return region
}
