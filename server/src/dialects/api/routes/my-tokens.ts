// /api/v1/me/tokens: a person's own API tokens for every door. Making one needs a recent sign-in or the password, since
// it outlives the session (ASVS 7.5.1).
import type { TokenId } from '../../../core/ids.ts'
import { Refusal } from '../../../core/refusal.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { forbidden, idParameter, invalid, missing, pageParameters, throttled, unauthorized } from '../documented.ts'
import { newestOf, pageFound, readPage } from '../page.ts'
import { presentToken } from '../present.ts'
import { readTokenWish } from '../read.ts'
import { Ended, IdPath, MadeToken, NewToken, PageQuery, TokenList } from '../wire.ts'

const path = '/api/v1/me/tokens'
const tags = ['me'] as const

export const getMyTokens: Route = {
  method: 'GET',
  path,
  signedIn: true,
  operation: {
    id: 'listMyTokens',
    tags,
    summary: 'My API tokens for every door, newest first, with last use',
    parameters: pageParameters,
    responses: { 200: { description: 'A page', model: 'TokenList' }, ...unauthorized },
  },
  query: PageQuery,
  response: { 200: TokenList },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const wish = readPage(request)
    const page = pageFound(await door.core.tokens.listAll(caller.person.id, newestOf(wish)), wish, ({ id }) => id)
    return { ...page, items: page.items.map(presentToken) }
  },
}

export const postMyTokens: Route = {
  method: 'POST',
  path,
  signedIn: true,
  operation: {
    id: 'createMyToken',
    tags,
    summary: 'Make an API token for a door; its secret is told once',
    bodyModel: 'NewToken',
    responses: {
      201: { description: 'Made', model: 'MadeToken' },
      ...unauthorized,
      ...forbidden,
      ...invalid,
      ...throttled,
    },
  },
  body: NewToken,
  response: { 201: MadeToken },
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const { password, ...wish } = request.body as NewToken
    const client = door.clientOf(request)
    await door.core.signIn.confirmPresence(caller, password === undefined ? undefined : new Secret(password), client)
    const { token, minted, dialect, scope } = await door.core.tokens.issueApi(caller, readTokenWish(wish), client)
    const shown = presentToken({ ...token, dialect, scope, isExpired: false })
    return reply.code(201).send({ token: shown, secret: minted.secret.reveal() })
  },
}

export const deleteMyToken: Route = {
  method: 'DELETE',
  path: `${path}/:id`,
  signedIn: true,
  operation: {
    id: 'revokeMyToken',
    tags,
    summary: 'Revoke one of my API tokens, with what it minted and opened',
    parameters: [idParameter],
    responses: { 204: { description: 'Revoked' }, ...unauthorized, ...forbidden, ...missing },
  },
  params: IdPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const id = Number((request.params as { id: string }).id) as TokenId
    const isRevoked = await door.core.tokens.revokeOwn(caller, id, door.clientOf(request))
    if (!isRevoked) throw new Refusal('not-found', { hint: 'You have no such API token.' })
    return reply.code(204).removeHeader('content-type').send()
  },
}

export const deleteMyTokens: Route = {
  method: 'DELETE',
  path,
  signedIn: true,
  operation: {
    id: 'revokeMyOtherTokens',
    tags,
    summary: 'Revoke all my API tokens but the one of this request',
    responses: { 200: { description: 'How many were revoked', model: 'Ended' }, ...unauthorized, ...forbidden },
  },
  response: { 200: Ended },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await callerOf(door, request)
    return { ended: await door.core.tokens.revokeOthers(caller, door.clientOf(request)) }
  },
}
