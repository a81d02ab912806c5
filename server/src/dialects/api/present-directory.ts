// People, accounts, members and projects in the words of our own API.
import type { Account } from '../../core/accounts/account.ts'
import type { Member } from '../../core/accounts/membership.ts'
import type { Person } from '../../core/people/person.ts'
import type { ShownProject } from '../../core/projects/project.ts'
import { presentInstant, presentPerson } from './present.ts'

export function presentDirectoryPerson(person: Person) {
  return { ...presentPerson(person), status: person.status }
}

export function presentAccount({ id, uuid, identifier, name, licence, region, quota, isActive }: Account) {
  return {
    id: uuid,
    number: id,
    identifier,
    name,
    licence,
    ...(region === undefined ? {} : { region }),
    ...(quota === undefined ? {} : { quota }),
    isActive,
  }
}

export function presentMember({ personId, uuid, username, role, isHome }: Member) {
  return { person: uuid, number: personId, username, role, isHome }
}

export function presentProject({ id, uuid, name, createdAt, agentToken, isTokenUnreadable }: ShownProject) {
  const token = agentToken === undefined ? {} : { agentToken: agentToken.reveal() }
  const unreadable = isTokenUnreadable === undefined ? {} : { isTokenUnreadable }
  return { id: uuid, number: id, name, createdAt: presentInstant(createdAt), ...token, ...unreadable }
}
