// Against a server that answers as Semaphore does, classic and current (contract 1, 4, 5).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  SemaphoreApiError,
  SemaphoreAuthenticationApi,
  SemaphoreConnection,
  SemaphoreDefaultApi,
  SemaphoreUserApi,
} from '../src/index.ts'
import { type Answering, type Asked, answering, type Handle, rejection, routes } from './answering.ts'

const session = 'MTcwMHxOd3dBTkU='
const token = 'k-_w61g93-yuqvex8efmhjkgnbxlo8mp1tin6spyhu4='
const listed = { id: token.slice(0, 8), created: '2026-11-22T10:00:00Z', expired: false, user_id: 1 }
const json = { 'Content-Type': 'application/json' }

const isPublic = (url: string): boolean => url.startsWith('/api/auth/')

/** The word bearer decides, in any case; without it the cookie does. */
function semaphore(): Promise<Answering> {
  let isLive = false
  const isSignedIn = ({ headers }: Asked): boolean =>
    headers.authorization === undefined
      ? isLive && headers.cookie === `semaphore=${session}`
      : headers.authorization.toLowerCase() === `bearer ${token}`
  const table: Readonly<Record<string, Handle>> = {
    'POST /api/auth/login': ({ body }, reply) => {
      const { auth, password } = JSON.parse(body) as { auth: string; password: string }
      if (auth !== 'admin' || password !== 'right words here') return reply(401, json)
      isLive = true
      reply(204, { ...json, 'Set-Cookie': `semaphore=${session}; Path=/; HttpOnly; SameSite=Lax` })
    },
    'POST /api/auth/logout': (_, reply) => {
      isLive = false
      reply(204, { ...json, 'Set-Cookie': 'semaphore=; Path=/; Expires=Sun, 15 Nov 2026 00:00:00 GMT' })
    },
    'GET /api/user': (_, reply) => reply(200, json, { id: 1, username: 'admin', admin: true }),
    'POST /api/user/tokens': (_, reply) => reply(201, json, `${JSON.stringify({ ...listed, id: token })}\n`),
    'GET /api/user/tokens': (_, reply) => reply(200, { 'Content-Type': 'text/plain; charset=utf-8' }, [listed]),
    '*': (_, reply) => reply(204, json),
  }
  return answering(
    routes(table, (asked, reply) => {
      const isRefused = !isPublic(asked.url) && !isSignedIn(asked)
      if (isRefused) reply(401, json)
      return isRefused
    }),
  )
}

test('signs in by cookie, makes, lists and deletes a token, signs out, and is refused after', async () => {
  await using server = await semaphore()
  const connection = new SemaphoreConnection({ baseUrl: `${server.origin}/api` })
  const authentication = new SemaphoreAuthenticationApi(connection)
  const user = new SemaphoreUserApi(connection)
  assert.equal(await authentication.authLoginPost({ auth: 'admin', password: 'right words here' }), undefined)
  assert.equal((await user.userGet()).username, 'admin')
  const made = await authentication.userTokensPost()
  assert.deepEqual([made.id, server.last().body], [token, '{}'])
  assert.deepEqual(await authentication.userTokensGet(), [listed])
  await authentication.userTokensApiTokenIdDelete(made.id)
  assert.equal(server.last().url, `/api/user/tokens/${token.replace('=', '%3D')}`)
  await authentication.authLogoutPost()
  const error = await rejection(user.userGet())
  assert.ok(error instanceof SemaphoreApiError)
  assert.deepEqual([error.status, error.body], [401, undefined])
  assert.equal(error.message, 'SemaphoreUserApi.userGet: the server answered 401')
  assert.equal(server.last().headers.cookie, undefined)
})

