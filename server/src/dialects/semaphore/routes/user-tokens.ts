// GET and POST /user/tokens, DELETE /user/tokens/{api_token_id}. The list shows 8 characters, creation the whole
// secret once (contract 5.7, SNEW; the classic server listed secrets). DELETE takes either, and answers 204 for a
// token that is missing or somebody else's, too: nothing changes and nothing is told.
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Credential } from '../../../core/tokens/token.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Door, Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { presentToken } from '../present.ts'
import { readWish } from '../read.ts'
import { APIToken, TokenPath, TokenWish } from '../wire.ts'

const tags = ['authentication'] as const
const contentTypes = ['application/json', 'text/plain; charset=utf-8'] as const
const shownLength = 8

export const getUserTokens: Route = {
  method: 'GET',
  path: '/user/tokens',
  signedIn: true,
  operation: {
    id: 'userTokensGet',
    tags,
    summary: 'Fetch API tokens for user',
    responses: { 200: { description: 'API Tokens', model: 'APIToken', isList: true, contentTypes } },
  },
  response: { 200: Type.Array(APIToken) },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const tokens = await door.core.tokens.list(caller.person.id, 'semaphore')
    return tokens.map((token) => presentToken(token, token.shown, token.isExpired))
  },
}

export const postUserTokens: Route = {
  method: 'POST',
  path: '/user/tokens',
  signedIn: true,
  operation: {
    id: 'userTokensPost',
    tags,
    summary: 'Create an API token',
    responses: { 201: { description: 'API Token', model: 'APIToken', contentTypes } },
  },
  body: TokenWish,
  response: { 201: APIToken },
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const { token, minted } = await door.core.tokens.issueApi(
      caller,
      readWish(request.body as TokenWish | undefined),
      door.clientOf(request),
    )
    return reply.code(201).send(presentToken(token, minted.secret.reveal(), false))
  },
}

export const deleteUserToken: Route = {
  method: 'DELETE',
  path: '/user/tokens/:api_token_id',
  signedIn: true,
  operation: {
    id: 'userTokensApiTokenIdDelete',
    tags,
    summary: 'Expires API token',
    parameters: [{ name: 'api_token_id', type: 'string', example: 'kwofd61g93-yuqvex8efmhjkgnbxlo8mp1tin6spyhu=' }],
    responses: { 204: { description: 'Expired API Token' } },
  },
  params: TokenPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    await revoke(door, request, caller)
    return reply.code(204).send()
  },
}

function revoke(door: Door, request: FastifyRequest, caller: Credential): Promise<boolean> {
  const { api_token_id: id } = request.params as { api_token_id: string }
  const which = id.length === shownLength ? { shown: id.toLowerCase() } : { secret: new Secret(id) }
  return door.core.tokens.revoke(caller, caller.person.id, which, door.clientOf(request))
}
