// Somebody changes their own password: the present one is shown again, under the same throttle as a sign-in; every
// other session ends, and the present one goes on with a new token, so that whoever copied the old one is out
// (ASVS 6.2.3, 7.4.3; `model.md`).
import type { Secret } from '../../lib/secret.ts'
import type { Memberships } from '../accounts/memberships.ts'
import type { Client } from '../client.ts'
import type { Clock } from '../needs.ts'
import type { People } from '../people/people.ts'
import { Refusal } from '../refusal.ts'
import { mintAll } from '../sessions/mint-all.ts'
import type { Mint } from '../tokens/mint.ts'
import type { Credential } from '../tokens/token.ts'

export interface ChangePasswordNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly people: Pick<People, 'find' | 'findIdentity' | 'changeOwnPassword'>
  readonly memberships: Pick<Memberships, 'of'>
  readonly confirm: (by: Credential, password: Secret, client: Client) => Promise<void>
}

/**
 * The token with which the session goes on, of the kind that was presented.
 * @throws Refusal `current-password`, `throttled`, `password-refused`, `not-allowed` (an API token, a directory's password),
 * `not-signed-in` (ended meanwhile); Unavailable.
 */
export type ChangePassword = (by: Credential, current: Secret, next: Secret, client: Client) => Promise<Secret>

export function createChangePassword(needs: ChangePasswordNeeds): ChangePassword {
  const { clock, mint, people, memberships, confirm } = needs
  return async (by, current, next, client) => {
    const { kind, session, dialect, scope, account } = by
    if (session === undefined || (kind !== 'cookie' && kind !== 'access')) {
      throw new Refusal('not-allowed', { reason: 'no session to go on with' })
    }
    await confirm(by, current, client)
    if ((await people.findIdentity(by.person.username))?.password === undefined) throw notOurs()
    const person = await people.find(by.person.id)
    if (person === undefined) throw new Refusal('not-signed-in', { reason: 'ended meanwhile' })
    const holder = { kind: 'person', person, membership: await memberships.of(by) } as const
    const [now, until] = [clock.now(), session.endsAt]
    const [minted] = await mintAll(mint, { opens: [kind], dialect, holder, from: now, until })
    if (minted === undefined) throw new Error('nothing minted')
    const { hash, secret } = minted.token
    const token = { hash, kind, dialect, scope, name: '', shown: '', createdAt: now, expiresAt: until }
    const keeps = { id: session.id, accountId: account.id, epoch: by.epoch, askedWith: by.id, tokens: [token] }
    await people.changeOwnPassword(by, next, keeps, client)
    return secret
  }
}

/** One of ours beside a directory's would outlive it: whoever is removed there still got in. */
function notOurs(): Refusal {
  const hint = 'The password is a directory’s: change it there.'
  return new Refusal('not-allowed', { reason: 'no password here', hint })
}
