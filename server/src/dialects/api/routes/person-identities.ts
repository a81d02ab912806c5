// /api/v1/people/{person}/identities: whom providers vouch for as somebody, for operators. They unlink; linking is the
// person's own (my-identities.ts).
import type { IdentityId } from '../../../core/federation/provider.ts'
import type { Route } from '../../dialect.ts'
import { conflict, forbidden, idParameter, invalid, missing, pageParameters, unauthorized } from '../documented.ts'
import { operatorOf } from '../operator.ts'
import { pageFound, readPage } from '../page.ts'
import { presentIdentity } from '../present-providers.ts'
import { readPersonUuid } from '../read-directory.ts'
import { PageQuery } from '../wire.ts'
import { PersonIdPath, PersonPath } from '../wire-directory.ts'
import { PersonIdentityList } from '../wire-providers.ts'

const path = '/api/v1/people/:person/identities'
const tags = ['people'] as const
const personParameter = { name: 'person', type: 'string', description: 'UUID' } as const
const refused = { ...unauthorized, ...forbidden, ...missing } as const

export const getPersonIdentities: Route = {
  method: 'GET',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'listIdentities',
    tags,
    summary: 'Whom providers vouch for as them, oldest first',
    parameters: [personParameter, ...pageParameters],
    responses: { 200: { description: 'A page', model: 'PersonIdentityList' }, ...refused, ...invalid },
  },
  params: PersonPath,
  query: PageQuery,
  response: { 200: PersonIdentityList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const wish = readPage(request)
    const { after = 0 } = wish
    const identities = await door.core.administration.identities.list(caller, readPersonUuid(request))
    const further = identities.filter(({ id }) => id > after)
    const page = pageFound(further, wish, ({ id }) => id)
    return { ...page, items: page.items.map(presentIdentity) }
  },
}

export const deletePersonIdentity: Route = {
  method: 'DELETE',
  path: `${path}/:id`,
  signedIn: operatorOf,
  operation: {
    id: 'unlinkIdentity',
    tags,
    summary: 'Unlink one of them, which ends its sessions',
    description:
      'Needs a sign-in of the last ten minutes. Their password and other identities stay. An operator’s own last way to sign in is not unlinked.',
    parameters: [personParameter, idParameter],
    responses: { 204: { description: 'Unlinked' }, ...refused, ...conflict },
  },
  params: PersonIdPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    const id = Number((request.params as { id: string }).id) as IdentityId
    const { identities } = door.core.administration
    await identities.unlink(caller, readPersonUuid(request), id, door.clientOf(request))
    return reply.code(204).removeHeader('content-type').send()
  },
}
