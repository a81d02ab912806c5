// CloudEndure's AuthenticationApi (seed 003; contract 2.2, 2.3).

import type { Answer } from '../answer.ts'
import { ConnectionError } from '../errors.ts'
import type { ApiRequest, CallOptions } from '../request.ts'
import type { CloudEndureConnection } from './connection.ts'
import type { CloudEndureInlineObject1, CloudEndureUser } from './types.ts'

export class CloudEndureAuthenticationApi {
  readonly #connection: CloudEndureConnection

  constructor(connection: CloudEndureConnection) {
    this.#connection = connection
  }

  /**
   * Login: `POST /login`. The connection goes on by the session. When the server says that another endpoint serves the
   * user (307), the sign-in is repeated there, once, and the connection stays there.
   * @throws CloudEndureApiError 401 for credentials that are not good, 402 without a licence, 429 after too many.
   */
  async loginPost(loginInfo: CloudEndureInlineObject1, options?: CallOptions): Promise<CloudEndureUser> {
    const { username, password, userApiToken, loginToken } = loginInfo
    const { agentInstallationToken, googleOauthCode, accountIdentifier } = loginInfo
    const tokens = { userApiToken, loginToken, agentInstallationToken, googleOauthCode }
    const request: ApiRequest = {
      operation: 'CloudEndureAuthenticationApi.loginPost',
      method: 'POST',
      path: '/login',
      body: { kind: 'json', value: { username, password, ...tokens, accountIdentifier } },
      secrets: [password, ...Object.values(tokens)],
      isAnonymous: true,
      options,
    }
    const answer = await this.#connection.send({ ...request, redirect: 'answer' })
    const isHere = answer.status >= 200 && answer.status < 300
    return isHere ? answer.json() : this.#loginElsewhere(request, answer)
  }

  /** Logout: `POST /logout`. The connection goes on as nobody. */
  async logoutPost(options?: CallOptions): Promise<void> {
    const operation = 'CloudEndureAuthenticationApi.logoutPost'
    await this.#connection.send({ operation, method: 'POST', path: '/logout', options })
    this.#connection.use(undefined)
  }

  async #loginElsewhere(request: ApiRequest, sentOn: Answer): Promise<CloudEndureUser> {
    if (sentOn.isHiddenRedirect) return this.#loginFollowing(request)
    const base = baseElsewhere(request.operation, sentOn, this.#connection.base)
    const answer = await this.#connection.send({ ...request, base })
    const user = answer.json<CloudEndureUser>()
    this.#connection.moveTo(base)
    return user
  }

  /** A browser does not tell where to; it goes there itself, and tells where it was. */
  async #loginFollowing(request: ApiRequest): Promise<CloudEndureUser> {
    const answer = await this.#connection.send({ ...request, redirect: 'follow' })
    const user = answer.json<CloudEndureUser>()
    if (URL.canParse(answer.url)) this.#connection.moveTo(parentOf(new URL(answer.url)))
    return user
  }
}

/** @throws ConnectionError `redirect` for one that keeps no method, has no target, or leaves https. */
function baseElsewhere(operation: string, { status, headers }: Answer, from: URL): URL {
  const location = headers.get('location')
  const asked = `${from.href}/login`
  if ((status !== 307 && status !== 308) || location === null || !URL.canParse(location, asked)) {
    throw new ConnectionError(operation, 'redirect', `the server answered ${status} without saying where to sign in`)
  }
  const target = new URL(location, asked)
  const isSafe = target.protocol === 'https:' || (target.protocol === 'http:' && from.protocol === 'http:')
  if (!isSafe || target.username !== '' || target.password !== '') {
    throw new ConnectionError(operation, 'redirect', 'the server sends on to where credentials must not go')
  }
  return parentOf(target)
}

function parentOf({ origin, pathname }: URL): URL {
  return new URL(pathname.replace(/\/[^/]*$/, ''), origin)
}
