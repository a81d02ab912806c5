// POST /users/{id}/tokens (contract 3.9): asks for the password again, and for a session, not an API key.
import { Refusal } from '../../../core/refusal.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { forbidden, idParameter, invalid, unauthorised, userTags } from '../documented.ts'
import { presentKey } from '../present.ts'
import { readPersonId } from '../read.ts'
import { UserPath, UsersAccessTokenResponse, UsersUserAccessTokenCreatePayload } from '../wire.ts'

const longestDescription = 127

export const postUserTokens: Route = {
  method: 'POST',
  path: '/users/:id/tokens',
  signedIn: true,
  operation: {
    id: 'UserGenerateAPIKey',
    tags: userTags,
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
    if (readPersonId(request) !== caller.person.id) {
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
