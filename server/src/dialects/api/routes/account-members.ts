// /api/v1/accounts/{account}/members: who acts in an account, and as what.
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { conflict, forbidden, invalid, missing, pageParameters, unauthorized } from '../documented.ts'
import { pageFound, readPage } from '../page.ts'
import { presentMember } from '../present-directory.ts'
import { readAccountName, readPersonUuid } from '../read-directory.ts'
import { PageQuery } from '../wire.ts'
import { AccountPath, MemberList, MemberPath, MemberRole } from '../wire-directory.ts'

const path = '/api/v1/accounts/:account/members'
const tags = ['accounts'] as const
const accountParameter = { name: 'account', type: 'string', description: 'Identifier or UUID' } as const
const personParameter = { name: 'person', type: 'string', description: 'UUID' } as const
const refused = { ...unauthorized, ...forbidden, ...missing } as const

export const getMembers: Route = {
  method: 'GET',
  path,
  signedIn: true,
  operation: {
    id: 'listMembers',
    tags,
    summary: 'The members of an account, for its owners and admins',
    parameters: [accountParameter, ...pageParameters],
    responses: { 200: { description: 'A page', model: 'MemberList' }, ...refused, ...invalid },
  },
  params: AccountPath,
  query: PageQuery,
  response: { 200: MemberList },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const wish = readPage(request)
    const range = { after: wish.after ?? 0, limit: wish.limit + 1 }
    const found = await door.core.administration.accounts.members(caller, readAccountName(request), range)
    const page = pageFound(found, wish, ({ personId }) => personId)
    return { ...page, items: page.items.map(presentMember) }
  },
}

export const putMember: Route = {
  method: 'PUT',
  path: `${path}/:person`,
  signedIn: true,
  operation: {
    id: 'putMember',
    tags,
    summary: 'Make somebody a member, or give a member another role',
    description: 'An admin makes no owner and changes none; nobody changes their own role.',
    parameters: [accountParameter, personParameter],
    bodyModel: 'MemberRole',
    responses: { 204: { description: 'They have it' }, ...refused, ...invalid },
  },
  params: MemberPath,
  body: MemberRole,
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const { role, home = false } = request.body as MemberRole
    const { accounts } = door.core.administration
    const wish = { role, becomesHome: home }
    await accounts.putMember(caller, readAccountName(request), readPersonUuid(request), wish, door.clientOf(request))
    return reply.code(204).removeHeader('content-type').send()
  },
}

export const deleteMember: Route = {
  method: 'DELETE',
  path: `${path}/:person`,
  signedIn: true,
  operation: {
    id: 'removeMember',
    tags,
    summary: 'Remove a member, and end what acts for them in the account',
    parameters: [accountParameter, personParameter],
    responses: { 204: { description: 'Removed' }, ...refused, ...conflict },
  },
  params: MemberPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const { accounts } = door.core.administration
    await accounts.removeMember(caller, readAccountName(request), readPersonUuid(request), door.clientOf(request))
    return reply.code(204).removeHeader('content-type').send()
  },
}
