// Asking Gatehouse about tokens of every door, and revoking them.
import type { CallOptions } from '../request.ts'
import type { GatehouseConnection } from './connection.ts'
import type { GatehouseIntrospectionRequest, GatehouseIntrospectionResponse } from './types.ts'

export class GatehouseOauthApi {
  readonly #connection: GatehouseConnection

  constructor(connection: GatehouseConnection) {
    this.#connection = connection
  }

  /** Whether a token of any door is good, and whose (RFC 7662): `POST /oauth/introspect`. Needs the scope `introspect`. */
  async introspect(
    { token, token_type_hint }: GatehouseIntrospectionRequest,
    options?: CallOptions,
  ): Promise<GatehouseIntrospectionResponse> {
    const answer = await this.#connection.send({
      operation: 'GatehouseOauthApi.introspect',
      method: 'POST',
      path: '/oauth/introspect',
      body: { kind: 'form', value: { token, token_type_hint } },
      secrets: [token],
      options,
    })
    return answer.json()
  }

  /** Revokes a token of one's own at any door, with its session if it has one (RFC 7009): `POST /oauth/revoke`. */
  async revoke({ token, token_type_hint }: GatehouseIntrospectionRequest, options?: CallOptions): Promise<void> {
    await this.#connection.send({
      operation: 'GatehouseOauthApi.revoke',
      method: 'POST',
      path: '/oauth/revoke',
      body: { kind: 'form', value: { token, token_type_hint } },
      secrets: [token],
      options,
    })
  }
}
