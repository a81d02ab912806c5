// Sessions and tokens of people of a server, for the commands.
import { type GatehouseConnection, GatehousePeopleApi } from '../../../../client/src/index.ts'
import { Secret } from '../../lib/secret.ts'
import type { CredentialsDesk } from '../desk/desk.ts'
import { personNamed } from './people.ts'
import { everyItem, wasThere } from './server.ts'

export function remoteCredentials(connection: GatehouseConnection): CredentialsDesk {
  const people = new GatehousePeopleApi(connection)
  const idOf = async (name: string): Promise<string> => (await personNamed(people, name)).id
  return {
    async sessions(name) {
      const id = await idOf(name)
      const all = await everyItem((query) => people.listSessions(id, query))
      return all.map(({ isPresent: _, ...session }) => session)
    },
    async endSession(name, id) {
      const person = await idOf(name)
      return wasThere(() => people.endSession(person, id))
    },
    async tokens(name) {
      const id = await idOf(name)
      return everyItem((query) => people.listTokens(id, query))
    },
    async issueToken(name, wish) {
      const { token, secret } = await people.createToken(await idOf(name), wish)
      return { token, secret: new Secret(secret) }
    },
    async revokeToken(name, id) {
      const person = await idOf(name)
      return wasThere(() => people.revokeToken(person, id))
    },
    async issueLogin(name, dialect) {
      const { secret, expiresAt } = await people.createLoginToken(await idOf(name), { dialect })
      return { secret: new Secret(secret), expiresAt }
    },
    async logins(name) {
      const id = await idOf(name)
      return everyItem((query) => people.listLoginTokens(id, query))
    },
    async revokeLogin(name, id) {
      const person = await idOf(name)
      return wasThere(() => people.revokeLoginToken(person, id))
    },
  }
}
