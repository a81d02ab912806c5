// People of the local database, for the commands.
import type { House } from '../../compose.ts'
import type { Person } from '../../core/people/person.ts'
import type { PeopleDesk } from '../desk/desk.ts'
import type { PersonValue } from '../desk/values.ts'
import { byCommand, everyPage } from '../house.ts'
import { isoTime } from '../output.ts'

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** By any name they sign in with, or by UUID. @throws Refusal `not-found`. */
export async function personNamed({ core }: House, name: string): Promise<Person> {
  const byUuid = uuidForm.test(name) ? await core.profiles.find(name) : undefined
  return byUuid ?? core.people.get(name)
}

export function localPeople(house: House): PeopleDesk {
  const { people, profiles } = house.core
  return {
    list: async () => (await everyPage(people.list, ({ id }) => id)).map(present),
    get: async (name) => present(await personNamed(house, name)),
    create: async (wish) => present(await people.create(wish, byCommand)),
    change: async (name, wish) => present(await profiles.change(await personNamed(house, name), wish, byCommand)),
    async setOperator(name, isOperator) {
      return present(await profiles.changeOperator(await personNamed(house, name), isOperator, byCommand))
    },
    async setStatus(name, status) {
      const { username } = await personNamed(house, name)
      const change = status === 'active' ? people.enable : people.disable
      return present(await change(username, byCommand))
    },
    async setPassword(name, password) {
      await people.resetPassword((await personNamed(house, name)).username, password, byCommand)
    },
    async endEverything(name) {
      return (await people.endEverything((await personNamed(house, name)).username, byCommand)).ended
    },
  }
}

function present(person: Person): PersonValue {
  const { id, uuid, kind, username, email, displayName, status, isOperator, createdAt } = person
  return { id, uuid, kind, username, email, displayName, status, isOperator, createdAt: isoTime(createdAt) }
}
