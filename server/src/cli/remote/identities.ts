// Identities of people of a server, for the commands.
import { type GatehouseConnection, GatehousePeopleApi } from '../../../../client/src/index.ts'
import type { IdentitiesDesk } from '../desk/desk.ts'
import { personNamed } from './people.ts'
import { everyItem, wasThere } from './server.ts'

export function remoteIdentities(connection: GatehouseConnection): IdentitiesDesk {
  const people = new GatehousePeopleApi(connection)
  const idOf = async (name: string): Promise<string> => (await personNamed(people, name)).id
  return {
    async list(name) {
      const person = await idOf(name)
      return everyItem((query) => people.listIdentities(person, query))
    },
    async unlink(name, id) {
      const person = await idOf(name)
      return wasThere(() => people.unlinkIdentity(person, id))
    },
  }
}