test('an API token goes as Bearer, without the cookie; signing in takes its place', async () => {
  await using server = await semaphore()
  const connection = new SemaphoreConnection({ baseUrl: `${server.origin}/api`, credentials: { token } })
  const user = new SemaphoreUserApi(connection)
  await user.userGet()
  assert.deepEqual([server.last().headers.authorization, server.last().headers.cookie], [`Bearer ${token}`, undefined])
  await new SemaphoreAuthenticationApi(connection).authLoginPost({ auth: 'admin', password: 'right words here' })
  assert.equal(server.last().headers.authorization, undefined)
  await user.userGet()
  assert.deepEqual(
    [server.last().headers.authorization, server.last().headers.cookie],
    [undefined, `semaphore=${session}`],
  )
  connection.use({ session: 'another' })
  await rejection(user.userGet())
  assert.equal(server.last().headers.cookie, 'semaphore=another')
})

test('name and end of a token go along when told', async () => {
  await using server = await semaphore()
  const connection = new SemaphoreConnection({ baseUrl: `${server.origin}/api`, credentials: { token } })
  await new SemaphoreAuthenticationApi(connection).userTokensPost({ name: 'ci', expires_at: '2027-01-01T00:00:00Z' })
  assert.equal(server.last().body, '{"name":"ci","expires_at":"2027-01-01T00:00:00Z"}')
})

test('no tokens may be null, and pong is text', async () => {
  await using server = await answering(({ url }, reply) => reply(200, {}, url === '/api/ping' ? 'pong' : 'null\n'))
  const connection = new SemaphoreConnection({ baseUrl: `${server.origin}/api` })
  assert.deepEqual(await new SemaphoreAuthenticationApi(connection).userTokensGet(), [])
  assert.equal(await new SemaphoreDefaultApi(connection).pingGet(), 'pong')
})

test('a provider: the state cookie binds its two steps, and the session follows from the second', async () => {
  await using server = await answering(({ url, headers }, reply) => {
    if (url === '/api/auth/oidc/my%20sso/login') {
      const location = 'https://idp.example/authorize?state=s-1'
      return reply(307, { Location: location, 'Set-Cookie': 'oauthstate=c3RhdGU=; HttpOnly' })
    }
    if (url === '/api/auth/oidc/my%20sso/redirect?code=c-1&state=s-1') {
      if (headers.cookie !== 'oauthstate=c3RhdGU=') return reply(307, { Location: '/auth/login' })
      return reply(307, { Location: '/', 'Set-Cookie': `semaphore=${session}; Path=/` })
    }
    reply(headers.cookie?.includes(`semaphore=${session}`) ? 200 : 401, json, { id: 1 })
  })
  const connection = new SemaphoreConnection({ baseUrl: `${server.origin}/api`, credentials: { token } })
  const authentication = new SemaphoreAuthenticationApi(connection)
  const begun = await authentication.authOidcProviderIdLoginGet('my sso')
  assert.deepEqual(begun, { location: 'https://idp.example/authorize?state=s-1' })
  const done = await authentication.authOidcProviderIdRedirectGet('my sso', { code: 'c-1', state: 's-1' })
  assert.deepEqual(done, { location: '/' })
  assert.equal((await new SemaphoreUserApi(connection).userGet()).id, 1)
})

test('login metadata, as a newer server tells it', async () => {
  const metadata = { oidc_providers: [{ id: 'mysso', name: 'SSO', color: '', icon: '' }], login_with_password: true }
  await using server = await answering((_, reply) => reply(200, json, { ...metadata, auth_methods: {} }))
  const connection = new SemaphoreConnection({ baseUrl: `${server.origin}/api` })
  const told = await new SemaphoreAuthenticationApi(connection).authLoginGet()
  assert.equal(told.oidc_providers[0]?.name, 'SSO')
})

test('a pending second factor arrives as what the server says', async () => {
  await using server = await answering((_, reply) => reply(401, json, { error: 'TOTP_REQUIRED' }))
  const connection = new SemaphoreConnection({ baseUrl: `${server.origin}/api` })
  const error = await rejection(new SemaphoreUserApi(connection).userGet())
  assert.ok(error instanceof SemaphoreApiError)
  assert.deepEqual(error.body, { error: 'TOTP_REQUIRED' })
})
