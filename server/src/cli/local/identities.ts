// Identities of people of the local database, for the commands.
import type { House } from '../../compose.ts'
import type { IdentityId } from '../../core/federation/provider.ts'
import { providerWords } from '../../provider-words.ts'
import type { IdentitiesDesk } from '../desk/desk.ts'
import { byCommand } from '../house.ts'
import { personNamed } from './people.ts'

export function localIdentities(house: House): IdentitiesDesk {
  const { federation } = house.core
  return {
    async list(name) {
      const { id } = await personNamed(house, name)
      return (await federation.identities(id)).map(providerWords.presentIdentity)
    },
    async unlink(name, id) {
      return federation.unlinkFor((await personNamed(house, name)).id, id as IdentityId, byCommand)
    },
  }
}
