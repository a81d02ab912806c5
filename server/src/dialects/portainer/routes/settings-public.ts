// GET /settings/public: what Portainer's page asks before it shows a form: which way in, where OAuth begins and where the
// browser goes after the sign-out (contract 3.10). The page adds a state of its own to OAuthLoginURI. A provider that
// cannot be reached, or a network that began too many flows, takes only that way in along: the answer is then as if there
// were none, so that the form for a password comes.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal, type RefusalCode } from '../../../core/refusal.ts'
import { Unavailable } from '../../../lib/unavailable.ts'
import type { Door, Route } from '../../dialect.ts'
import { keepSecret, keptSecrets } from '../../flow.ts'
import { PublicSettings } from '../wire.ts'

const notNow: ReadonlySet<RefusalCode> = new Set(['provider-off', 'throttled'])
const methods = { internal: 1, ldap: 2, oauth: 3 } as const

export const getSettingsPublic: Route = {
  method: 'GET',
  path: '/settings/public',
  operation: {
    id: 'SettingsPublic',
    tags: ['settings'],
    summary: 'Retrieve Portainer public settings',
    description: '**Access policy**: public',
    security: [],
    responses: { 200: { description: 'Success', model: 'PublicSettings' }, 500: { description: 'Server error' } },
  },
  response: { 200: PublicSettings },
  async handle(door, request, reply) {
    const { loginUri, logoutUri } = await oauthUris(door, request, reply)
    return {
      ...plain,
      AuthenticationMethod: await methodOf(door, loginUri),
      RequiredPasswordLength: door.core.passwordMinimum,
      OAuthLoginURI: loginUri,
      OAuthLogoutURI: logoutUri,
    }
  },
}

const plain = {
  LogoURL: '',
  GlobalDeploymentOptions: { hideStacksFunctionality: false },
  EnableEdgeComputeFeatures: false,
  EnableTelemetry: false,
  Features: {},
  KubeconfigExpiry: '0',
  TeamSync: false,
  Edge: { PingInterval: 0, SnapshotInterval: 0, CommandInterval: 0, CheckinInterval: 0 },
  IsDockerDesktopExtension: false,
  IsAMTEnabled: false,
} as const

async function methodOf({ core }: Door, loginUri: string): Promise<number> {
  if (loginUri !== '') return methods.oauth
  return (await core.federation.offered('ldap')).length > 0 ? methods.ldap : methods.internal
}

interface OAuthUris {
  readonly loginUri: string
  readonly logoutUri: string
}
const none: OAuthUris = { loginUri: '', logoutUri: '' }

/** Empty when there is no such way in, or not now. A bound flow begins here: the answer gets its cookie. */
async function oauthUris(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<OAuthUris> {
  const { provider, isBound } = door.core.codes.portainer
  try {
    const client = door.clientOf(request)
    const kept = isBound ? keptSecrets(door, request, provider) : undefined
    const begun = await door.core.federation.beginForProgram(provider, kept, client)
    const { location, logoutUri = '', secret, life } = begun
    if (secret !== undefined) keepSecret(door, request, reply, provider, { secret, life })
    return { loginUri: location, logoutUri }
  } catch (error) {
    if (error instanceof Unavailable || (error instanceof Refusal && notNow.has(error.code))) return none
    throw error
  }
}
