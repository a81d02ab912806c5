// ExtremeCloudIQ's AuthenticationApi (seed 004; contract 3.2, 3.3).
import type { CallOptions } from '../request.ts'
import type { ExtremeCloudIqConnection } from './connection.ts'
import type { XiqLoginRequest, XiqLoginResponse } from './types.ts'

export class ExtremeCloudIqAuthenticationApi {
  readonly #connection: ExtremeCloudIqConnection

  constructor(connection: ExtremeCloudIqConnection) {
    this.#connection = connection
  }

  /**
   * User login with username and password: `POST /login`. The connection goes on with the token.
   * @throws ExtremeCloudIqApiError 401 for wrong credentials, 400 for none.
   */
  async login({ username, password }: XiqLoginRequest, options?: CallOptions): Promise<XiqLoginResponse> {
    const answer = await this.#connection.send({
      operation: 'ExtremeCloudIqAuthenticationApi.login',
      method: 'POST',
      path: '/login',
      body: { kind: 'json', value: { username, password } },
      secrets: [password],
      isAnonymous: true,
      options,
    })
    const opened = answer.json<XiqLoginResponse>()
    if (typeof opened.access_token !== 'string') throw answer.unreadable('without a token')
    this.#connection.use({ accessToken: opened.access_token })
    return opened
  }

  /** User logout, which revokes the current access token: `POST /logout`. The connection goes on as nobody. */
  async logout(options?: CallOptions): Promise<void> {
    const operation = 'ExtremeCloudIqAuthenticationApi.logout'
    await this.#connection.send({ operation, method: 'POST', path: '/logout', options })
    this.#connection.use(undefined)
  }
}
