// The steps after any proof: the account, its licence, its region, the session. Whatever proved who somebody is
// comes through here, so a second way in cannot skip what the first one asks.
import type { Account } from '../accounts/account.ts'
import type { Memberships } from '../accounts/memberships.ts'
import type { AuditEvent, AuditRecord } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { DialectName, Duration } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Person } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import { type AgentInAccount, accountOf, type Holder } from '../sessions/holder.ts'
import type { Lifetimes } from '../sessions/lifetimes.ts'
import type { OpenedSession, Proven, Sessions } from '../sessions/sessions.ts'
import type { Throttles } from '../throttle/throttles.ts'
import type { Presented } from '../tokens/mint.ts'

export interface FinishNeeds {
  readonly clock: Clock
  readonly memberships: Pick<Memberships, 'find'>
  readonly rooms: {
    readonly sessions: Sessions
    readonly throttles: Throttles
    readonly audits: Audits
    readonly passwords: Pick<Passwords, 'pad'>
  }
  readonly lifetimes: Lifetimes
  readonly regions: Regions
}

/** Where each region is served, by its name: an address that means something to the dialect, not to core. */
export type Regions = Readonly<Record<string, string>>

/** The account lives in a region that serves it: nothing was opened, nothing used up. */
export interface Elsewhere {
  readonly kind: 'elsewhere'
  readonly region: string
  /** Where that is; undefined = where the dialect serves a region that nothing is said of. */
  readonly address: string | undefined
}

export type SignInOutcome = { readonly kind: 'signed-in'; readonly session: OpenedSession } | Elsewhere

export interface SignInWish {
  readonly client: Client
  /** Cookies that came with the request; their sessions end when the new one opens. */
  readonly cameWith: readonly Presented[]
  /** The account to act in, by identifier or UUID; absent = the home account, or the token's. */
  readonly accountIdentifier?: string
  /** The one token the session hands out, where the client may choose. */
  readonly handsOut?: 'cookie' | 'access'
  /** Whether the base that was asked is this address (`Elsewhere`): a target never sends on. */
  readonly isServedHere?: (address: string | undefined) => boolean
}

/** Who was proven, before it is known in which account. */
export type Unplaced =
  | { readonly kind: 'person'; readonly person: Person; readonly account?: string | undefined }
  | AgentInAccount

/**
 * `began` (elapsed clock) is when a password was first looked at; absent where none was.
 * @throws Refusal `wrong-credentials`, `licence-expired`; Unavailable.
 */
export type Finish = (unplaced: Unplaced, proven: Proven, wish: SignInWish, began?: Duration) => Promise<SignInOutcome>

export function createFinish({ clock, memberships, rooms, lifetimes, regions }: FinishNeeds): Finish {
  function record(event: AuditEvent, reason: string, unplaced: Unplaced, client: Client): void {
    const outcome = event === 'auth.login.failure' ? 'failure' : 'success'
    const actor = { kind: 'anonymous' } as const
    rooms.audits.refused({ at: clock.now(), event, outcome, reason, actor, target: targetOf(unplaced), client })
  }

  async function place(unplaced: Unplaced, named: string | undefined): Promise<Holder | undefined> {
    if (unplaced.kind === 'agent') return isNamed(unplaced.account, named) ? unplaced : undefined
    const { person } = unplaced
    const membership = await memberships.find(person.id, named ?? unplaced.account)
    return membership === undefined ? undefined : { kind: 'person', person, membership }
  }

  function sentOnTo({ region }: Account, dialect: DialectName, wish: SignInWish): Elsewhere | undefined {
    if (!lifetimes[dialect].isRegional || region === undefined) return undefined
    const address = Object.hasOwn(regions, region) ? regions[region] : undefined
    return wish.isServedHere?.(address) === true ? undefined : { kind: 'elsewhere', region, address }
  }

  return async (unplaced, proven, wish, began) => {
    const { attempt } = proven
    const giveBack = async (): Promise<void> => {
      if (attempt !== undefined) await rooms.throttles.giveBack(attempt)
    }
    const refuse = async (code: 'wrong-credentials' | 'licence-expired', reason: string): Promise<never> => {
      await giveBack()
      record('auth.login.failure', reason, unplaced, wish.client)
      // As late as a wrong password: refused sooner, a right one would show itself by the time (attack A01).
      if (began !== undefined) await rooms.passwords.pad(began)
      throw new Refusal(code, { reason })
    }

    const holder = await place(unplaced, wish.accountIdentifier)
    const account = holder && accountOf(holder)
    if (holder === undefined || account?.isActive !== true)
      return refuse('wrong-credentials', 'no such account for them')
    if (account.licence === 'expired') return refuse('licence-expired', 'licence expired')
    const elsewhere = sentOnTo(account, wish.client.dialect, wish)
    if (elsewhere !== undefined) {
      await giveBack()
      record('auth.login.redirected', `region ${elsewhere.region}`, unplaced, wish.client)
      return elsewhere
    }
    const session = await rooms.sessions.open(
      holder,
      { ...proven, handsOut: wish.handsOut },
      wish.client,
      wish.cameWith,
    )
    if (session === undefined) return refuse('wrong-credentials', 'changed while signing in')
    return { kind: 'signed-in', session }
  }
}

function isNamed({ identifier, uuid }: Account, named: string | undefined): boolean {
  const name = named?.trim().toLowerCase()
  return name === undefined || name === identifier || name === uuid
}

function targetOf(unplaced: Unplaced): NonNullable<AuditRecord['target']> {
  return unplaced.kind === 'person'
    ? { kind: 'person', id: unplaced.person.id }
    : { kind: 'project', id: unplaced.projectId }
}
