// /api/v1/people/{person}/sessions and /tokens: what acts for somebody, for operators.
import type { SessionId, TokenId } from '../../../core/ids.ts'
import type { Route } from '../../dialect.ts'
import { conflict, forbidden, idParameter, invalid, missing, pageParameters, unauthorized } from '../documented.ts'
import { answerOnce, onceParameter } from '../once.ts'
import { operatorOf } from '../operator.ts'
import { newestOf, pageFound, readPage } from '../page.ts'
import { presentSession, presentToken } from '../present.ts'
import { readTokenWish } from '../read.ts'
import { readPersonUuid } from '../read-directory.ts'
import { MadeToken, PageQuery, SessionList, TokenList } from '../wire.ts'
import { NewTokenFor, PersonIdPath, PersonPath } from '../wire-directory.ts'

const path = '/api/v1/people/:person'
const tags = ['people'] as const
const personParameter = { name: 'person', type: 'string', description: 'UUID' } as const
const refused = { ...unauthorized, ...forbidden, ...missing } as const

export const getPersonSessions: Route = {
  method: 'GET',
  path: `${path}/sessions`,
  signedIn: operatorOf,
  operation: {
    id: 'listSessions',
    tags,
    summary: 'Their live sessions at every door, newest first',
    parameters: [personParameter, ...pageParameters],
    responses: { 200: { description: 'A page', model: 'SessionList' }, ...refused, ...invalid },
  },
  params: PersonPath,
  query: PageQuery,
  response: { 200: SessionList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const wish = readPage(request)
    const sessions = await door.core.administration.people.sessions(caller, readPersonUuid(request), newestOf(wish))
    const page = pageFound(sessions, wish, ({ id }) => id)
    return { ...page, items: page.items.map((session) => presentSession(session, caller)) }
  },
}

export const deletePersonSession: Route = {
  method: 'DELETE',
  path: `${path}/sessions/:id`,
  signedIn: operatorOf,
  operation: {
    id: 'endSession',
    tags,
    summary: 'End one of their sessions',
    parameters: [personParameter, idParameter],
    responses: { 204: { description: 'Ended' }, ...refused },
  },
  params: PersonIdPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    const id = Number((request.params as { id: string }).id) as SessionId
    await door.core.administration.people.endSession(caller, readPersonUuid(request), id, door.clientOf(request))
    return reply.code(204).removeHeader('content-type').send()
  },
}

export const getPersonTokens: Route = {
  method: 'GET',
  path: `${path}/tokens`,
  signedIn: operatorOf,
  operation: {
    id: 'listTokens',
    tags,
    summary: 'Their API tokens for every door, newest first, with last use',
    parameters: [personParameter, ...pageParameters],
    responses: { 200: { description: 'A page', model: 'TokenList' }, ...refused, ...invalid },
  },
  params: PersonPath,
  query: PageQuery,
  response: { 200: TokenList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const wish = readPage(request)
    const tokens = await door.core.administration.people.tokens(caller, readPersonUuid(request), newestOf(wish))
    const page = pageFound(tokens, wish, ({ id }) => id)
    return { ...page, items: page.items.map(presentToken) }
  },
}

export const postPersonTokens: Route = {
  method: 'POST',
  path: `${path}/tokens`,
  signedIn: operatorOf,
  operation: {
    id: 'createToken',
    tags,
    summary: 'Make an API token for somebody, at any door; its secret is told once',
    description: 'It acts in their home account. Needs a sign-in of the last ten minutes.',
    parameters: [personParameter, onceParameter],
    bodyModel: 'NewTokenFor',
    responses: { 201: { description: 'Made', model: 'MadeToken' }, ...refused, ...conflict, ...invalid },
  },
  params: PersonPath,
  body: NewTokenFor,
  response: { 201: MadeToken },
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    return answerOnce(door, request, reply, { caller, isSecret: true }, async () => {
      const wish = readTokenWish(request.body as NewTokenFor)
      const { people } = door.core.administration
      const issued = await people.issueToken(
        caller,
        readPersonUuid(request),
        { ...wish, dialect: wish.dialect ?? 'api' },
        door.clientOf(request),
      )
      const { token, minted, dialect, scope } = issued
      return {
        token: presentToken({ ...token, dialect, scope, isExpired: false }),
        secret: minted.secret.reveal(),
      }
    })
  },
}

export const deletePersonToken: Route = {
  method: 'DELETE',
  path: `${path}/tokens/:id`,
  signedIn: operatorOf,
  operation: {
    id: 'revokeToken',
    tags,
    summary: 'Revoke one of their API tokens, with what it minted and opened',
    parameters: [personParameter, idParameter],
    responses: { 204: { description: 'Revoked' }, ...refused },
  },
  params: PersonIdPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    const id = Number((request.params as { id: string }).id) as TokenId
    await door.core.administration.people.revokeToken(caller, readPersonUuid(request), id, door.clientOf(request))
    return reply.code(204).removeHeader('content-type').send()
  },
}
