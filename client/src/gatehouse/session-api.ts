// Signing in to Gatehouse by its own API, and out.
import type { CallOptions } from '../request.ts'
import type { GatehouseConnection } from './connection.ts'
import type { GatehouseMe, GatehouseOpened, GatehouseSignIn } from './types.ts'

const path = '/api/v1/session'

export class GatehouseSessionApi {
  readonly #connection: GatehouseConnection

  constructor(connection: GatehouseConnection) {
    this.#connection = connection
  }

  /**
   * Sign in: `POST /api/v1/session`. The connection goes on by the session.
   * @throws GatehouseApiError 401 for wrong credentials, 429 after too many.
   */
  async signIn(
    { username, password, account, cookie }: GatehouseSignIn,
    options?: CallOptions,
  ): Promise<GatehouseOpened> {
    const answer = await this.#connection.send({
      operation: 'GatehouseSessionApi.signIn',
      method: 'POST',
      path,
      body: { kind: 'json', value: { username, password, account, cookie } },
      secrets: [password],
      isAnonymous: true,
      options,
    })
    const opened = answer.json<GatehouseOpened>()
    this.#connection.use(opened.accessToken === undefined ? undefined : { token: opened.accessToken })
    return opened
  }

  /** Who is signed in, in which account, with what scope: `GET /api/v1/session`. */
  async getSession(options?: CallOptions): Promise<GatehouseMe> {
    const operation = 'GatehouseSessionApi.getSession'
    const answer = await this.#connection.send({ operation, method: 'GET', path, options })
    return answer.json()
  }

  /** Sign out: `DELETE /api/v1/session`. The connection goes on as nobody; API tokens live on. */
  async signOut(options?: CallOptions): Promise<void> {
    const operation = 'GatehouseSessionApi.signOut'
    await this.#connection.send({ operation, method: 'DELETE', path, options })
    this.#connection.use(undefined)
  }
}
