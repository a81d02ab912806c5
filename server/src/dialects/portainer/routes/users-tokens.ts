// GET /users/{id}/tokens and DELETE /users/{id}/tokens/{keyID} (contract 3.9). Differs from upstream on purpose: a
// missing or foreign key is 404, not 500 or 403.
import { Type } from 'typebox'
import type { TokenId } from '../../../core/ids.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { forbidden, idParameter, invalid, missing, unauthorised, userTags } from '../documented.ts'
import { presentKey } from '../present.ts'
import { readPersonId } from '../read.ts'
import { KeyPath, PortainerAPIKey, UserPath } from '../wire.ts'

export const getUserTokens: Route = {
  method: 'GET',
  path: '/users/:id/tokens',
  signedIn: true,
  operation: {
    id: 'UserGetAPIKeys',
    tags: userTags,
    summary: 'List the API keys of a user',
    security: ['jwt', 'ApiKeyAuth'],
    parameters: [idParameter],
    responses: {
      200: { description: 'Success', model: 'PortainerAPIKey', isList: true },
      400: invalid,
      401: unauthorised,
      403: forbidden,
      404: missing,
    },
  },
  params: UserPath,
  response: { 200: Type.Array(PortainerAPIKey) },
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const owner = await door.core.people.getFor(caller, readPersonId(request))
    return (await door.core.tokens.list(owner.id, 'portainer')).map(presentKey)
  },
}

export const deleteUserToken: Route = {
  method: 'DELETE',
  path: '/users/:id/tokens/:keyID',
  signedIn: true,
  operation: {
    id: 'UserRemoveAPIKey',
    tags: userTags,
    summary: 'Delete an API key of a user',
    security: ['jwt', 'ApiKeyAuth'],
    parameters: [idParameter, { name: 'keyID', type: 'integer' }],
    responses: { 204: { description: 'Success' }, 400: invalid, 401: unauthorised, 403: forbidden, 404: missing },
  },
  params: KeyPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const owner = await door.core.people.getFor(caller, readPersonId(request))
    const id = Number((request.params as { keyID: string }).keyID) as TokenId
    const revoked = await door.core.tokens.revoke(caller, owner.id, { id }, door.clientOf(request))
    if (!revoked) throw new Refusal('not-found', { hint: 'API Key not found' })
    return reply.code(204).removeHeader('content-type').send()
  },
}
