// The client's ExtremeCloudIQ classes at our door: a whole journey, and every way it can be refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ExtremeCloudIqApiError,
  ExtremeCloudIqAuthenticationApi,
  ExtremeCloudIqAuthorizationApi,
  ExtremeCloudIqConnection,
  ExtremeCloudIqUserApi,
} from '../../../client/src/index.ts'
import { ada, assertAborts, refusal, serveHouse, throttled } from './serve.ts'

const permissions = ['auth', 'logout', 'user-me:r']

test('a journey: in, who am I, a token, out, refused', async () => {
  await using house = await serveHouse()
  const baseUrl = `${house.origin}/extremecloudiq`
  const connection = new ExtremeCloudIqConnection({ baseUrl })
  const authentication = new ExtremeCloudIqAuthenticationApi(connection)
  const authorization = new ExtremeCloudIqAuthorizationApi(connection)
  const user = new ExtremeCloudIqUserApi(connection)
  const { access_token: accessToken, expires_in } = await authentication.login(ada)
  assert.equal(expires_in, 86_400)
  assert.equal((await user.getCurrentUser()).login_name, ada.username)
  await authorization.validateApiToken(accessToken)
  const made = await authorization.generateApiToken({ permissions, description: 'nightly' })
  const byToken = new ExtremeCloudIqConnection({ baseUrl, credentials: { accessToken: made.access_token } })
  const info = await new ExtremeCloudIqAuthorizationApi(byToken).getCurrentApiTokenInfo()
  assert.equal(info.user_name, ada.username)

  await authentication.logout()
  await refusal(user.getCurrentUser(), ExtremeCloudIqApiError, 401)
  connection.use({ accessToken })
  const error = await refusal(user.getCurrentUser(), ExtremeCloudIqApiError, 401, [accessToken])
  assert.ok(typeof error.body === 'object' && error.body.error_id === error.requestId)
  await refusal(authorization.validateApiToken(accessToken), ExtremeCloudIqApiError, 401, [accessToken])
  await new ExtremeCloudIqAuthenticationApi(byToken).logout()
  byToken.use({ accessToken: made.access_token })
  await refusal(new ExtremeCloudIqUserApi(byToken).getCurrentUser(), ExtremeCloudIqApiError, 401, [made.access_token])
})

test('wrong words, no words, too often, milliseconds; and an abort', async () => {
  await using house = await serveHouse()
  const connection = new ExtremeCloudIqConnection({ baseUrl: `${house.origin}/extremecloudiq` })
  const authentication = new ExtremeCloudIqAuthenticationApi(connection)
  await authentication.login(ada)
  const inMilliseconds = { permissions, expire_time: Date.now() + 3_600_000 }
  const authorization = new ExtremeCloudIqAuthorizationApi(connection)
  await refusal(authorization.generateApiToken(inMilliseconds), ExtremeCloudIqApiError, 400)
  await refusal(authentication.login({ ...ada, password: '' }), ExtremeCloudIqApiError, 400)
  await assertAborts((signal) => authentication.login(ada, { signal }))
  const password = 'quite another phrase'
  await refusal(authentication.login({ ...ada, password }), ExtremeCloudIqApiError, 401, [password])
  const error = await throttled(() => authentication.login({ ...ada, password }), ExtremeCloudIqApiError)
  assert.ok(error.retryAfterSeconds !== undefined && error.retryAfterSeconds >= 1)
})
