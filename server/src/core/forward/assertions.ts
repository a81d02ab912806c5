// The identity JWTs that applications get. One is handed out again while half of its life is left and every word of it
// is still true: a signature costs ten look-ups and waits for the threads that password hashes fill. The likely
// misreading: nobody is let in by what is kept here; whoever calls was looked up before, for this very request.
import type { Duration } from '../ids.ts'
import type { Keys } from '../keys/keys.ts'
import type { Clock, Randomness } from '../needs.ts'
import type { Credential } from '../tokens/token.ts'

const life: Duration = 60_000
const mostKept = 10_000

export interface AssertionNeeds {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly keys: Pick<Keys, 'sign'>
  readonly issuer: string
}

/** What an application is told besides who calls. */
export interface Told {
  /** Of the application: the audience. */
  readonly host: string
  readonly role: string
  readonly groups: readonly string[]
}

export interface Assertions {
  /** A JWT that says who calls, good for half a minute at least and a minute at most. */
  of(by: Credential, told: Told): Promise<string>
}

interface Kept {
  readonly jwt: Promise<string>
  readonly madeAt: number
}

export function createAssertions(needs: AssertionNeeds): Assertions {
  const { clock } = needs
  let kept = new Map<string, Kept>()

  function sign(claims: object): Promise<string> {
    const now = Math.floor(clock.now() / 1000)
    return needs.keys.sign({ ...claims, jti: needs.randomness.text(16), iat: now, exp: now + life / 1000 })
  }

  function keep(key: string, claims: object): Kept {
    if (kept.size >= mostKept) kept = new Map()
    const made = { jwt: sign(claims), madeAt: clock.elapsed() }
    kept.set(key, made)
    // What could not be signed is not kept; whoever waits for it is told.
    made.jwt.catch(() => {
      if (kept.get(key) === made) kept.delete(key)
    })
    return made
  }

  return {
    async of(by, told) {
      const claims = claimsOf(by, told, needs.issuer)
      const key = `${by.id} ${JSON.stringify(claims)}`
      const known = kept.get(key)
      const isFresh = known !== undefined && clock.elapsed() - known.madeAt < life / 2
      return (isFresh ? known : keep(key, claims)).jwt
    },
  }
}

/** All but the times and the number of the JWT. */
function claimsOf({ person, account, dialect }: Credential, { host, role, groups }: Told, issuer: string): object {
  return {
    iss: issuer,
    aud: host,
    sub: person.uuid,
    client_id: dialect,
    preferred_username: person.username,
    name: person.displayName,
    ...(person.email === undefined ? {} : { email: person.email }),
    account: account.uuid,
    role,
    groups,
  }
}
