// Steps one to three of every sign-in by password: who is meant, may they try, is it the password, ours or a
// directory's. Also used where a signed-in person must show the password again, so that no door has a way around the
// throttle.
import type { Secret } from '../../lib/secret.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { AskedDirectories, DirectoryPeople, DirectoryWord, PresentedName } from '../federation/directory-people.ts'
import type { IdentityId } from '../federation/provider.ts'
import { canonicalName } from '../identifiers/identifier.ts'
import type { Duration, PersonId } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { People } from '../people/people.ts'
import type { Identity } from '../people/person.ts'
import { Refusal, type RefusalCode } from '../refusal.ts'
import type { Attempt, Throttles } from '../throttle/throttles.ts'
import { createTurns } from './turns.ts'

/** Questions about one name that directories are asked at once. */
const fewAtOnce = 3

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
  const turns = createTurns(fewAtOnce)

  async function settleFailure({ attempt, presented, client }: Attempted, reason: string): Promise<void> {
    const person = presented.identity?.person
    const record = failedRecord(person?.id, reason, client, clock.now())
    const disabled = await throttles.fail(attempt, person?.id, record)
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

  /**
   * What a directory says. It counts wrong passwords itself and locks by its own rules: so few are asked at once about
   * one name, and each failure is counted here before the next is asked (attack D14).
   */
  function verdictElsewhere(asked: AskedDirectories, attempted: Attempted) {
    const { presented, attempt, client } = attempted
    return turns(attempted.counted, async (): Promise<Verdict> => {
      const verdict = await orGiveBack(throttles, attempt, async (): Promise<Verdict> => {
        if (!(await attempt.stillAllowed())) return { kind: 'refused' }
        return verdictBy(await timed(needs, () => directoryPeople.prove(asked, presented, client)))
      })
      if (verdict.kind === 'mismatch') await settleFailure(attempted, verdict.reason)
      return verdict
    })
  }

  async function verdictHere(attempted: Attempted): Promise<Verdict> {
    const { attempt } = attempted
    const { identity, password } = attempted.presented
    const { encoded, reason = 'wrong password' } = usable(identity)
    const verdict = await orGiveBack(throttles, attempt, () =>
      passwords.verify(password, encoded, attempt.stillAllowed),
    )
    if (verdict === 'refused') return { kind: 'refused' }
    if (verdict === 'match' && identity !== undefined) return { kind: 'match', identity, linked: undefined }
    await settleFailure(attempted, reason)
    return { kind: 'mismatch', reason }
  }

  /** A failure is counted when this returns. */
  async function verdictOn(attempted: Attempted): Promise<Verdict> {
    const { identity } = attempted.presented
    const ask = () => directoryPeople.askedAbout(identity)
    const asked = isOut(identity) ? [] : await orGiveBack(throttles, attempted.attempt, ask)
    return asked.length > 0 ? verdictElsewhere(asked, attempted) : verdictHere(attempted)
  }

  return async (name, password, client, otherwise = 'wrong-credentials') => {
    const began = clock.elapsed()
    const identity = await people.findIdentity(name)
    // One counter for all of a person's names; what nobody answers to is counted under what was typed.
    const counted = canonicalName(identity?.person.username ?? name)
    const attempt = await begin(counted, identity !== undefined, client)
    const verdict = await verdictOn({ presented: { name, password, identity }, counted, attempt, client })
    if (verdict.kind === 'refused') {
      await throttles.giveBack(attempt)
      audits.refused(throttledRecord(client, clock.now()))
      throw new Refusal('throttled', { reason: 'too many at once after a failure', retryAfterSeconds: 1 })
    }
    if (verdict.kind === 'match') return { identity: verdict.identity, linked: verdict.linked, attempt, began }
    await passwords.pad(began)
    if (verdict.unanswered !== undefined) throw verdict.unanswered
    throw new Refusal(otherwise, { reason: verdict.reason })
  }
}

/** How long directories take to say no is how long others are refused in. */
async function timed({ clock, passwords }: ProofNeeds, ask: () => Promise<DirectoryWord>): Promise<DirectoryWord> {
  const began = clock.elapsed()
  const word = await ask()
  if (word.kind === 'no' && word.unanswered === undefined) passwords.askedElsewhere(clock.elapsed() - began)
  return word
}

/** What fails by itself was no attempt at a password. */
async function orGiveBack<Answer>(throttles: Throttles, attempt: Attempt, work: () => Promise<Answer>) {
  try {
    return await work()
  } catch (error) {
    await throttles.giveBack(attempt)
    throw error
  }
}

interface Attempted {
  readonly presented: PresentedName
  /** What the name is counted as. */
  readonly counted: string
  readonly attempt: Attempt
  readonly client: Client
}

type Verdict =
  | { readonly kind: 'match'; readonly identity: Identity; readonly linked: IdentityId | undefined }
  | { readonly kind: 'mismatch'; readonly reason: string; readonly unanswered?: unknown }
  | { readonly kind: 'refused' }

/** Whom directories know and nobody is to be made of is refused like a wrong password, with the reason on record. */
function verdictBy(word: DirectoryWord): Verdict {
  if (word.kind === 'no') return { ...word, kind: 'mismatch' }
  const { id, person } = word.known
  return { kind: 'match', identity: { person, password: undefined }, linked: id }
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

function failedRecord(personId: PersonId | undefined, reason: string, client: Client, at: number) {
  return {
    at,
    event: 'auth.login.failure' as const,
    outcome: 'failure' as const,
    reason,
    actor: { kind: 'anonymous' as const },
    ...(personId === undefined ? {} : { target: { kind: 'person' as const, id: personId } }),
    client,
  }
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
