// Core put together: every room, made from what the outside provides. Dialects see the type `Core` and nothing
// else of this folder but types and refusals.
import { createAccounts } from './accounts/accounts.ts'
import { type Audits, createAudits } from './audit/audits.ts'
import { type Bootstraps, createBootstraps } from './bootstrap/bootstraps.ts'
import { createKeys, type Keys } from './keys/keys.ts'
import type { Needs, TokenSpelling } from './needs.ts'
import { createOneTimes } from './one-time/one-times.ts'
import type { PasswordPolicy } from './passwords/password-policy.ts'
import { createPasswords } from './passwords/passwords.ts'
import { createPeople, type People } from './people/people.ts'
import { type Lifetimes, longestAccessLife } from './sessions/lifetimes.ts'
import { createSessions, type Sessions } from './sessions/sessions.ts'
import { createFinish } from './sign-in/finish.ts'
import { createProve } from './sign-in/proof.ts'
import { createSignIn, type SignIn } from './sign-in/sign-in.ts'
import type { Store } from './store.ts'
import type { ThrottleLimits } from './throttle/throttle.ts'
import { createThrottles, type Throttles } from './throttle/throttles.ts'
import { createMint } from './tokens/mint.ts'
import { createTokens, type Tokens } from './tokens/tokens.ts'

export interface Policy {
  readonly passwords: PasswordPolicy
  readonly lifetimes: Lifetimes
  readonly limits: ThrottleLimits
  /** UUID of this installation, the same on all nodes. */
  readonly installationId: string
  /** `iss` of every JWT. */
  readonly issuer: string
  /** One for each dialect that is spoken. */
  readonly spellings: readonly TokenSpelling[]
}

export interface Core {
  readonly installationId: string
  /** Fewest characters of a password, for pages that ask for one. */
  readonly passwordMinimum: number
  readonly signIn: SignIn
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly people: People
  readonly audits: Audits
  readonly keys: Keys
  readonly bootstraps: Bootstraps
  readonly throttles: Throttles
}

export function createCore(needs: Needs, store: Store, policy: Policy): Core {
  const { clock, randomness, digest, passwordHasher, signer, sealer } = needs
  const { lifetimes, limits, spellings, issuer } = policy
  const overlap = longestAccessLife(lifetimes)
  const audits = createAudits({ clock, digest, store: store.audit })
  const keys = createKeys({ clock, signer, sealer, store: store.keys, overlap })
  const mint = createMint({ randomness, digest, keys, spellings, issuer })
  const throttles = createThrottles({ clock, digest, store: store.throttle, limits })
  const passwords = createPasswords({ clock, passwordHasher, policy: policy.passwords, store: store.passwords })
  const oneTimes = createOneTimes({ clock, mint, store: store.oneTimes })
  const sessions = createSessions({ clock, mint, store: store.sessions, lifetimes })
  const tokens = createTokens({ clock, mint, store: store.tokens, audits, lifetimes })
  const people = createPeople({ clock, randomness, passwords, throttles, store: store.people })
  const prove = createProve({ clock, people, passwords, throttles, audits })
  const finish = createFinish({
    clock,
    accounts: createAccounts({ store: store.accounts }),
    rooms: { sessions, throttles, audits, passwords },
    lifetimes,
  })
  const secrets = { passwords, oneTimes }
  const signIn = createSignIn({ prove, finish, throttles, secrets, people })
  const bootstraps = createBootstraps({ clock, people, oneTimes, store: store.bootstrap, audits })
  return {
    installationId: policy.installationId,
    passwordMinimum: policy.passwords.minimum,
    signIn,
    sessions,
    tokens,
    people,
    audits,
    keys,
    bootstraps,
    throttles,
  }
}
