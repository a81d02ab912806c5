// Who else says who somebody is: providers of an installation, for its operators. Changes need a recent sign-in.
import { segment } from '../address.ts'
import type { ApiRequest, CallOptions } from '../request.ts'
import type { GatehouseCreateOptions } from './administration-types.ts'
import type { GatehouseConnection } from './connection.ts'
import { creation } from './creation.ts'
import type {
  GatehouseFinding,
  GatehouseNewProvider,
  GatehouseProvider,
  GatehouseProviderChange,
  GatehouseRemovedProvider,
} from './provider-types.ts'

const providers = '/api/v1/providers'

export class GatehouseProvidersApi {
  readonly #connection: GatehouseConnection

  constructor(connection: GatehouseConnection) {
    this.#connection = connection
  }

  /** All of them in their order: `GET /api/v1/providers`. */
  async listProviders(options?: CallOptions): Promise<{ readonly items: readonly GatehouseProvider[] }> {
    return this.#json('listProviders', { method: 'GET', path: providers, options })
  }

  /** Adds one: `POST /api/v1/providers`. */
  async createProvider(wish: GatehouseNewProvider, options?: GatehouseCreateOptions): Promise<GatehouseProvider> {
    return this.#json('createProvider', { ...creation(providers, wish, options), secrets: [wish.secret ?? undefined] })
  }

  /** One of them; its secret is never told: `GET /api/v1/providers/{name}`. */
  async getProvider(name: string, options?: CallOptions): Promise<GatehouseProvider> {
    return this.#json('getProvider', { method: 'GET', path: pathOf(name), options })
  }

  /** Puts other settings in the place of its own: `PUT /api/v1/providers/{name}`. */
  async changeProvider(
    name: string,
    change: GatehouseProviderChange,
    options?: CallOptions,
  ): Promise<GatehouseProvider> {
    const body = { kind: 'json', value: change } as const
    const secrets = [change.secret ?? undefined]
    return this.#json('changeProvider', { method: 'PUT', path: pathOf(name), body, secrets, options })
  }

  /** Removes it with its identities and sessions; people stay: `DELETE /api/v1/providers/{name}`. */
  async removeProvider(name: string, options?: CallOptions): Promise<GatehouseRemovedProvider> {
    return this.#json('removeProvider', { method: 'DELETE', path: pathOf(name), options })
  }

  /** Gives it another secret, or none (null): `PUT /api/v1/providers/{name}/secret`. */
  async setProviderSecret(name: string, secret: string | null, options?: CallOptions): Promise<void> {
    const body = { kind: 'json', value: { secret } } as const
    const request = { method: 'PUT', path: `${pathOf(name)}/secret`, body, secrets: [secret ?? undefined] } as const
    await this.#send('setProviderSecret', { ...request, options })
  }

  /** Looks at everything that a sign-in through it will need: `POST /api/v1/providers/{name}/test`. */
  async testProvider(name: string, options?: CallOptions): Promise<{ readonly findings: readonly GatehouseFinding[] }> {
    return this.#json('testProvider', { method: 'POST', path: `${pathOf(name)}/test`, options })
  }

  #send(method: string, request: Omit<ApiRequest, 'operation'>): ReturnType<GatehouseConnection['send']> {
    return this.#connection.send({ ...request, operation: `GatehouseProvidersApi.${method}` })
  }

  async #json<Value>(method: string, request: Omit<ApiRequest, 'operation'>): Promise<Value> {
    return (await this.#send(method, request)).json()
  }
}

function pathOf(name: string): string {
  return `${providers}/${segment(name)}`
}
