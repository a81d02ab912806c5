// POST /api/v1/providers/{name}/backchannel-logout: a provider's word that somebody signed out there (OpenID Connect
// Back-Channel Logout 1.0). 200 when it was taken, whether or not anybody was signed in by it here; 400 when it was not,
// for whatever reason (§2.8); nothing is kept by anybody on the way (no-store).
import { Refusal } from '../../../core/refusal.ts'
import type { Route } from '../../dialect.ts'
import { readProviderName } from '../read-provider.ts'
import { ProviderPath } from '../wire-providers.ts'

export const postBackchannelLogout: Route = {
  method: 'POST',
  path: '/api/v1/providers/:name/backchannel-logout',
  operation: {
    id: 'backchannelLogout',
    tags: ['providers'],
    summary: 'For providers: end the sessions that a logout token names',
    security: [],
    parameters: [{ name: 'name', type: 'string', description: 'Its id in addresses' }],
    bodyModel: 'LogoutRequest',
    isForm: true,
    responses: { 200: { description: 'Taken' }, 400: { description: 'Not taken' } },
  },
  params: ProviderPath,
  readsForm: true,
  async handle(door, request, reply) {
    const { logout_token: token } = (request.body ?? {}) as Readonly<Record<string, string>>
    try {
      if (token === undefined) throw new Refusal('field-missing', { field: 'logout_token' })
      await door.core.federation.logout(readProviderName(request), token, door.clientOf(request))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return reply.code(400).send({ error: 'invalid_request', error_description: 'The logout token was not taken.' })
    }
    return reply.code(200).removeHeader('content-type').send()
  },
}
