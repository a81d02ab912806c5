// Revoking whatever bytes somebody holds (RFC 7009): the token's session ends, if it has one; an API token is gone with
// what it minted and opened. Somebody else's, and what is no token, changes nothing and tells nothing; one that
// only sleeps (its account is not active) is ended for good. A token ends itself whatever its scope: whoever holds it may
// always let go of it.
import type { Secret } from '../lib/secret.ts'
import type { Client } from './client.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { Credential } from './tokens/token.ts'
import type { Tokens } from './tokens/tokens.ts'

/** @throws Refusal `not-allowed` when the scope does not reach beyond the caller's own token, whatever the other is. */
export type Revoke = (by: Credential, token: Secret, client: Client) => Promise<void>

export function createRevoke(rooms: {
  readonly tokens: Pick<Tokens, 'findAnywhere' | 'requireScope' | 'revokeOwn'>
  readonly sessions: Pick<Sessions, 'endOne'>
}): Revoke {
  return async (by, token, client) => {
    const found = await rooms.tokens.findAnywhere(token.reveal())
    if (found?.id !== by.id) rooms.tokens.requireScope(by, 'default')
    if (found?.person?.id !== by.person.id) return
    if (found.kind === 'api') await rooms.tokens.revokeOwn(by, found.id, client)
    else if (found.session !== undefined) {
      await rooms.sessions.endOne(by, by.person.id, found.session.id, client)
    }
  }
}
