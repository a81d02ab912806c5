// The client's Gatehouse classes, for whoever is signed in: sessions, tokens for every door, password, introspection.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  GatehouseApiError,
  GatehouseConnection,
  type GatehouseDialect,
  GatehouseMeApi,
  GatehouseOauthApi,
  GatehouseSessionApi,
  SemaphoreConnection,
  SemaphoreUserApi,
} from '../../../client/src/index.ts'
import { ada, admin, assertAborts, assertNobodyThere, refusal, serveHouse, throttled } from './serve.ts'

test('a journey: in, who am I, another password, out, refused', async () => {
  await using house = await serveHouse()
  const connection = new GatehouseConnection({ baseUrl: house.origin, headers: { 'User-Agent': 'nightly/1' } })
  const session = new GatehouseSessionApi(connection)
  const me = new GatehouseMeApi(connection)
  const { accessToken = '', person } = await session.signIn(ada)
  assert.equal(person.username, ada.username)
  assert.equal((await session.getSession()).scope, 'default')
  const other = new GatehouseSessionApi(new GatehouseConnection({ baseUrl: house.origin }))
  await other.signIn(ada)
  const { items } = await me.listMySessions()
  assert.deepEqual([items.length, items.find(({ isPresent }) => isPresent)?.agent], [2, 'nightly/1'])
  const third = new GatehouseSessionApi(new GatehouseConnection({ baseUrl: house.origin }))
  await third.signIn(ada)
  const [newest] = (await me.listMySessions({ limit: 1 })).items
  await me.endMySession(newest?.id ?? 0)
  await refusal(third.getSession(), GatehouseApiError, 401)
  assert.equal((await me.endMyOtherSessions()).ended, 1)
  await refusal(other.getSession(), GatehouseApiError, 401)

  const next = 'a river behind seven lanterns'
  const secrets = [ada.password, next]
  await refusal(me.changeMyPassword({ current: next, next }), GatehouseApiError, 403, secrets)
  await me.changeMyPassword({ current: ada.password, next })
  assert.equal((await session.getSession()).person.username, ada.username)
  const old = new GatehouseSessionApi(
    new GatehouseConnection({ baseUrl: house.origin, credentials: { token: accessToken } }),
  )
  await refusal(old.getSession(), GatehouseApiError, 401, [accessToken])
  await session.signOut()
  const error = await refusal(session.getSession(), GatehouseApiError, 401)
  assert.ok(typeof error.body === 'object' && error.body.code === 'not-signed-in')
})

test('tokens for every door, asked about and revoked', async () => {
  await using house = await serveHouse()
  const connection = new GatehouseConnection({ baseUrl: house.origin })
  const me = new GatehouseMeApi(connection)
  const oauth = new GatehouseOauthApi(connection)
  await new GatehouseSessionApi(connection).signIn(ada)
  // Asking about everybody's tokens is an operator's to allow.
  const operator = new GatehouseConnection({ baseUrl: house.origin })
  await new GatehouseSessionApi(operator).signIn(admin)
  const asker = await new GatehouseMeApi(operator).createMyToken({ name: 'resource server', scope: 'introspect' })
  const introspector = new GatehouseConnection({ baseUrl: house.origin, credentials: { token: asker.secret } })
  await refusal(me.createMyToken({ name: 'resource server', scope: 'introspect' }), GatehouseApiError, 403)
  const doors: readonly GatehouseDialect[] = ['portainer', 'semaphore', 'cloudendure', 'extremecloudiq', 'api']
  for (const dialect of doors) {
    const { token, secret } = await me.createMyToken({ dialect, name: `for ${dialect}` })
    assert.equal(token.dialect, dialect)
    const told = await new GatehouseOauthApi(introspector).introspect({ token: secret })
    assert.deepEqual([told.active, told.client_id, told.username], [true, dialect, ada.username])
    await oauth.revoke({ token: secret })
    assert.deepEqual(await new GatehouseOauthApi(introspector).introspect({ token: secret }), { active: false })
  }
  await refusal(oauth.introspect({ token: asker.secret }), GatehouseApiError, 403, [asker.secret])
  const nightly = await me.createMyToken({ name: 'nightly', dialect: 'semaphore', expiresAt: '2027-06-01T00:00:00Z' })
  const credentials = { token: nightly.secret }
  const semaphore = new SemaphoreConnection({ baseUrl: `${house.origin}/semaphore/api`, credentials })
  assert.equal((await new SemaphoreUserApi(semaphore).userGet()).username, ada.username)
  await me.revokeMyToken(nightly.token.id)
  await assert.rejects(new SemaphoreUserApi(semaphore).userGet(), { status: 401 })
  await refusal(me.revokeMyToken(nightly.token.id), GatehouseApiError, 404)
  await me.createMyToken({ name: 'another' })
  assert.equal((await me.revokeMyOtherTokens()).ended, 1)
  assert.deepEqual((await me.listMyTokens()).items, [])
})

test('a cookie is for pages only; wrong words, too often, an abort, and nobody there', async () => {
  let connection: GatehouseConnection
  {
    await using house = await serveHouse()
    connection = new GatehouseConnection({ baseUrl: house.origin })
    const session = new GatehouseSessionApi(connection)
    await refusal(session.signIn({ ...ada, cookie: true }), GatehouseApiError, 403, [ada.password])
    await refusal(session.signIn({ ...ada, account: 'elsewhere' }), GatehouseApiError, 401, [ada.password])
    await assertAborts((signal) => session.signIn(ada, { signal }))
    const password = 'quite another phrase'
    const error = await throttled(() => session.signIn({ ...ada, password }), GatehouseApiError)
    assert.ok(error.retryAfterSeconds !== undefined && error.retryAfterSeconds >= 1)
    assert.ok(typeof error.body === 'object' && error.body.code === 'throttled')
  }
  await assertNobodyThere(new GatehouseSessionApi(connection).getSession())
})
