// The one pipeline: throttle → identity → proof → (second factor) → account licence and region → session. It
// alone says whether a sign-in is allowed; a door has nothing else to call. (Law 2 of ARCHITECTURE.md.) proof.ts
// has the steps up to the password, finish.ts those after any proof.
import type { Secret } from '../../lib/secret.ts'
import { Unavailable } from '../../lib/unavailable.ts'
import type { Client } from '../client.ts'
import type { OneTimes } from '../one-time/one-times.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { People } from '../people/people.ts'
import type { Identity } from '../people/person.ts'
import { Refusal } from '../refusal.ts'
import type { Throttles } from '../throttle/throttles.ts'
import type { Credential } from '../tokens/token.ts'
import type { Finish, SignInOutcome, SignInWish } from './finish.ts'
import type { Prove } from './proof.ts'

export interface SignInNeeds {
  readonly prove: Prove
  readonly finish: Finish
  readonly throttles: Throttles
  readonly secrets: { readonly passwords: Passwords; readonly oneTimes: OneTimes }
  readonly people: Pick<People, 'find' | 'improvePassword'>
}

export interface SignIn {
  /** @throws Refusal `wrong-credentials`, `throttled`, `licence-expired`; Unavailable. */
  byPassword(name: string, password: Secret, wish: SignInWish): Promise<SignInOutcome>
  /** By a login token. @throws Refusal `wrong-credentials`, `licence-expired`; Unavailable. */
  byOneTime(secret: Secret, wish: SignInWish): Promise<SignInOutcome>
  /**
   * The signed-in person shows the password again: same throttle, same counter.
   * @throws Refusal `not-allowed` (an API token: it stands for no present person), `current-password`, `throttled`;
   * Unavailable.
   */
  confirmPassword(by: Credential, password: Secret, client: Client): Promise<void>
}

export function createSignIn(needs: SignInNeeds): SignIn {
  const { prove, finish, throttles, secrets, people } = needs

  /** An imported or outdated hash is made anew while the password is at hand; a full queue leaves it for later. */
  async function improve(identity: Identity, password: Secret): Promise<void> {
    if (identity.password === undefined) return
    try {
      const better = await secrets.passwords.improve(password, identity.password)
      if (better === undefined) return
      await people.improvePassword(identity, better)
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
    }
  }

  return {
    async byPassword(name, password, wish) {
      const { identity, attempt, began } = await prove(name, password, wish.client)
      await improve(identity, password)
      const { person } = identity
      const proof = { epoch: person.epoch, passwordVersion: identity.password?.version }
      const { hadFailures } = attempt
      return finish({ person, method: 'password', proof, attempt, consumes: undefined, hadFailures }, wish, began)
    },
    async byOneTime(secret, wish) {
      const usable = await secrets.oneTimes.findUsable(secret, 'login', wish.client.dialect)
      const person = usable?.personId === undefined ? undefined : await people.find(usable.personId)
      if (usable === undefined || person?.status !== 'active') {
        return finish.refuse(person, 'one-time token unknown, used or over', wish.client)
      }
      const proof = { epoch: person.epoch, passwordVersion: undefined }
      const consumes = usable.hash
      return finish({ person, method: 'one-time', proof, attempt: undefined, consumes, hadFailures: false }, wish)
    },
    async confirmPassword(by, password, client) {
      if (by.kind === 'api') throw new Refusal('not-allowed', { reason: 'an API token shows no password' })
      const { attempt } = await prove(by.person.username, password, client, 'current-password')
      await throttles.giveBack(attempt)
    },
  }
}
