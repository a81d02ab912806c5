// POST /replaceApiToken: a user has one API token here, so the earlier ones are dead with the answer, and so is what
// they opened. The new one is told this once. A session that an API token opened makes none: a leaked token must not
// outlive its revocation (docs/decisions/0006). (Contract 2.5.)
import type { Route } from '../../dialect.ts'
import { callerOf } from '../caller.ts'
import { InlineResponse2001 } from '../wire.ts'

export const postReplaceApiToken: Route = {
  method: 'POST',
  path: '/replaceApiToken',
  signedIn: true,
  operation: {
    id: 'replaceApiTokenPost',
    tags: [],
    summary: 'Replace API token',
    description: 'Makes a new API token for the user of this session; the one before it works no more.',
    responses: {
      200: { description: 'The new API token.', model: 'InlineResponse2001' },
      401: { description: 'Authentication is required.', model: 'Error' },
      403: {
        description: 'X-XSRF-TOKEN is missing or wrong, or the session was opened by an API token.',
        model: 'Error',
      },
    },
  },
  response: { 200: InlineResponse2001 },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await callerOf(door, request)
    const { minted } = await door.core.tokens.issueApi(caller, { name: '', replaces: true }, door.clientOf(request))
    return { apiToken: minted.secret.reveal() }
  },
}
