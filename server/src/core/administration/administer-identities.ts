// Whom providers vouch for as somebody, for operators: they look, and they unlink. Nobody links an identity for another
// (only whoever is signed in, or a verified address, does): it would be a way to sign in as them.
import type { Client } from '../client.ts'
import type { Federation } from '../federation/federation.ts'
import type { IdentityId, LinkedIdentity } from '../federation/provider.ts'
import type { Rights } from '../rights/rights.ts'
import type { Credential } from '../tokens/token.ts'

export interface AdministerIdentitiesNeeds {
  readonly rights: Pick<Rights, 'personToChange'>
  readonly federation: Pick<Federation, 'identities' | 'unlink'>
  /** @throws Refusal `not-allowed` when the caller did not sign in a moment ago. */
  readonly confirmPresence: (by: Credential, client: Client) => Promise<void>
}

/** Every method: @throws Refusal `not-allowed` (no operator, another operator, no recent sign-in), `not-found`. */
export interface AdministerIdentities {
  /** Oldest first. */
  list(by: Credential, uuid: string): Promise<readonly LinkedIdentity[]>
  /**
   * Ends its sessions. Like every change of how somebody signs in it needs a recent sign-in.
   * @throws Refusal `conflict` (one's own last way to sign in).
   */
  unlink(by: Credential, uuid: string, id: IdentityId, client: Client): Promise<void>
}

export function createAdministerIdentities(needs: AdministerIdentitiesNeeds): AdministerIdentities {
  const { rights, federation, confirmPresence } = needs
  return {
    async list(by, uuid) {
      return federation.identities((await rights.personToChange(by, uuid)).id)
    },
    async unlink(by, uuid, id, client) {
      const person = await rights.personToChange(by, uuid)
      await confirmPresence(by, client)
      await federation.unlink(by, person.id, id, client)
    },
  }
}
