// /api/v1/people/{person}/login-tokens: what signs somebody in once, for operators.
import type { TokenId } from '../../../core/ids.ts'
import type { Route } from '../../dialect.ts'
import { conflict, forbidden, idParameter, invalid, missing, pageParameters, unauthorized } from '../documented.ts'
import { answerOnce, onceParameter } from '../once.ts'
import { operatorOf } from '../operator.ts'
import { pageFound, readPage } from '../page.ts'
import { presentInstant } from '../present.ts'
import { readPersonUuid } from '../read-directory.ts'
import { PageQuery } from '../wire.ts'
import { LoginToken, LoginTokenList, NewLoginToken, PersonIdPath, PersonPath } from '../wire-directory.ts'

const path = '/api/v1/people/:person/login-tokens'
const tags = ['people'] as const
const personParameter = { name: 'person', type: 'string', description: 'UUID' } as const
const refused = { ...unauthorized, ...forbidden, ...missing } as const

export const getLoginTokens: Route = {
  method: 'GET',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'listLoginTokens',
    tags,
    summary: 'Their login tokens that still work, newest first',
    parameters: [personParameter, ...pageParameters],
    responses: { 200: { description: 'A page', model: 'LoginTokenList' }, ...refused, ...invalid },
  },
  params: PersonPath,
  query: PageQuery,
  response: { 200: LoginTokenList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const wish = readPage(request)
    const { after = Number.POSITIVE_INFINITY } = wish
    const logins = await door.core.administration.people.logins(caller, readPersonUuid(request))
    const further = logins.filter(({ id }) => id < after)
    const page = pageFound(further, wish, ({ id }) => id)
    const items = page.items.map(({ id, dialect, createdAt, expiresAt }) => {
      return { id, dialect, createdAt: presentInstant(createdAt), expiresAt: presentInstant(expiresAt) }
    })
    return { ...page, items }
  },
}

export const postLoginTokens: Route = {
  method: 'POST',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'createLoginToken',
    tags,
    summary: 'Make a token that signs somebody in once, where a door takes such',
    description: 'Needs a sign-in of the last ten minutes.',
    parameters: [personParameter, onceParameter],
    bodyModel: 'NewLoginToken',
    responses: { 201: { description: 'Made', model: 'LoginToken' }, ...refused, ...conflict, ...invalid },
  },
  params: PersonPath,
  body: NewLoginToken,
  response: { 201: LoginToken },
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    return answerOnce(door, request, reply, { caller, isSecret: true }, async () => {
      const { dialect } = request.body as NewLoginToken
      const { people } = door.core.administration
      const { secret, expiresAt } = await people.issueLogin(
        caller,
        readPersonUuid(request),
        dialect,
        door.clientOf(request),
      )
      return { secret: secret.reveal(), expiresAt: presentInstant(expiresAt) }
    })
  },
}

export const deleteLoginToken: Route = {
  method: 'DELETE',
  path: `${path}/:id`,
  signedIn: operatorOf,
  operation: {
    id: 'revokeLoginToken',
    tags,
    summary: 'Revoke one of their login tokens, unused',
    parameters: [personParameter, idParameter],
    responses: { 204: { description: 'Revoked' }, ...refused },
  },
  params: PersonIdPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    const id = Number((request.params as { id: string }).id) as TokenId
    await door.core.administration.people.revokeLogin(caller, readPersonUuid(request), id, door.clientOf(request))
    return reply.code(204).removeHeader('content-type').send()
  },
}
