// Semaphore's AuthenticationApi, of the classic client (seed 001) and the current one (seed 002) alike; contract 5.4 to
// 5.8.
import { segment } from '../address.ts'
import type { Answer } from '../answer.ts'
import type { CallOptions } from '../request.ts'
import type { SemaphoreConnection } from './connection.ts'
import type {
  SemaphoreAPIToken,
  SemaphoreAPITokenWish,
  SemaphoreLogin,
  SemaphoreLoginMetadata,
  SemaphoreOidcRedirectQuery,
  SemaphoreRedirect,
} from './types.ts'

export class SemaphoreAuthenticationApi {
  readonly #connection: SemaphoreConnection

  constructor(connection: SemaphoreConnection) {
    this.#connection = connection
  }

  /** Fetches login metadata: `GET /auth/login`. */
  async authLoginGet(options?: CallOptions): Promise<SemaphoreLoginMetadata> {
    const operation = 'SemaphoreAuthenticationApi.authLoginGet'
    const path = '/auth/login'
    const answer = await this.#connection.send({ operation, method: 'GET', path, isAnonymous: true, options })
    return answer.json()
  }

  /**
   * Performs login: `POST /auth/login`. The connection goes on by the session, whose cookie it keeps.
   * @throws SemaphoreApiError 401 for wrong credentials.
   */
  async authLoginPost({ auth, password }: SemaphoreLogin, options?: CallOptions): Promise<void> {
    await this.#connection.send({
      operation: 'SemaphoreAuthenticationApi.authLoginPost',
      method: 'POST',
      path: '/auth/login',
      body: { kind: 'json', value: { auth, password } },
      secrets: [password],
      isAnonymous: true,
      options,
    })
    this.#connection.useSession()
  }

  /** Destroys the current session: `POST /auth/logout`. The connection goes on as nobody; API tokens live on. */
  async authLogoutPost(options?: CallOptions): Promise<void> {
    const operation = 'SemaphoreAuthenticationApi.authLogoutPost'
    await this.#connection.send({ operation, method: 'POST', path: '/auth/logout', options })
    this.#connection.use(undefined)
  }

  /** Begins a sign-in by a provider: `GET /auth/oidc/{provider_id}/login`. */
  async authOidcProviderIdLoginGet(providerId: string, options?: CallOptions): Promise<SemaphoreRedirect> {
    const answer = await this.#connection.sendAsBrowser({
      operation: 'SemaphoreAuthenticationApi.authOidcProviderIdLoginGet',
      method: 'GET',
      path: `/auth/oidc/${segment(providerId)}/login`,
      redirect: 'answer',
      options,
    })
    return readRedirect(answer)
  }

  /**
   * Finishes a sign-in by a provider: `GET /auth/oidc/{provider_id}/redirect`. The connection goes on by the session,
   * if the server opened one: where it sends on tells, since a refusal is a redirect too.
   */
  async authOidcProviderIdRedirectGet(
    providerId: string,
    { code, state }: SemaphoreOidcRedirectQuery = {},
    options?: CallOptions,
  ): Promise<SemaphoreRedirect> {
    const answer = await this.#connection.sendAsBrowser({
      operation: 'SemaphoreAuthenticationApi.authOidcProviderIdRedirectGet',
      method: 'GET',
      path: `/auth/oidc/${segment(providerId)}/redirect`,
      query: { code, state },
      secrets: [code, state],
      redirect: 'answer',
      options,
    })
    if (answer.headers.getSetCookie?.().some((line) => /^semaphore=[^;]/.test(line))) this.#connection.useSession()
    return readRedirect(answer)
  }

  /** Fetches the API tokens of the user: `GET /user/tokens`. */
  async userTokensGet(options?: CallOptions): Promise<readonly SemaphoreAPIToken[]> {
    const operation = 'SemaphoreAuthenticationApi.userTokensGet'
    const answer = await this.#connection.send({ operation, method: 'GET', path: '/user/tokens', options })
    return answer.list<SemaphoreAPIToken>()
  }

  /** Creates an API token, whose `id` is the token, told this once: `POST /user/tokens`. */
  async userTokensPost(
    { name, expires_at }: SemaphoreAPITokenWish = {},
    options?: CallOptions,
  ): Promise<SemaphoreAPIToken> {
    const answer = await this.#connection.send({
      operation: 'SemaphoreAuthenticationApi.userTokensPost',
      method: 'POST',
      path: '/user/tokens',
      // An empty object and not nothing: newer versions read it, older ones do not look (contract 5.7).
      body: { kind: 'json', value: { name, expires_at } },
      options,
    })
    return answer.json()
  }

  /** Expires an API token, by the token or by what the list shows of it: `DELETE /user/tokens/{api_token_id}`. */
  async userTokensApiTokenIdDelete(apiTokenId: string, options?: CallOptions): Promise<void> {
    await this.#connection.send({
      operation: 'SemaphoreAuthenticationApi.userTokensApiTokenIdDelete',
      method: 'DELETE',
      path: `/user/tokens/${segment(apiTokenId)}`,
      secrets: [apiTokenId],
      options,
    })
  }
}

function readRedirect(answer: Answer): SemaphoreRedirect {
  return { location: answer.headers.get('location') ?? undefined }
}
