// /api/v1/providers: who else says who somebody is, for operators. A secret goes in and is never told again.
import type { Route } from '../../dialect.ts'
import { conflict, forbidden, invalid, unauthorized } from '../documented.ts'
import { answerOnce, onceParameter } from '../once.ts'
import { operatorOf } from '../operator.ts'
import { presentProvider } from '../present-providers.ts'
import { namingSettings, readDraft, readSecret } from '../read-provider.ts'
import { NewProvider, Provider, ProviderList } from '../wire-providers.ts'

const path = '/api/v1/providers'
const tags = ['providers'] as const

export const getProviders: Route = {
  method: 'GET',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'listProviders',
    tags,
    summary: 'All providers in their order',
    responses: { 200: { description: 'All of them', model: 'ProviderList' }, ...unauthorized, ...forbidden },
  },
  response: { 200: ProviderList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const all = await door.core.administration.providers.list(caller)
    return { items: all.map((provider) => presentProvider(door, provider)) }
  },
}

export const postProviders: Route = {
  method: 'POST',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'createProvider',
    tags,
    summary: 'Add a provider',
    description: 'Needs a sign-in of the last ten minutes. The kind and the name stay.',
    parameters: [onceParameter],
    bodyModel: 'NewProvider',
    responses: {
      201: { description: 'Added', model: 'Provider' },
      ...unauthorized,
      ...forbidden,
      ...conflict,
      ...invalid,
    },
  },
  body: NewProvider,
  response: { 201: Provider },
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    return answerOnce(door, request, reply, { caller }, async () => {
      const { name, secret } = request.body as NewProvider
      const { providers } = door.core.administration
      const adding = providers.create(caller, readDraft(request, name), readSecret(secret), door.clientOf(request))
      return presentProvider(door, await namingSettings(adding))
    })
  },
}
