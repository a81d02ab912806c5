// GET /.well-known/jwks.json: the public halves of the keys that sign our JWTs (RFC 7517). They show that we
// issued a token; whether it still lives, only this server knows.
import type { Route } from '../../dialect.ts'

export const getJwks: Route = {
  method: 'GET',
  path: '/.well-known/jwks.json',
  async handle(door, _request, reply) {
    const keys = await door.core.keys.published()
    reply.header('content-type', 'application/jwk-set+json').header('cache-control', 'public, max-age=300')
    // A serializer of its own: Fastify's would add a charset, which this type has not.
    return reply.serializer(JSON.stringify).send({ keys })
  },
}
