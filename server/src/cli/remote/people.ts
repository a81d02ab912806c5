// People of a server, for the commands.
import {
  type GatehouseConnection,
  type GatehouseDirectoryPerson,
  GatehousePeopleApi,
} from '../../../../client/src/index.ts'
import type { PeopleDesk } from '../desk/desk.ts'
import type { PersonValue } from '../desk/values.ts'
import { CommandFailure } from '../failure.ts'
import { everyItem } from './server.ts'

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function isUuid(name: string): boolean {
  return uuidForm.test(name)
}

/** By any name they sign in with, or by UUID. @throws CommandFailure `not-found`, and what the server refuses. */
export async function personNamed(people: GatehousePeopleApi, name: string): Promise<GatehouseDirectoryPerson> {
  if (isUuid(name)) return people.getPerson(name)
  const [person] = name === '' ? [] : (await people.listPeople({ name })).items
  if (person !== undefined) return person
  throw new CommandFailure('not-found', `There is nobody called "${name}".`)
}

export function remotePeople(connection: GatehouseConnection): PeopleDesk {
  const people = new GatehousePeopleApi(connection)
  const idOf = async (name: string): Promise<string> => (await personNamed(people, name)).id
  return {
    list: async () => (await everyItem((query) => people.listPeople(query))).map(present),
    get: async (name) => present(await personNamed(people, name)),
    async create({ password, ...wish }) {
      const shown = password === undefined ? {} : { password: password.reveal() }
      return present(await people.createPerson({ ...wish, ...shown }))
    },
    change: async (name, wish) => present(await people.changePerson(await idOf(name), wish)),
    setOperator: async (name, isOperator) => present(await people.changePerson(await idOf(name), { isOperator })),
    setStatus: async (name, status) => present(await people.changePerson(await idOf(name), { status })),
    setPassword: async (name, password) => people.setPassword(await idOf(name), password.reveal()),
    endEverything: async (name) => (await people.endEverything(await idOf(name))).ended,
  }
}

function present({ id, number, ...rest }: GatehouseDirectoryPerson): PersonValue {
  return { id: number, uuid: id, ...rest }
}
