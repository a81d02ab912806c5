// The client's CloudEndure classes at our door: every way in, the XSRF token with a write, being sent on to a region,
// and every way to be refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CloudEndureAccountApi,
  CloudEndureApiError,
  CloudEndureAuthenticationApi,
  CloudEndureConnection,
  CloudEndureDefaultApi,
  CloudEndureProjectApi,
  CloudEndureUserApi,
} from '../../../client/src/index.ts'
import { ada, assertAborts, refusal, serveHouse, throttled } from './serve.ts'

test('a journey: in, who am I, a token by a write with the XSRF token, out, refused', async () => {
  await using house = await serveHouse()
  const project = await house.ask<{ agentToken: string }>('project', 'create', 'default', 'web')
  const baseUrl = `${house.origin}/cloudendure/api/latest`
  const connection = new CloudEndureConnection({ baseUrl })
  const authentication = new CloudEndureAuthenticationApi(connection)
  const user = new CloudEndureUserApi(connection)
  assert.equal((await authentication.loginPost(ada)).username, ada.username)
  assert.equal((await user.meGet()).username, ada.username)
  const { items = [] } = await new CloudEndureProjectApi(connection).projectsGet()
  assert.deepEqual(
    items.map(({ name }) => name),
    ['web'],
  )
  const info = await new CloudEndureAccountApi(connection).extendedAccountInfoGet()
  assert.equal(info.user?.username, ada.username)
  const { apiToken = '' } = await new CloudEndureDefaultApi(connection).replaceApiTokenPost()

  await authentication.logoutPost()
  await refusal(user.meGet(), CloudEndureApiError, 401)
  await authentication.loginPost({ userApiToken: apiToken.replaceAll('-', '').toLowerCase() })
  assert.equal((await user.meGet()).username, ada.username)
  await refusal(new CloudEndureDefaultApi(connection).replaceApiTokenPost(), CloudEndureApiError, 403)
  await authentication.loginPost({ agentInstallationToken: project.agentToken })
  await refusal(user.meGet(), CloudEndureApiError, 403)
  await authentication.logoutPost()
})

test('a write without the XSRF token is refused', async () => {
  await using house = await serveHouse()
  const answers: string[] = []
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const answer = await globalThis.fetch(url, init)
    answers.push(...answer.headers.getSetCookie())
    return answer
  }
  const baseUrl = `${house.origin}/cloudendure/api/v5`
  await new CloudEndureAuthenticationApi(new CloudEndureConnection({ baseUrl, fetch })).loginPost(ada)
  const session = /^session=([^;]+)/.exec(answers.find((line) => line.startsWith('session=')) ?? '')?.[1] ?? ''
  const stolen = new CloudEndureConnection({ baseUrl, credentials: { session, xsrfToken: '"guessed"' } })
  assert.equal((await new CloudEndureUserApi(stolen).meGet()).username, ada.username)
  await refusal(new CloudEndureDefaultApi(stolen).replaceApiTokenPost(), CloudEndureApiError, 403, [session])
})

test('an account of a region is sent on, signs in there, and stays', async () => {
  await using house = await serveHouse()
  await house.ask('account', 'region', 'default', 'eu-west')
  const connection = new CloudEndureConnection({ baseUrl: `${house.origin}/cloudendure/api/latest` })
  const authentication = new CloudEndureAuthenticationApi(connection)
  await authentication.loginPost(ada)
  assert.equal(connection.base.pathname, '/cloudendure/api/v5')
  assert.equal((await new CloudEndureUserApi(connection).meGet()).username, ada.username)
  await authentication.logoutPost()
})

test('no licence, no right words, half a pair, too often; and an abort', async () => {
  await using house = await serveHouse()
  const connection = new CloudEndureConnection({ baseUrl: `${house.origin}/cloudendure/api/latest` })
  const authentication = new CloudEndureAuthenticationApi(connection)
  await assertAborts((signal) => authentication.loginPost(ada, { signal }))
  await house.ask('account', 'licence', 'default', 'expired')
  await refusal(authentication.loginPost(ada), CloudEndureApiError, 402, [ada.password])
  await refusal(authentication.loginPost({ username: ada.username }), CloudEndureApiError, 422)
  await refusal(authentication.loginPost({}), CloudEndureApiError, 401)
  const password = 'quite another phrase'
  const error = await refusal(authentication.loginPost({ ...ada, password }), CloudEndureApiError, 401, [password])
  assert.ok(typeof error.body === 'object' && error.body.code === 'wrong-credentials')
  const waits = await throttled(() => authentication.loginPost({ ...ada, password }), CloudEndureApiError)
  assert.ok(waits.retryAfterSeconds !== undefined && waits.retryAfterSeconds >= 1)
})
