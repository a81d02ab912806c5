// GET /.well-known/oauth-authorization-server (RFC 8414), for just what is offered: introspection, revocation and the
// keys. There is no authorization endpoint and no token endpoint, so no response or grant types either.
import type { Route } from '../../dialect.ts'

export const getMetadata: Route = {
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  async handle(door, request, reply) {
    const base = door.publicUrl ?? `${door.isSecure(request) ? 'https' : 'http'}://${door.ownHosts(request)[0] ?? ''}`
    const metadata = {
      issuer: door.core.issuer,
      jwks_uri: `${base}/.well-known/jwks.json`,
      introspection_endpoint: `${base}/oauth/introspect`,
      revocation_endpoint: `${base}/oauth/revoke`,
      introspection_endpoint_auth_methods_supported: ['Bearer'],
      response_types_supported: [],
      scopes_supported: ['default', 'read', 'introspect'],
      service_documentation: `${base}/openapi/api.json`,
    }
    return reply.header('cache-control', 'public, max-age=300').send(metadata)
  },
}
