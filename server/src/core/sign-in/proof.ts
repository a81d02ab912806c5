// Steps one to three of every sign-in by password: who is meant, may they try, is it the password, ours or a
// directory's. Also used
// where a signed-in person must show the password again, so that no door has a way around the throttle.
import type { Secret } from '../../lib/secret.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { DirectoryPeople, PresentedName } from '../federation/directory-people.ts'
import type { KnownIdentity } from '../federation/identity.ts'
import type { IdentityId } from '../federation/provider.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { Duration } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { People } from '../people/people.ts'
import type { Identity } from '../people/person.ts'
import { Refusal, type RefusalCode } from '../refusal.ts'
import type { Attempt, Throttles } from '../throttle/throttles.ts'

export interface ProofNeeds {
  readonly clock: Clock
  readonly people: Pick<People, 'findIdentity'>
  readonly passwords: Passwords
  readonly throttles: Throttles
  readonly audits: Audits
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

/**
 * The identity whose password this is, with a provisional count still to be settled.
 * @throws Refusal `throttled`; `otherwise` (`wrong-credentials`): one text and one time for every reason.
 */
export function createProve(needs: ProofNeeds): Prove {
  const { clock, people, passwords, throttles, audits, directoryPeople } = needs

  async function settleFailure(attempt: Attempt, identity: Identity | undefined, reason: string, client: Client) {
    const record = {
      at: clock.now(),
      event: 'auth.login.failure' as const,
      outcome: 'failure' as const,
      reason,
      actor: { kind: 'anonymous' as const },
      ...(identity === undefined ? {} : { target: { kind: 'person' as const, id: identity.person.id } }),
      client,
    }
    const disabled = await throttles.fail(attempt, identity?.person.id, record)
    if (disabled) audits.refused({ ...record, event: 'auth.lockout.start', reason: 'too many failures' })
  }

  async function begin(name: string, isKnown: boolean, client: Client): Promise<Attempt> {
    try {
      return await throttles.begin(name, isKnown, client)
    } catch (error) {
      if (error instanceof Refusal) audits.refused(throttledRecord(client, clock.now()))
      throw error
    }
  }

  /** What a verdict says, whether a hash of ours or a directory gave it. */
  async function verdictOn(presented: PresentedName, attempt: Attempt, client: Client): Promise<Verdict> {
    const { identity, password } = presented
    const asked = isOut(identity) ? [] : await directoryPeople.askedAbout(identity)
    if (asked.length > 0) {
      if (!(await attempt.stillAllowed())) return { kind: 'refused' }
      return byDirectory(await directoryPeople.prove(asked, presented, client).catch(unvouched))
    }
    const { encoded, reason = 'wrong password' } = usable(identity)
    const verdict = await passwords.verify(password, encoded, attempt.stillAllowed)
    if (verdict === 'refused') return { kind: 'refused' }
    if (verdict === 'match' && identity !== undefined) return { kind: 'match', identity, linked: undefined }
    return { kind: 'mismatch', reason }
  }

  return async (name, password, client, otherwise = 'wrong-credentials') => {
    const began = clock.elapsed()
    const identity = await people.findIdentity(name)
    // One counter for all of a person's names; what nobody answers to is counted under what was typed.
    const counted = canonicalName(identity?.person.username ?? name)
    const attempt = await begin(counted, identity !== undefined, client)
    const verdict = await verdictOn({ name, password, identity }, attempt, client).catch(async (error: unknown) => {
      await throttles.giveBack(attempt)
      throw error
    })
    if (verdict.kind === 'refused') {
      await throttles.giveBack(attempt)
      audits.refused(throttledRecord(client, clock.now()))
      throw new Refusal('throttled', { reason: 'too many at once after a failure', retryAfterSeconds: 1 })
    }
    if (verdict.kind === 'match') return { identity: verdict.identity, linked: verdict.linked, attempt, began }
    const { reason } = verdict
    await settleFailure(attempt, identity, reason, client)
    await passwords.pad(began)
    throw new Refusal(otherwise, { reason })
  }
}

type Verdict =
  | { readonly kind: 'match'; readonly identity: Identity; readonly linked: IdentityId | undefined }
  | { readonly kind: 'mismatch'; readonly reason: string }
  | { readonly kind: 'refused' }

function byDirectory(found: KnownIdentity | string | undefined): Verdict {
  if (found === undefined) return { kind: 'mismatch', reason: 'no directory knows the name and the password' }
  if (typeof found === 'string') return { kind: 'mismatch', reason: found }
  return { kind: 'match', identity: { person: found.person, password: undefined }, linked: found.id }
}

/** A directory knows them and nobody is to be made of it: refused like a wrong password, with the reason on record. */
function unvouched(error: unknown): string {
  if (error instanceof Refusal && error.code === 'provider-code') return error.detail.reason ?? 'not to be made'
  throw error
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

function throttledRecord(client: Client, at: number) {
  return {
    at,
    event: 'auth.login.throttled' as const,
    outcome: 'failure' as const,
    actor: { kind: 'anonymous' as const },
    client,
  }
}
