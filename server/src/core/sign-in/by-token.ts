// Signing in by a token instead of a password: an API token, a login token that works once, a project's agent token.
// Each is 128 bits and more, so a live one is never made to wait (dead-tokens.ts has what becomes of the others).
import type { Secret } from '../../lib/secret.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Client } from '../client.ts'
import type { OneTimes } from '../one-time/one-times.ts'
import type { People } from '../people/people.ts'
import type { Presented } from '../tokens/mint.ts'
import type { FoundToken } from '../tokens/token.ts'
import type { Tokens } from '../tokens/tokens.ts'
import type { RefuseDeadToken } from './dead-tokens.ts'
import type { Finish, SignInOutcome, SignInWish } from './finish.ts'

export interface ByTokenNeeds {
  readonly finish: Finish
  readonly refuse: RefuseDeadToken
  readonly rooms: {
    readonly tokens: Pick<Tokens, 'lookUp'>
    readonly oneTimes: OneTimes
    readonly people: Pick<People, 'find'>
    readonly accounts: Pick<Accounts, 'get'>
  }
}

export interface ByToken {
  /**
   * By an API token of the dialect: the session dies with it, and lives no longer than it.
   * @throws Refusal `wrong-credentials`, `throttled`, `licence-expired`; Unavailable.
   */
  byApiToken(secret: Secret, wish: SignInWish): Promise<SignInOutcome>
  /** By a login token, used up by it. @throws Refusal as `byApiToken`. */
  byOneTime(secret: Secret, wish: SignInWish): Promise<SignInOutcome>
  /** By a project's agent token: nobody's session, which may only be ended. @throws Refusal as `byApiToken`. */
  byAgent(secret: Secret, wish: SignInWish): Promise<SignInOutcome>
}

const nothingOfPerson = { attempt: undefined, consumes: undefined, hadFailures: false } as const

export function createByToken({ finish, refuse, rooms }: ByTokenNeeds): ByToken {
  const { tokens, oneTimes, people, accounts } = rooms

  async function getLive(presented: Presented, client: Client): Promise<FoundToken> {
    const { live, dead } = await tokens.lookUp(presented, client.dialect)
    return live ?? refuse(presented, `${presented.kinds.join()} token ${dead ?? 'unknown'}`, client)
  }

  return {
    async byApiToken(secret, wish) {
      const presented: Presented = { secret, kinds: ['api'] }
      const token = await getLive(presented, wish.client)
      const person = token.person === undefined ? undefined : await people.find(token.person.id)
      if (person === undefined) return refuse(presented, 'nobody has this API token', wish.client)
      const proof = { epoch: token.epoch, passwordVersion: undefined }
      const parent = { id: token.id, expiresAt: token.expiresAt, scope: token.scope }
      const unplaced = { kind: 'person', person, account: token.account.uuid } as const
      return finish(unplaced, { ...nothingOfPerson, method: 'api-token', proof, parent }, wish)
    },
    async byOneTime(secret, wish) {
      const usable = await oneTimes.findUsable(secret, 'login', wish.client.dialect)
      const person = usable?.personId === undefined ? undefined : await people.find(usable.personId)
      if (usable === undefined || person?.status !== 'active') {
        return refuse({ secret, kinds: ['one-time'] }, 'one-time token unknown, used or over', wish.client)
      }
      const proof = { epoch: person.epoch, passwordVersion: undefined }
      const proven = {
        ...nothingOfPerson,
        method: 'one-time',
        proof,
        consumes: usable.hash,
        parent: undefined,
      } as const
      return finish({ kind: 'person', person }, proven, wish)
    },
    async byAgent(secret, wish) {
      const presented: Presented = { secret, kinds: ['agent'] }
      const token = await getLive(presented, wish.client)
      if (token.projectId === undefined) return refuse(presented, 'no project has this agent token', wish.client)
      const account = await accounts.get(token.account.uuid)
      const proof = { epoch: 0, passwordVersion: undefined }
      const parent = { id: token.id, expiresAt: token.expiresAt, scope: token.scope }
      const unplaced = { kind: 'agent', projectId: token.projectId, account } as const
      return finish(unplaced, { ...nothingOfPerson, method: 'agent', proof, parent }, wish)
    },
  }
}
