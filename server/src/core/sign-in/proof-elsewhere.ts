// A password that a directory knows. A directory counts wrong passwords itself and locks by its own rules, so the throttle
// must trip first (attack D14): few are asked at once about one name, each failure is counted before the next is asked,
// and guesses are counted by whose password they are guesses at, whatever name of theirs was typed.
import type { Client } from '../client.ts'
import type { AskedDirectories, DirectoryPeople, Whose } from '../federation/directory-people.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { Refusal } from '../refusal.ts'
import type { Attempt } from '../throttle/throttles.ts'
import type { Attempts } from './attempts.ts'
import type { Attempted, Verdict } from './proof.ts'
import { createTurns } from './turns.ts'

/** NIST SP 800-63B-4 §3.2.2; over after an hour without a failure (`forgetAfter`), or when they are enabled anew. */
const spent = 'too many failures in a row'

/** Questions about one name that directories are asked at once. */
const fewAtOnce = 3

export interface ProofElsewhereNeeds {
  readonly clock: Pick<Clock, 'elapsed'>
  readonly passwords: Pick<Passwords, 'askedElsewhere'>
  readonly attempts: Attempts
  readonly directoryPeople: Pick<DirectoryPeople, 'prove'>
}

/** A failure is counted when this returns. @throws Refusal `throttled`; Unavailable when nobody could be asked. */
export type ProveElsewhere = (asked: AskedDirectories, attempted: Attempted) => Promise<Verdict>

export function createProveElsewhere(needs: ProofElsewhereNeeds): ProveElsewhere {
  const { clock, passwords, attempts, directoryPeople } = needs
  const turns = createTurns(fewAtOnce)

  async function prove(asked: AskedDirectories, attempted: Attempted): Promise<Verdict> {
    const { presented, attempt, client } = attempted
    const moving = createMoving(attempts, attempted)
    if (!(await attempt.stillAllowed().catch(moving.end))) return attempts.turnAway(attempt, client)
    if (attempt.isSpent) {
      await moving.fail(spent)
      return { kind: 'mismatch', reason: spent }
    }
    const began = clock.elapsed()
    const word = await directoryPeople.prove(asked, { ...presented, countAs: moving.countAs }, client).catch(moving.end)
    if (word.kind === 'no') {
      // How long directories take to say no is how long others are refused in.
      if (word.unanswered === undefined) passwords.askedElsewhere(clock.elapsed() - began)
      await moving.fail(word.reason)
      return { ...word, kind: 'mismatch' }
    }
    const { id, person } = word.known
    return { kind: 'match', identity: { person, password: undefined }, linked: id, attempt: moving.present() }
  }

  return (asked, attempted) => turns(attempted.counted, () => prove(asked, attempted))
}

/** One attempt that is counted under what was typed until a directory says whose entry that is. */
interface Moving {
  present(): Attempt
  /** From now on as a guess at theirs, if it may be tried. @throws Refusal `throttled`: then it stays where it is. */
  countAs(whose: Whose): Promise<void>
  fail(reason: string): Promise<void>
  /** Gives back what could not be tried; what no answer came to may still be a wrong password there. @throws `error`. */
  end(error: unknown): Promise<never>
}

function createMoving(attempts: Attempts, { presented, counted, attempt, client }: Attempted): Moving {
  let now: Counted = { attempt, name: counted, personId: presented.identity?.person.id, isTried: false }
  let moving: Promise<void> = Promise.resolve()
  const fail = (reason: string) => attempts.fail(now.attempt, { personId: now.personId, reason, client })

  async function move(whose: Whose): Promise<void> {
    if (whose.name !== now.name) {
      const begun = await beginEarly(attempts, whose, client)
      // Another directory's entry: at the one before, the password was wrong.
      await (now.isTried ? fail('no directory knows the name and the password') : attempts.giveBack(now.attempt))
      now = { ...now, ...whose, attempt: begun }
    }
    now = { ...now, isTried: true }
  }

  return {
    present: () => now.attempt,
    countAs(whose) {
      const moved = move(whose)
      moving = moved.catch(() => undefined)
      return moved
    },
    fail,
    async end(error) {
      // A directory's time may be over while the count moves: what it moves to is what has to be settled.
      await moving
      await (now.isTried ? fail('no answer to the password') : attempts.giveBack(now.attempt))
      throw error
    },
  }
}

interface Counted extends Whose {
  readonly attempt: Attempt
  /** Whether a directory was shown the password for it. */
  readonly isTried: boolean
}

/** Whoever is known by several names may be asked about under each of them: no more at once than when one has failed. */
async function beginEarly(attempts: Attempts, { name, personId }: Whose, client: Client): Promise<Attempt> {
  const begun = await attempts.begin(name, true, client)
  if (!begun.isEarly) return attempts.turnAway(begun, client)
  if (!begun.isSpent) return begun
  await attempts.fail(begun, { personId, reason: spent, client })
  throw new Refusal('wrong-credentials', { reason: spent })
}
