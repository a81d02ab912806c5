// The client's Portainer classes at our door: a whole journey, and every way it can be refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  PortainerApiError,
  PortainerAuthApi,
  PortainerConnection,
  PortainerStatusApi,
  PortainerUsersApi,
} from '../../../client/src/index.ts'
import { ada, assertAborts, refusal, serveHouse, throttled } from './serve.ts'

test('a journey: in, who am I, a key, out, refused', async () => {
  await using house = await serveHouse()
  const baseUrl = `${house.origin}/portainer/api`
  const connection = new PortainerConnection({ baseUrl })
  const auth = new PortainerAuthApi(connection)
  const users = new PortainerUsersApi(connection)
  assert.match((await new PortainerStatusApi(connection).systemStatus()).Version, /^2\./)
  assert.match((await new PortainerStatusApi(connection).statusInspect()).Version, /^2\./)
  const { jwt = '' } = await auth.authenticateUser(ada)
  const me = await users.currentUserInspect()
  assert.deepEqual([me.Username, me.Role], [ada.username, 2])

  const made = await users.userGenerateAPIKey(me.Id, { password: ada.password, description: 'nightly' })
  const byKey = new PortainerConnection({ baseUrl, credentials: { apiKey: made.rawAPIKey } })
  assert.equal((await new PortainerUsersApi(byKey).currentUserInspect()).Id, me.Id)
  assert.deepEqual(
    (await users.userGetAPIKeys(me.Id)).map(({ description }) => description),
    ['nightly'],
  )

  await auth.logout()
  await refusal(users.currentUserInspect(), PortainerApiError, 401)
  const old = new PortainerUsersApi(new PortainerConnection({ baseUrl, credentials: { jwt } }))
  const error = await refusal(old.currentUserInspect(), PortainerApiError, 401, [jwt])
  assert.ok(typeof error.body === 'object' && typeof error.body.message === 'string')

  await new PortainerAuthApi(byKey).logout()
  byKey.use({ apiKey: made.rawAPIKey })
  await new PortainerUsersApi(byKey).userRemoveAPIKey(me.Id, made.apiKey.id)
  await refusal(new PortainerUsersApi(byKey).currentUserInspect(), PortainerApiError, 401, [made.rawAPIKey])
})

test('wrong words, no words, no provider, too often; and an abort', async () => {
  await using house = await serveHouse()
  const connection = new PortainerConnection({ baseUrl: `${house.origin}/portainer/api` })
  const auth = new PortainerAuthApi(connection)
  await refusal(auth.authenticateUser({ ...ada, password: '' }), PortainerApiError, 400)
  const code = 'code-from-a-provider'
  await refusal(auth.validateOAuth({ code }), PortainerApiError, 403, [code])
  await assertAborts((signal) => auth.authenticateUser(ada, { signal }))
  const password = 'quite another phrase'
  await refusal(auth.authenticateUser({ ...ada, password }), PortainerApiError, 422, [password])
  const error = await throttled(() => auth.authenticateUser({ ...ada, password }), PortainerApiError)
  assert.ok(error.retryAfterSeconds !== undefined && error.retryAfterSeconds >= 1)
})
