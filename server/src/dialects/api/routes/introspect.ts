// POST /oauth/introspect (RFC 7662) and POST /oauth/revoke (RFC 7009), for tokens of every door. Whoever asks about
// others' tokens shows one of our own with the scope `introspect`; whoever revokes shows one of the same person, and for
// that token itself any scope does.
import type { FastifyRequest } from 'fastify'
import type { Credential } from '../../../core/tokens/token.ts'
import { Secret } from '../../../lib/secret.ts'
import type { Door, Route } from '../../dialect.ts'
import { authenticated } from '../caller.ts'
import { forbidden, invalid, unauthorized } from '../documented.ts'
import { presentIntrospection } from '../present.ts'
import { IntrospectionRequest, IntrospectionResponse } from '../wire.ts'

async function introspector(door: Door, request: FastifyRequest): Promise<Credential> {
  const caller = await authenticated(door, request)
  door.core.tokens.requireScope(caller, 'introspect')
  return caller
}

const tags = ['oauth'] as const

export const postIntrospect: Route = {
  method: 'POST',
  path: '/oauth/introspect',
  readsForms: true,
  operation: {
    id: 'introspect',
    tags,
    summary: 'Whether a token of any door is good, and whose',
    bodyModel: 'IntrospectionRequest',
    isForm: true,
    responses: {
      200: {
        description: 'The answer; everything that is no live token is `{"active": false}`',
        model: 'IntrospectionResponse',
      },
      ...unauthorized,
      ...forbidden,
      ...invalid,
    },
  },
  signedIn: introspector,
  body: IntrospectionRequest,
  response: { 200: IntrospectionResponse },
  async handle(door, request) {
    const { token } = request.body as IntrospectionRequest
    // Both look-ups in one go: whoever asks may have been signed out while the body came.
    const [, found] = await Promise.all([introspector(door, request), door.core.tokens.introspect(token)])
    return presentIntrospection(found, door.core.issuer)
  },
}

export const postRevoke: Route = {
  method: 'POST',
  path: '/oauth/revoke',
  readsForms: true,
  signedIn: authenticated,
  operation: {
    id: 'revoke',
    tags,
    summary: 'Revoke a token of any door, with its session if it has one',
    bodyModel: 'IntrospectionRequest',
    isForm: true,
    responses: {
      200: { description: 'It is dead, or was none of yours' },
      ...unauthorized,
      ...forbidden,
      ...invalid,
    },
  },
  body: IntrospectionRequest,
  async handle(door, request, reply) {
    const caller = await authenticated(door, request)
    const { token } = request.body as IntrospectionRequest
    await door.core.revoke(caller, new Secret(token), door.clientOf(request))
    return reply.code(200).removeHeader('content-type').send()
  },
}
