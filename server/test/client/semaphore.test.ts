// The client's Semaphore classes at our door: a whole journey, and every way it can be refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  SemaphoreApiError,
  SemaphoreAuthenticationApi,
  SemaphoreConnection,
  SemaphoreDefaultApi,
  SemaphoreUserApi,
} from '../../../client/src/index.ts'
import { ada, assertAborts, refusal, serveHouse, throttled } from './serve.ts'

const login = { auth: ada.username, password: ada.password }

test('a journey: in, who am I, a token, out, refused', async () => {
  await using house = await serveHouse()
  const baseUrl = `${house.origin}/semaphore/api`
  const connection = new SemaphoreConnection({ baseUrl })
  const authentication = new SemaphoreAuthenticationApi(connection)
  const user = new SemaphoreUserApi(connection)
  assert.deepEqual((await authentication.authLoginGet()).oidc_providers, [])
  assert.equal(await new SemaphoreDefaultApi(connection).pingGet(), 'pong')
  await authentication.authLoginPost(login)
  assert.equal((await user.userGet()).username, ada.username)
  assert.match((await new SemaphoreDefaultApi(connection).infoGet()).version, /^\d+\./)

  assert.deepEqual(await authentication.userTokensGet(), [])
  const { id: token } = await authentication.userTokensPost({ name: 'nightly', expires_at: '2099-01-01T00:00:00Z' })
  const bare = await authentication.userTokensPost()
  const byToken = new SemaphoreConnection({ baseUrl, credentials: { token } })
  assert.equal((await new SemaphoreUserApi(byToken).userGet()).username, ada.username)
  const listed = await authentication.userTokensGet()
  assert.deepEqual(
    listed.map(({ id }) => id),
    [bare.id.slice(0, 8), token.slice(0, 8)],
  )

  await authentication.authLogoutPost()
  await refusal(user.userGet(), SemaphoreApiError, 401)
  assert.equal((await new SemaphoreUserApi(byToken).userGet()).username, ada.username)
  await new SemaphoreAuthenticationApi(byToken).userTokensApiTokenIdDelete(token)
  const error = await refusal(new SemaphoreUserApi(byToken).userGet(), SemaphoreApiError, 401, [token])
  assert.equal(error.body, undefined)
})

test('wrong words, no words, too often; and an abort', async () => {
  await using house = await serveHouse()
  const connection = new SemaphoreConnection({ baseUrl: `${house.origin}/semaphore/api` })
  const authentication = new SemaphoreAuthenticationApi(connection)
  await refusal(authentication.authLoginPost({ ...login, password: '' }), SemaphoreApiError, 400)
  await assertAborts((signal) => authentication.authLoginPost(login, { signal }))
  const password = 'quite another phrase'
  await refusal(authentication.authLoginPost({ ...login, password }), SemaphoreApiError, 401, [password])
  const error = await throttled(() => authentication.authLoginPost({ ...login, password }), SemaphoreApiError)
  assert.ok(error.retryAfterSeconds !== undefined && error.retryAfterSeconds >= 1)
})

test('a provider that there is none of sends to the sign-in, and signs nobody in', async () => {
  await using house = await serveHouse()
  const connection = new SemaphoreConnection({ baseUrl: `${house.origin}/semaphore/api` })
  const authentication = new SemaphoreAuthenticationApi(connection)
  const begun = await authentication.authOidcProviderIdLoginGet('mysso')
  const done = await authentication.authOidcProviderIdRedirectGet('mysso', { code: 'a', state: 'b' })
  for (const { location } of [begun, done]) assert.match(String(location), /\/auth\/login$/)
  await refusal(new SemaphoreUserApi(connection).userGet(), SemaphoreApiError, 401)
})
