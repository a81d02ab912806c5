// /api/v1/people: everybody, for operators.
import { Secret } from '../../../lib/secret.ts'
import type { Route } from '../../dialect.ts'
import { conflict, forbidden, invalid, missing, pageParameters, unauthorized } from '../documented.ts'
import { answerOnce, onceParameter } from '../once.ts'
import { operatorOf } from '../operator.ts'
import { pageFound, readPage } from '../page.ts'
import { presentDirectoryPerson } from '../present-directory.ts'
import { readNewPerson, readPersonChange, readPersonUuid } from '../read-directory.ts'
import {
  DirectoryPerson,
  DirectoryPersonList,
  NewPassword,
  NewPerson,
  PeopleQuery,
  PersonChange,
  PersonPath,
  Receipt,
} from '../wire-directory.ts'

const path = '/api/v1/people'
const tags = ['people'] as const
const nameParameter = {
  name: 'name',
  type: 'string',
  in: 'query',
  description: 'Only whoever answers to this user name or e-mail address, in any spelling',
} as const
const personParameter = { name: 'person', type: 'string', description: 'UUID' } as const

export const getPeople: Route = {
  method: 'GET',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'listPeople',
    tags,
    summary: 'Everybody, in the order in which they were added',
    parameters: [...pageParameters, nameParameter],
    responses: {
      200: { description: 'A page', model: 'DirectoryPersonList' },
      ...unauthorized,
      ...forbidden,
      ...invalid,
    },
  },
  query: PeopleQuery,
  response: { 200: DirectoryPersonList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const wish = readPage(request)
    const { people } = door.core.administration
    const { name } = request.query as PeopleQuery
    if (name !== undefined) {
      const named = await people.named(caller, name)
      return { items: named === undefined ? [] : [presentDirectoryPerson(named)] }
    }
    const found = await people.list(caller, wish.after ?? 0, wish.limit + 1)
    const page = pageFound(found, wish, ({ id }) => id)
    return { ...page, items: page.items.map(presentDirectoryPerson) }
  },
}

export const postPeople: Route = {
  method: 'POST',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'createPerson',
    tags,
    summary: 'Add a person or a machine to the account default',
    description: 'With a password, or as an operator, it needs a sign-in of the last ten minutes.',
    parameters: [onceParameter],
    bodyModel: 'NewPerson',
    responses: {
      201: { description: 'Added', model: 'DirectoryPerson' },
      ...unauthorized,
      ...forbidden,
      ...conflict,
      ...invalid,
    },
  },
  body: NewPerson,
  response: { 201: DirectoryPerson },
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    return answerOnce(door, request, reply, { caller }, async () => {
      const wish = readNewPerson(request.body as NewPerson)
      const { people } = door.core.administration
      return presentDirectoryPerson(await people.create(caller, wish, door.clientOf(request)))
    })
  },
}

export const getPerson: Route = {
  method: 'GET',
  path: `${path}/:person`,
  signedIn: operatorOf,
  operation: {
    id: 'getPerson',
    tags,
    summary: 'One person',
    parameters: [personParameter],
    responses: {
      200: { description: 'The person', model: 'DirectoryPerson' },
      ...unauthorized,
      ...forbidden,
      ...missing,
    },
  },
  params: PersonPath,
  response: { 200: DirectoryPerson },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    return presentDirectoryPerson(await door.core.administration.people.get(caller, readPersonUuid(request)))
  },
}

export const patchPerson: Route = {
  method: 'PATCH',
  path: `${path}/:person`,
  signedIn: operatorOf,
  operation: {
    id: 'changePerson',
    tags,
    summary: 'Change name and address, the operator flag, or the status',
    parameters: [personParameter],
    bodyModel: 'PersonChange',
    responses: {
      200: { description: 'As they are now', model: 'DirectoryPerson' },
      ...unauthorized,
      ...forbidden,
      ...missing,
      ...conflict,
      ...invalid,
    },
  },
  params: PersonPath,
  body: PersonChange,
  response: { 200: DirectoryPerson },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const change = readPersonChange(request.body as PersonChange)
    const { people } = door.core.administration
    return presentDirectoryPerson(await people.change(caller, readPersonUuid(request), change, door.clientOf(request)))
  },
}

export const putPersonPassword: Route = {
  method: 'PUT',
  path: `${path}/:person/password`,
  signedIn: operatorOf,
  operation: {
    id: 'setPassword',
    tags,
    summary: 'Set somebody’s password, which ends their sessions',
    description: 'Needs a sign-in of the last ten minutes. Lifts a lock; API tokens live on.',
    parameters: [personParameter],
    bodyModel: 'NewPassword',
    responses: { 204: { description: 'Set' }, ...unauthorized, ...forbidden, ...missing, ...invalid },
  },
  params: PersonPath,
  body: NewPassword,
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    const password = new Secret((request.body as NewPassword).password)
    const { people } = door.core.administration
    await people.setPassword(caller, readPersonUuid(request), password, door.clientOf(request))
    return reply.code(204).removeHeader('content-type').send()
  },
}

export const postEndEverything: Route = {
  method: 'POST',
  path: `${path}/:person/end-everything`,
  signedIn: operatorOf,
  operation: {
    id: 'endEverything',
    tags,
    summary: 'End every session and token of a person at every door, at once and for good',
    parameters: [personParameter],
    responses: {
      200: { description: 'It is over', model: 'Receipt' },
      ...unauthorized,
      ...forbidden,
      ...missing,
    },
  },
  params: PersonPath,
  response: { 200: Receipt },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const { people } = door.core.administration
    return { ended: await people.endEverything(caller, readPersonUuid(request), door.clientOf(request)) }
  },
}
