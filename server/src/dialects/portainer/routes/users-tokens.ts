// /users/{id}/tokens: create, list, delete (contract 3.9). Creating asks for the password again and for a session,
// not an API key. Differs from upstream on purpose: a missing or foreign key is 404, not 500 or 403.
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { PersonId, TokenId } from '../../../core/ids.ts'
import { Refusal } from '../../../core/refusal.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { presentKey } from '../present.ts'
import {
  KeyPath,
  PortainerAPIKey,
  UserPath,
  UsersAccessTokenResponse,
  UsersUserAccessTokenCreatePayload,
} from '../wire.ts'

const tags = ['users'] as const
const idParameter = { name: 'id', type: 'integer' } as const
const unauthorised = { description: 'Not signed in', model: 'PortainerError' } as const
const forbidden = { description: 'Not allowed', model: 'PortainerError' } as const
const invalid = { description: 'Invalid request', model: 'PortainerError' } as const
const missing = { description: 'Not found', model: 'PortainerError' } as const
const longestDescription = 127

function pathId(request: FastifyRequest): PersonId {
  return Number((request.params as { id: string }).id) as PersonId
}

export const getUserTokens: Route = {
  method: 'GET',
  path: '/users/:id/tokens',
  signedIn: true,
  operation: {
    id: 'UserGetAPIKeys',
    tags,
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
    const owner = await door.core.people.getFor(caller, pathId(request))
    return (await door.core.tokens.list(owner.id, 'portainer')).map(presentKey)
  },
}

export const postUserTokens: Route = {
  method: 'POST',
  path: '/users/:id/tokens',
  signedIn: true,
  operation: {
    id: 'UserGenerateAPIKey',
    tags,
    summary: 'Create an API key for the current user',
    security: ['jwt'],
    parameters: [idParameter],
    bodyName: 'body',
    bodyDescription: 'Description of the key, and the current password',
    bodyModel: 'UsersUserAccessTokenCreatePayload',
    responses: {
      201: { description: 'Created', model: 'UsersAccessTokenResponse' },
      400: invalid,
      401: unauthorised,
      403: forbidden,
      429: { description: 'Too many attempts', model: 'PortainerError' },
    },
  },
  params: UserPath,
  body: UsersUserAccessTokenCreatePayload,
  response: { 201: UsersAccessTokenResponse },
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const { password = '', description } = request.body as UsersUserAccessTokenCreatePayload
    if (pathId(request) !== caller.person.id) {
      throw new Refusal('not-allowed', { hint: 'Permission denied to create user access token' })
    }
    checkDescription(description)
    if (password === '') throw invalidField('password', 'Invalid password: cannot be empty')
    const client = door.clientOf(request)
    // The upstream endpoint does two things: it asks for the password again, and it makes the key.
    await door.core.signIn.confirmPassword(caller, new Secret(password), client)
    const { token, minted } = await door.core.tokens.issueApi(caller, { name: description }, client)
    return reply.code(201).send({ rawAPIKey: minted.secret.reveal(), apiKey: presentKey(token) })
  },
}

export const deleteUserToken: Route = {
  method: 'DELETE',
  path: '/users/:id/tokens/:keyID',
  signedIn: true,
  operation: {
    id: 'UserRemoveAPIKey',
    tags,
    summary: 'Delete an API key of a user',
    security: ['jwt', 'ApiKeyAuth'],
    parameters: [idParameter, { name: 'keyID', type: 'integer' }],
    responses: { 204: { description: 'Success' }, 400: invalid, 401: unauthorised, 403: forbidden, 404: missing },
  },
  params: KeyPath,
  ignoresBody: true,
  async handle(door, request, reply) {
    const caller = await callerOf(door, request)
    const owner = await door.core.people.getFor(caller, pathId(request))
    const id = Number((request.params as { keyID: string }).keyID) as TokenId
    const revoked = await door.core.tokens.revoke(caller, owner.id, { id }, door.clientOf(request))
    if (!revoked) throw new Refusal('not-found', { hint: 'API Key not found' })
    return reply.code(204).removeHeader('content-type').send()
  },
}

/** @throws Refusal `field-invalid` in the real server's words. */
function checkDescription(description: string): void {
  if (description === '') throw invalidField('description', 'Invalid description: cannot be empty')
  if (description.trim() === '') {
    throw invalidField('description', 'Invalid description: cannot contain only whitespaces')
  }
  if (description.length > longestDescription) {
    throw invalidField('description', 'Invalid description: cannot be longer than 128 characters')
  }
}

function invalidField(field: string, hint: string): Refusal {
  return new Refusal('field-invalid', { field, hint })
}
