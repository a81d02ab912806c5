// The one pipeline: throttle → identity → proof → (second factor) → account licence and region → session. It
// alone says whether a sign-in is allowed; a door has nothing else to call. (Law 2 of ARCHITECTURE.md.) proof.ts
// has the steps up to the password, by-token.ts the ways without one, finish.ts the steps after any proof.
import type { Secret } from '../../lib/secret.ts'
import { Unavailable } from '../../lib/unavailable.ts'
import { byNobody } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { Duration } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { People } from '../people/people.ts'
import type { Identity } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import { type Credential, isByApiToken } from '../tokens/token.ts'
import type { Attempts } from './attempts.ts'
import type { ByProvider } from './by-provider.ts'
import type { ByToken } from './by-token.ts'
import type { Finish, SignInOutcome, SignInWish } from './finish.ts'
import type { Prove } from './proof.ts'

/** How long a sign-in counts as the person being there. */
const presenceLasts: Duration = 10 * 60_000

export interface SignInNeeds {
  readonly clock: Clock
  readonly prove: Prove
  readonly finish: Finish
  readonly byToken: ByToken
  readonly byProvider: ByProvider
  readonly attempts: Attempts
  readonly passwords: Passwords
  readonly audits: Audits
  readonly people: Pick<People, 'find' | 'improvePassword'>
}

export interface SignIn extends ByToken, ByProvider {
  /** @throws Refusal `wrong-credentials`, `throttled`, `licence-expired`; Unavailable. */
  byPassword(name: string, password: Secret, wish: SignInWish): Promise<SignInOutcome>
  /**
   * The signed-in person shows the password again: same throttle, same counter.
   * @throws Refusal `not-allowed` (an API token: it stands for no present person), `current-password`, `throttled`;
   * Unavailable.
   */
  confirmPassword(by: Credential, password: Secret, client: Client): Promise<void>
  /** A sign-in that shows no kind of credential: recorded like every other that fails. @throws Refusal `not-signed-in`. */
  withNothing(client: Client): never
  /**
   * Before something that outlives the session: the person signed in a moment ago, or shows the password now (ASVS 7.5.1).
   * @throws Refusal as `confirmPassword`; `not-allowed` when neither.
   */
  confirmPresence(by: Credential, password: Secret | undefined, client: Client): Promise<void>
}

export function createSignIn(needs: SignInNeeds): SignIn {
  const { prove, finish, attempts, passwords, people } = needs

  /** An imported or outdated hash is made anew while the password is at hand; a full queue leaves it for later. */
  async function improve(identity: Identity, password: Secret): Promise<void> {
    if (identity.password === undefined) return
    try {
      const better = await passwords.improve(password, identity.password)
      if (better === undefined) return
      await people.improvePassword(identity, better)
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
    }
  }

  async function confirmPassword(by: Credential, password: Secret, client: Client): Promise<void> {
    if (isByApiToken(by)) throw new Refusal('not-allowed', { reason: 'an API token shows no password' })
    const { identity, attempt } = await prove(by.person.username, password, client, 'current-password')
    await attempts.giveBack(attempt)
    // Names are found anew: one that went over to somebody else meanwhile shows nothing of this person.
    if (identity.person.id !== by.person.id) throw new Refusal('current-password', { reason: 'of somebody else' })
  }

  return {
    async byPassword(name, password, wish) {
      const { identity, linked, attempt, began } = await prove(name, password, wish.client)
      await improve(identity, password)
      const { person } = identity
      const proof = { epoch: person.epoch, passwordVersion: identity.password?.version }
      const { hadFailures } = attempt
      const how =
        linked === undefined
          ? ({ method: 'password' } as const)
          : ({ method: 'ldap', identity: { id: linked } } as const)
      const proven = { ...how, proof, attempt, consumes: undefined, parent: undefined, hadFailures } as const
      return finish({ kind: 'person', person }, proven, wish, began)
    },
    ...needs.byToken,
    ...needs.byProvider,
    withNothing(client) {
      const [event, outcome, reason] = ['auth.login.failure', 'failure', 'no kind of credential'] as const
      needs.audits.refused({ at: needs.clock.now(), event, outcome, reason, actor: byNobody, client })
      throw new Refusal('not-signed-in', { reason, hint: 'Send username and password, or a token.' })
    },
    confirmPassword,
    async confirmPresence(by, password, client) {
      if (password !== undefined) return confirmPassword(by, password, client)
      const isRecent = by.session !== undefined && needs.clock.now() - by.session.openedAt <= presenceLasts
      if (isRecent && !isByApiToken(by)) return
      throw new Refusal('not-allowed', {
        hint: 'Show the password again, or sign in anew: this needs a recent sign-in.',
      })
    },
  }
}
