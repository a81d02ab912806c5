// ExtremeCloudIQ's AuthorizationApi, as far as it is about tokens (contract 3.5).
import type { CallOptions } from '../request.ts'
import type { ExtremeCloudIqConnection } from './connection.ts'
import type { XiqApiTokenInfo, XiqGenerateApiTokenRequest, XiqGenerateApiTokenResponse } from './types.ts'

export class ExtremeCloudIqAuthorizationApi {
  readonly #connection: ExtremeCloudIqConnection

  constructor(connection: ExtremeCloudIqConnection) {
    this.#connection = connection
  }

  /** Makes an API token for these permissions: `POST /auth/apitoken`. */
  async generateApiToken(
    { permissions, expire_time, description }: XiqGenerateApiTokenRequest,
    options?: CallOptions,
  ): Promise<XiqGenerateApiTokenResponse> {
    const answer = await this.#connection.send({
      operation: 'ExtremeCloudIqAuthorizationApi.generateApiToken',
      method: 'POST',
      path: '/auth/apitoken',
      body: { kind: 'json', value: { permissions, expire_time, description } },
      options,
    })
    return answer.json()
  }

  /** Whose the token of this connection is, and what it may do: `GET /auth/apitoken/info`. */
  async getCurrentApiTokenInfo(options?: CallOptions): Promise<XiqApiTokenInfo> {
    const operation = 'ExtremeCloudIqAuthorizationApi.getCurrentApiTokenInfo'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/auth/apitoken/info', options })
    return answer.json()
  }

  /**
   * Returns when a token is good: `POST /auth/apitoken/:validate`.
   * @throws ExtremeCloudIqApiError 401 when it is not.
   */
  async validateApiToken(token: string, options?: CallOptions): Promise<void> {
    await this.#connection.send({
      operation: 'ExtremeCloudIqAuthorizationApi.validateApiToken',
      method: 'POST',
      path: '/auth/apitoken/:validate',
      body: { kind: 'text', value: token },
      secrets: [token],
      options,
    })
  }
}
