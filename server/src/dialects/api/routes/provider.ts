// /api/v1/providers/{name}: one of them, for operators. Every change needs a recent sign-in.
import type { Route } from '../../dialect.ts'
import { conflict, forbidden, invalid, missing, unauthorized } from '../documented.ts'
import { operatorOf } from '../operator.ts'
import { presentProvider, publicAddressFinding } from '../present-providers.ts'
import { namingSettings, readDraft, readProviderName, readSecret } from '../read-provider.ts'
import {
  Provider,
  ProviderChange,
  ProviderFindings,
  ProviderPath,
  ProviderSecret,
  RemovedProvider,
} from '../wire-providers.ts'

const path = '/api/v1/providers/:name'
const tags = ['providers'] as const
const parameters = [{ name: 'name', type: 'string', description: 'Its id in addresses' }] as const
const refused = { ...unauthorized, ...forbidden, ...missing }
const common = { path, signedIn: operatorOf, params: ProviderPath } as const

export const getProvider: Route = {
  ...common,
  method: 'GET',
  operation: {
    id: 'getProvider',
    tags,
    summary: 'One provider; whether it has a secret, and never which',
    parameters,
    responses: { 200: { description: 'The provider', model: 'Provider' }, ...refused },
  },
  response: { 200: Provider },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    return presentProvider(door, await door.core.administration.providers.get(caller, readProviderName(request)))
  },
}

export const putProvider: Route = {
  ...common,
  method: 'PUT',
  operation: {
    id: 'changeProvider',
    tags,
    summary: 'Put other settings in the place of a provider’s',
    description:
      'Needs a sign-in of the last ten minutes. Disabling it ends its sessions and the flows under way. With the version that was read, it is 409 when somebody else changed it since.',
    parameters,
    bodyModel: 'ProviderChange',
    responses: { 200: { description: 'As it is now', model: 'Provider' }, ...refused, ...conflict, ...invalid },
  },
  body: ProviderChange,
  response: { 200: Provider },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const { secret, version } = request.body as ProviderChange
    const draft = readDraft(request, readProviderName(request))
    const { providers } = door.core.administration
    const changing = providers.change(caller, draft, readSecret(secret), door.clientOf(request), version)
    return presentProvider(door, await namingSettings(changing))
  },
}

export const deleteProvider: Route = {
  ...common,
  method: 'DELETE',
  operation: {
    id: 'removeProvider',
    tags,
    summary: 'Remove a provider with its identities and sessions; people stay',
    description: 'Needs a sign-in of the last ten minutes. Memberships that it gave and API tokens stay.',
    parameters,
    responses: { 200: { description: 'Removed: what went with it', model: 'RemovedProvider' }, ...refused },
  },
  response: { 200: RemovedProvider },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    return door.core.administration.providers.remove(caller, readProviderName(request), door.clientOf(request))
  },
}

export const putProviderSecret: Route = {
  ...common,
  method: 'PUT',
  path: `${path}/secret`,
  operation: {
    id: 'setProviderSecret',
    tags,
    summary: 'Give a provider another secret, or none any more (null)',
    description: 'Needs a sign-in of the last ten minutes. The one that it has already changes nothing.',
    parameters,
    bodyModel: 'ProviderSecret',
    responses: { 204: { description: 'Set' }, ...refused, ...conflict, ...invalid },
  },
  body: ProviderSecret,
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    const secret = readSecret((request.body as ProviderSecret).secret) ?? null
    const { providers } = door.core.administration
    await providers.setSecret(caller, readProviderName(request), secret, door.clientOf(request))
    return reply.code(204).removeHeader('content-type').send()
  },
}

export const postProviderTest: Route = {
  ...common,
  method: 'POST',
  path: `${path}/test`,
  operation: {
    id: 'testProvider',
    tags,
    summary: 'Look at everything that a sign-in through it will need',
    parameters,
    responses: { 200: { description: 'What was found', model: 'ProviderFindings' }, ...refused },
  },
  response: { 200: ProviderFindings },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const { providers } = door.core.administration
    const provider = await providers.get(caller, readProviderName(request))
    return { findings: [...(await providers.check(caller, provider.name)), ...publicAddressFinding(door, provider)] }
  },
}
