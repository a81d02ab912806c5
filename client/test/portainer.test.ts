// Against a server that answers as Portainer 2.23 does (contract 1, 3.2 to 3.9).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  PortainerApiError,
  PortainerAuthApi,
  PortainerConnection,
  PortainerStatusApi,
  PortainerUsersApi,
} from '../src/index.ts'
import { type Answering, type Asked, answering, type Handle, type Reply, rejection, routes } from './answering.ts'

const jwt = 'eyJh.eyJp.c2ln'
const key = 'ptr_AbCdEfGh0123456789='
const unauthorized = { message: 'Invalid JWT token', details: 'Unauthorized' }

const csrf = { 'X-CSRF-Token': 'masked-token' }
const admin = { Id: 1, Username: 'admin', Role: 1 }
const isPublic = (url: string): boolean => url === '/api/auth' || url === '/api/auth/logout'

/** One user, whose JWT dies by the cookie at signing out; unsafe requests with the cookie need the CSRF token. */
function portainer(): Promise<Answering> {
  let isDead = false
  const isSignedIn = ({ headers }: Asked): boolean =>
    headers['x-api-key'] === key || (!isDead && headers.authorization === `Bearer ${jwt}`)
  const table: Readonly<Record<string, Handle>> = {
    'POST /api/auth': signIn,
    'POST /api/auth/logout': ({ headers }, reply, raw) => {
      // A logout without a valid cookie panics there: the connection breaks off.
      if (!headers.cookie?.includes(`portainer_api_key=${jwt}`)) return void raw.destroy()
      isDead = true
      reply(204, { 'Set-Cookie': 'portainer_api_key=; Path=/; Max-Age=0' })
    },
    'GET /api/users/me': (_, reply) => reply(200, csrf, admin),
    'POST /api/users/1/tokens': (_, reply) =>
      reply(201, csrf, { rawAPIKey: key, apiKey: { id: 7, description: 'ci' } }),
    'GET /api/users/1/tokens': (_, reply) => reply(200, csrf, [{ id: 7, description: 'ci' }]),
    'DELETE /api/users/1/tokens/7': (_, reply) => reply(204, csrf),
  }
  return answering(
    routes(table, (asked, reply) => {
      if (refusesByCsrf(asked, reply)) return true
      const isRefused = !isPublic(asked.url) && !isSignedIn(asked)
      if (isRefused) reply(401, {}, unauthorized)
      return isRefused
    }),
  )
}

function signIn({ body }: Asked, reply: Reply): void {
  const { username, password } = JSON.parse(body) as { username: string; password: string }
  if (username !== 'admin' || password !== 'right words here') {
    reply(422, {}, { message: 'Invalid credentials', details: 'Unauthorized' })
    return
  }
  const session = `portainer_api_key=${jwt}; Path=/; Expires=Fri, 01 Jan 2999 00:00:00 GMT; HttpOnly; SameSite=Strict`
  reply(200, { ...csrf, 'Set-Cookie': [session, '_gorilla_csrf=base; Path=/; HttpOnly'] }, { jwt })
}

function refusesByCsrf({ method, headers }: Asked, reply: Reply): boolean {
  if (headers['x-api-key'] !== undefined && headers.authorization !== undefined) {
    reply(403, {}, { message: 'api key and auth header are not allowed at the same time' })
    return true
  }
  const isUnsafe = method !== 'GET' && headers.cookie?.includes('portainer_api_key=') === true
  const isBound = headers['x-csrf-token'] === 'masked-token' && headers.cookie?.includes('_gorilla_csrf=base') === true
  if (isUnsafe && !isBound) reply(403, { 'Content-Type': 'text/plain' }, 'Forbidden - CSRF token invalid\n')
  return isUnsafe && !isBound
}

