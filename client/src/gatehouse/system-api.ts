// Signing keys and settings of an installation, for its operators.
import type { CallOptions } from '../request.ts'
import type { GatehouseSetting, GatehouseSigningKey } from './administration-types.ts'
import type { GatehouseConnection } from './connection.ts'

export class GatehouseSystemApi {
  readonly #connection: GatehouseConnection

  constructor(connection: GatehouseConnection) {
    this.#connection = connection
  }

  /** The signing keys, without their private halves: `GET /api/v1/keys`. */
  async listKeys(options?: CallOptions): Promise<{ readonly items: readonly GatehouseSigningKey[] }> {
    const operation = 'GatehouseSystemApi.listKeys'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/api/v1/keys', options })
    return answer.json()
  }

  /** The next key signs from now on: `POST /api/v1/keys/rotate`. Needs a recent sign-in. */
  async rotateKeys(options?: CallOptions): Promise<{ readonly items: readonly GatehouseSigningKey[] }> {
    const operation = 'GatehouseSystemApi.rotateKeys'
    const answer = await this.#connection.send({ operation, method: 'POST', path: '/api/v1/keys/rotate', options })
    return answer.json()
  }

  /** Every setting with its value and source: `GET /api/v1/settings`. */
  async listSettings(options?: CallOptions): Promise<{ readonly items: readonly GatehouseSetting[] }> {
    const operation = 'GatehouseSystemApi.listSettings'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/api/v1/settings', options })
    return answer.json()
  }
}
