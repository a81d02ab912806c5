// Against a server that answers as ExtremeCloudIQ does (contract 1, 3.1 to 3.5).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ExtremeCloudIqApiError,
  ExtremeCloudIqAuthenticationApi,
  ExtremeCloudIqAuthorizationApi,
  ExtremeCloudIqConnection,
  ExtremeCloudIqUserApi,
} from '../src/index.ts'
import { type Answering, answering, type Handle, rejection, routes } from './answering.ts'

const accessToken = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvcHMifQ.c2ln'
const json = { 'Content-Type': 'application/json;charset=UTF-8' }
const refused = { error_code: 'UNAUTHORIZED', error_id: 'e-17', error_message: 'Unauthorized' }

const isPublic = (url: string): boolean => url === '/login' || url === '/auth/apitoken/:validate'

function extremecloudiq(): Promise<Answering> {
  let isLive = false
  const table: Readonly<Record<string, Handle>> = {
    'POST /login': ({ body }, reply) => {
      const { password } = JSON.parse(body) as { password: string }
      if (password !== 'right words here') return reply(401, json, refused)
      isLive = true
      reply(200, json, { access_token: accessToken, token_type: 'Bearer', expires_in: 86_400 })
    },
    'POST /auth/apitoken/:validate': ({ body }, reply) => reply(body === accessToken && isLive ? 200 : 401, json),
    'POST /logout': (_, reply) => {
      isLive = false
      reply(200)
    },
    'GET /users/me': (_, reply) => reply(200, json, { id: 5, login_name: 'ops@example.org' }),
    'GET /auth/apitoken/info': (_, reply) => reply(200, json, { user_name: 'ops@example.org', scopes: ['auth'] }),
    'POST /auth/apitoken': (_, reply) => reply(200, json, { access_token: 'api-token', permissions: ['auth'] }),
  }
  return answering(
    routes(table, ({ url, headers }, reply) => {
      const isRefused = !isPublic(url) && !(isLive && headers.authorization === `Bearer ${accessToken}`)
      if (isRefused) reply(401, json, refused)
      return isRefused
    }),
  )
}

test('signs in, asks who it is, makes and checks tokens, signs out, and is refused after', async () => {
  await using server = await extremecloudiq()
  const connection = new ExtremeCloudIqConnection({ baseUrl: server.origin })
  const authentication = new ExtremeCloudIqAuthenticationApi(connection)
  const authorization = new ExtremeCloudIqAuthorizationApi(connection)
  const opened = await authentication.login({ username: 'ops@example.org', password: 'right words here' })
  assert.deepEqual(opened, { access_token: accessToken, token_type: 'Bearer', expires_in: 86_400 })
  assert.equal((await new ExtremeCloudIqUserApi(connection).getCurrentUser()).login_name, 'ops@example.org')
  assert.deepEqual((await authorization.getCurrentApiTokenInfo()).scopes, ['auth'])
  await authorization.validateApiToken(accessToken)
  assert.deepEqual([server.last().headers['content-type'], server.last().body], ['text/plain', accessToken])
  const made = await authorization.generateApiToken({ permissions: ['auth', 'logout'], expire_time: 1_800_000_000 })
  assert.equal(made.access_token, 'api-token')
  assert.equal(await authentication.logout(), undefined)
  assert.equal(server.last().headers['content-type'], undefined)
  connection.use({ accessToken })
  const error = await rejection(new ExtremeCloudIqUserApi(connection).getCurrentUser())
  assert.ok(error instanceof ExtremeCloudIqApiError)
  assert.deepEqual([error.status, error.body, error.requestId], [401, refused, 'e-17'])
  const dead = await rejection(authorization.validateApiToken(accessToken))
  assert.ok(dead instanceof ExtremeCloudIqApiError && dead.status === 401)
})

test('a refused sign-in says so in words, without the password', async () => {
  await using server = await extremecloudiq()
  const connection = new ExtremeCloudIqConnection({ baseUrl: server.origin })
  const error = await rejection(
    new ExtremeCloudIqAuthenticationApi(connection).login({ username: 'ops@example.org', password: 'wrong words' }),
  )
  assert.equal(error.message, 'ExtremeCloudIqAuthenticationApi.login: the server answered 401 (Unauthorized)')
})
