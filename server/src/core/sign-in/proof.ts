// Steps one to three of every sign-in by password: who is meant, may they try, is it the password, ours or a
// directory's. Also used where a signed-in person must show the password again, so that no door has a way around the
// throttle.
import type { Secret } from '../../lib/secret.ts'
import type { Client } from '../client.ts'
import type { DirectoryPeople, PresentedName } from '../federation/directory-people.ts'
import type { IdentityId } from '../federation/provider.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { Duration } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { People } from '../people/people.ts'
import type { Identity } from '../people/person.ts'
import { Refusal, type RefusalCode } from '../refusal.ts'
import type { Attempt } from '../throttle/throttles.ts'
import type { Attempts } from './attempts.ts'
import { createProveElsewhere } from './proof-elsewhere.ts'

export interface ProofNeeds {
  readonly clock: Clock
  readonly people: Pick<People, 'findIdentity'>
  readonly passwords: Passwords
  readonly attempts: Attempts
  readonly directoryPeople: DirectoryPeople
}

export interface PasswordProof {
  readonly identity: Identity
  /** Of the directory that knew the password; undefined = it is one of ours. */
  readonly linked: IdentityId | undefined
  readonly attempt: Attempt
  /** On the elapsed clock: what refusals are padded from. */
  readonly began: Duration
}

export type Prove = (name: string, password: Secret, client: Client, otherwise?: RefusalCode) => Promise<PasswordProof>

/** One attempt at a password, begun. */
export interface Attempted {
  readonly presented: PresentedName
  /** What the name is counted as. */
  readonly counted: string
  readonly attempt: Attempt
  readonly client: Client
}

/** A mismatch is counted and on record; `unanswered` is why another side could not be asked. */
export type Verdict =
  | (Pick<PasswordProof, 'identity' | 'linked' | 'attempt'> & { readonly kind: 'match' })
  | { readonly kind: 'mismatch'; readonly reason: string; readonly unanswered?: unknown }

/**
 * The identity whose password this is, with a provisional count still to be settled.
 * @throws Refusal `throttled`; `otherwise` (`wrong-credentials`): one text and one time for every reason.
 */
export function createProve(needs: ProofNeeds): Prove {
  const { clock, people, passwords, attempts, directoryPeople } = needs
  const proveHere = createProveHere(needs)
  const proveElsewhere = createProveElsewhere(needs)

  async function verdictOn(attempted: Attempted): Promise<Verdict> {
    const { identity } = attempted.presented
    const ask = () => directoryPeople.askedAbout(identity)
    const asked = isOut(identity) ? [] : await orGiveBack(attempts, attempted.attempt, ask)
    return asked.length > 0 ? proveElsewhere(asked, attempted) : proveHere(attempted)
  }

  return async (name, password, client, otherwise = 'wrong-credentials') => {
    const began = clock.elapsed()
    const identity = await people.findIdentity(name)
    // One counter for all of a person's names; what nobody answers to is counted under what was typed.
    const counted = canonicalName(identity?.person.username ?? name)
    const attempt = await attempts.begin(counted, identity !== undefined, client)
    const verdict = await verdictOn({ presented: { name, password, identity }, counted, attempt, client })
    if (verdict.kind === 'match') return { ...verdict, began }
    await passwords.pad(began)
    if (verdict.unanswered !== undefined) throw verdict.unanswered
    throw new Refusal(otherwise, { reason: verdict.reason })
  }
}

function createProveHere({ passwords, attempts }: Pick<ProofNeeds, 'passwords' | 'attempts'>) {
  return async ({ presented, attempt, client }: Attempted): Promise<Verdict> => {
    const { identity, password } = presented
    const { encoded, reason = 'wrong password' } = usable(identity)
    const verify = () => passwords.verify(password, encoded, attempt.stillAllowed)
    const verdict = await orGiveBack(attempts, attempt, verify)
    if (verdict === 'refused') return attempts.turnAway(attempt, client)
    if (verdict === 'match' && identity !== undefined) return { kind: 'match', identity, linked: undefined, attempt }
    await attempts.fail(attempt, { personId: identity?.person.id, reason, client })
    return { kind: 'mismatch', reason }
  }
}

/** What fails by itself was no attempt at a password. */
async function orGiveBack<Answer>(attempts: Attempts, attempt: Attempt, work: () => Promise<Answer>) {
  try {
    return await work()
  } catch (error) {
    await attempts.giveBack(attempt)
    throw error
  }
}

/** Whoever may not sign in at all is not asked about elsewhere. */
function isOut(identity: Identity | undefined): boolean {
  return identity !== undefined && identity.person.status !== 'active'
}

/** The hash to verify against, or why there is none. */
function usable(identity: Identity | undefined): { encoded?: string; reason?: string } {
  if (identity === undefined) return { reason: 'unknown name' }
  if (identity.person.status !== 'active') return { reason: `person ${identity.person.status}` }
  if (identity.password === undefined) return { reason: 'no password' }
  if (identity.password.isDisabled) return { reason: 'password disabled' }
  return { encoded: identity.password.encoded }
}