test('signs in, asks who it is, makes and removes a key, signs out, and is refused after', async () => {
  await using server = await portainer()
  const connection = new PortainerConnection({ baseUrl: `${server.origin}/api/` })
  const auth = new PortainerAuthApi(connection)
  const users = new PortainerUsersApi(connection)
  assert.deepEqual(await auth.authenticateUser({ username: 'admin', password: 'right words here' }), { jwt })
  assert.equal(server.last().body, '{"username":"admin","password":"right words here"}')
  assert.equal(server.last().headers['content-type'], 'application/json')
  assert.equal((await users.currentUserInspect()).Username, 'admin')
  const made = await users.userGenerateAPIKey(1, { password: 'right words here', description: 'ci' })
  assert.equal(made.rawAPIKey, key)
  assert.equal(server.last().headers.cookie, undefined)
  assert.deepEqual(await users.userGetAPIKeys(1), [{ id: 7, description: 'ci' }])
  await users.userRemoveAPIKey(1, made.apiKey.id)
  assert.equal(server.last().url, '/api/users/1/tokens/7')
  await auth.logout()
  // Portainer behind TLS asks where a request with a cookie comes from.
  const { authorization, referer } = server.last().headers
  assert.deepEqual([authorization, referer], [`Bearer ${jwt}`, `${server.origin}/api/`])
  connection.use({ jwt })
  const error = await rejection(users.currentUserInspect())
  assert.ok(error instanceof PortainerApiError)
  assert.deepEqual([error.status, error.body], [401, unauthorized])
})

test('after signing out it goes on as nobody', async () => {
  await using server = await portainer()
  const connection = new PortainerConnection({ baseUrl: `${server.origin}/api` })
  const auth = new PortainerAuthApi(connection)
  await auth.authenticateUser({ username: 'admin', password: 'right words here' })
  await auth.logout()
  await rejection(new PortainerUsersApi(connection).currentUserInspect())
  const { headers } = server.last()
  assert.deepEqual([headers.authorization, headers.cookie, headers['x-api-key']], [undefined, undefined, undefined])
})

test('sends an API key alone, and no session of before', async () => {
  await using server = await portainer()
  const connection = new PortainerConnection({ baseUrl: `${server.origin}/api` })
  await new PortainerAuthApi(connection).authenticateUser({ username: 'admin', password: 'right words here' })
  connection.use({ apiKey: key })
  assert.equal((await new PortainerUsersApi(connection).currentUserInspect()).Id, 1)
  const { headers } = server.last()
  assert.deepEqual([headers['x-api-key'], headers.authorization, headers.cookie], [key, undefined, undefined])
})

test('a refused sign-in leaves the connection who it was', async () => {
  await using server = await portainer()
  const connection = new PortainerConnection({ baseUrl: `${server.origin}/api`, credentials: { apiKey: key } })
  const error = await rejection(
    new PortainerAuthApi(connection).authenticateUser({ username: 'admin', password: 'wrong words' }),
  )
  assert.ok(error instanceof PortainerApiError)
  assert.equal(error.status, 422)
  assert.equal(error.message, 'PortainerAuthApi.authenticateUser: the server answered 422 (Invalid credentials)')
  assert.equal(server.last().headers['x-api-key'], undefined)
  assert.equal((await new PortainerUsersApi(connection).currentUserInspect()).Id, 1)
})

test('a redirect is an error: without an administrator Portainer sends every call away', async () => {
  await using server = await answering((_, reply) =>
    reply(
      303,
      { Location: '/timeout.html', 'redirect-reason': 'AdminInitTimeout' },
      'Administrator initialization timeout',
    ),
  )
  const status = new PortainerStatusApi(new PortainerConnection({ baseUrl: `${server.origin}/api` }))
  const error = await rejection(status.systemStatus())
  assert.ok(error instanceof PortainerApiError)
  assert.deepEqual([error.status, error.body], [303, 'Administrator initialization timeout'])
  assert.equal(server.asked.length, 1)
})

test('OAuth: the code goes as it came, and the connection goes on by the JWT', async () => {
  await using server = await answering(({ url }, reply) =>
    url === '/api/users/me' ? reply(200, {}, { Id: 2, Username: 'oa', Role: 2 }) : reply(200, {}, { jwt }),
  )
  const connection = new PortainerConnection({ baseUrl: `${server.origin}/api` })
  await new PortainerAuthApi(connection).validateOAuth({ code: 'a%2Fcode' })
  assert.deepEqual([server.last().url, server.last().body], ['/api/auth/oauth/validate', '{"code":"a%2Fcode"}'])
  await new PortainerUsersApi(connection).currentUserInspect()
  assert.equal(server.last().headers.authorization, `Bearer ${jwt}`)
})
