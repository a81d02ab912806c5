// Portainer's AuthApi (seed 000; contract 3.5 to 3.7).
import type { CallOptions } from '../request.ts'
import type { PortainerConnection } from './connection.ts'
import type {
  PortainerAuthAuthenticatePayload,
  PortainerAuthAuthenticateResponse,
  PortainerAuthOauthPayload,
} from './types.ts'

export class PortainerAuthApi {
  readonly #connection: PortainerConnection

  constructor(connection: PortainerConnection) {
    this.#connection = connection
  }

  /**
   * Authenticate: `POST /auth`. The connection goes on as who signed in.
   * @throws PortainerApiError 422 for wrong credentials, 400 for an empty one.
   */
  async authenticateUser(
    { username, password }: PortainerAuthAuthenticatePayload,
    options?: CallOptions,
  ): Promise<PortainerAuthAuthenticateResponse> {
    const operation = 'PortainerAuthApi.authenticateUser'
    return this.#signIn(operation, '/auth', { username, password }, [password], options)
  }

  /**
   * Authenticate with OAuth: `POST /auth/oauth/validate`. The connection goes on as who signed in.
   * @throws PortainerApiError 400, 403 or 500.
   */
  async validateOAuth(
    { code }: PortainerAuthOauthPayload,
    options?: CallOptions,
  ): Promise<PortainerAuthAuthenticateResponse> {
    return this.#signIn('PortainerAuthApi.validateOAuth', '/auth/oauth/validate', { code }, [code], options)
  }

  /** Logout: `POST /auth/logout`. The connection goes on as nobody; an API key lives on. */
  async logout(options?: CallOptions): Promise<void> {
    const operation = 'PortainerAuthApi.logout'
    await this.#connection.sendWithCookie({ operation, method: 'POST', path: '/auth/logout', options })
    this.#connection.use(undefined)
  }

  async #signIn(
    operation: string,
    path: string,
    value: object,
    secrets: readonly string[],
    options: CallOptions | undefined,
  ): Promise<PortainerAuthAuthenticateResponse> {
    const body = { kind: 'json', value } as const
    const answer = await this.#connection.send({
      operation,
      method: 'POST',
      path,
      body,
      secrets,
      isAnonymous: true,
      options,
    })
    const opened = answer.json<PortainerAuthAuthenticateResponse>()
    if (typeof opened.jwt !== 'string') throw answer.unreadable('without a token')
    this.#connection.useSession(opened.jwt)
    return opened
  }
}
