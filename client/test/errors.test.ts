// What a call fails with: everything a caller decides by, and never a secret.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import {
  ApiError,
  CloudEndureAuthenticationApi,
  CloudEndureConnection,
  ConnectionError,
  ExtremeCloudIqAuthorizationApi,
  ExtremeCloudIqConnection,
  GatehouseApiError,
  GatehouseConnection,
  GatehouseMeApi,
  GatehouseSessionApi,
  PortainerAuthApi,
  PortainerConnection,
  PortainerUsersApi,
  SemaphoreAuthenticationApi,
  SemaphoreConnection,
} from '../src/index.ts'
import { answering, rejection } from './answering.ts'

const password = 'hunter2 "and" friends/%'
const token = 'gths_0123456789abcdefghijklmnopqrstuvwxyz'

/** Everything that somebody could print of it. */
function printed(error: Error): string {
  const whole = inspect(error, { depth: 20, showHidden: true, getters: true })
  return [whole, String(error), error.stack, JSON.stringify(error), JSON.stringify({ ...error })].join('\n')
}

test('Retry-After in seconds, as a date, and as nonsense', async () => {
  const at = new Date(Date.now() + 90_000).toUTCString()
  const cases: readonly [string | undefined, (seconds: number | undefined) => boolean][] = [
    ['17', (seconds) => seconds === 17],
    [at, (seconds) => seconds !== undefined && seconds > 80 && seconds <= 91],
    ['Wed, 21 Oct 2015 07:28:00 GMT', (seconds) => seconds === 0],
    ['soon', (seconds) => seconds === undefined],
    [undefined, (seconds) => seconds === undefined],
  ]
  for (const [value, isRight] of cases) {
    await using server = await answering((_, reply) => reply(429, value === undefined ? {} : { 'Retry-After': value }))
    const session = new GatehouseSessionApi(new GatehouseConnection({ baseUrl: server.origin }))
    const error = await rejection(session.signIn({ username: 'a', password }))
    assert.ok(error instanceof GatehouseApiError)
    assert.equal(error.status, 429)
    assert.ok(isRight(error.retryAfterSeconds), `${value}: ${error.retryAfterSeconds}`)
  }
})

test('a problem of our own API: body, code and request id', async () => {
  const problem = { type: 'about:blank', title: 'Not allowed', status: 403, code: 'not-allowed', requestId: 'r-1' }
  await using server = await answering((_, reply) => reply(403, { 'X-Request-Id': 'r-1' }, problem))
  const me = new GatehouseMeApi(new GatehouseConnection({ baseUrl: server.origin, credentials: { token } }))
  const error = await rejection(me.listMyTokens())
  assert.ok(error instanceof GatehouseApiError && error instanceof ApiError)
  assert.ok(typeof error.body === 'object' && error.body.code === 'not-allowed')
  assert.deepEqual([error.requestId, error.operation], ['r-1', 'GatehouseMeApi.listMyTokens'])
  assert.deepEqual(error.toJSON(), {
    name: 'GatehouseApiError',
    message: 'GatehouseMeApi.listMyTokens: the server answered 403 (Not allowed)',
    operation: 'GatehouseMeApi.listMyTokens',
    status: 403,
    retryAfterSeconds: undefined,
    requestId: 'r-1',
  })
})

test('a proxy’s page is no message, and its text is there', async () => {
  await using server = await answering((_, reply) => reply(502, {}, '<html><h1>Bad Gateway</h1></html>'))
  const me = new GatehouseMeApi(new GatehouseConnection({ baseUrl: server.origin }))
  const error = await rejection(me.listMyTokens())
  assert.ok(error instanceof ApiError)
  assert.equal(error.message, 'GatehouseMeApi.listMyTokens: the server answered 502')
  assert.equal(error.body, '<html><h1>Bad Gateway</h1></html>')
})

test('a success that is not what the API promises', async () => {
  await using server = await answering((_, reply) => reply(200, {}, '<html>Welcome</html>'))
  const me = new GatehouseMeApi(new GatehouseConnection({ baseUrl: server.origin }))
  const error = await rejection(me.listMyTokens())
  assert.ok(error instanceof ConnectionError && error.failure === 'unreadable')
})

test('no secret in an error, whatever the server repeats', async () => {
  await using server = await answering(({ body, url, headers }, reply) => {
    const echo = [body, url, decodeURIComponent(url), JSON.stringify(headers)].join(' ')
    reply(400, { 'Content-Type': 'application/json' }, { message: echo, error: [echo], title: echo })
  })
  const { origin: baseUrl } = server
  const gatehouse = new GatehouseConnection({ baseUrl, credentials: { token } })
  const portainer = new PortainerConnection({ baseUrl, credentials: { apiKey: token } })
  const semaphore = new SemaphoreConnection({ baseUrl, credentials: { session: token } })
  const cloudendure = new CloudEndureConnection({ baseUrl, credentials: { session: token, xsrfToken: `"${token}"` } })
  const xiq = new ExtremeCloudIqConnection({
    baseUrl,
    credentials: { accessToken: token },
    headers: { 'Proxy-Authorization': 'Basic cHJveHk6c2VjcmV0' },
  })
  const calls = [
    () => new GatehouseSessionApi(gatehouse).signIn({ username: 'a', password }),
    () => new GatehouseMeApi(gatehouse).changeMyPassword({ current: password, next: `${password}!` }),
    () => new GatehouseMeApi(gatehouse).createMyToken({ name: 'n', password }),
    () => new PortainerAuthApi(portainer).authenticateUser({ username: 'a', password }),
    () => new PortainerUsersApi(portainer).userGenerateAPIKey(1, { password, description: 'd' }),
    () => new SemaphoreAuthenticationApi(semaphore).authLoginPost({ auth: 'a', password }),
    () => new SemaphoreAuthenticationApi(semaphore).userTokensApiTokenIdDelete(token),
    () => new SemaphoreAuthenticationApi(semaphore).userTokensPost(),
    () => new CloudEndureAuthenticationApi(cloudendure).loginPost({ userApiToken: token }),
    () => new CloudEndureAuthenticationApi(cloudendure).logoutPost(),
    () => new ExtremeCloudIqAuthorizationApi(xiq).validateApiToken(token),
  ]
  for (const call of calls) {
    const error = await rejection(call())
    assert.ok(error instanceof ApiError, String(error))
    for (const text of [printed(error), JSON.stringify(error.body)]) {
      for (const secret of ['hunter2', token, 'cHJveHk6c2VjcmV0'])
        assert.ok(!text.includes(secret), `${error.operation}`)
    }
  }
})

test('what is made of secrets does not show them either', () => {
  const baseUrl = 'https://host.example'
  const made = [
    new GatehouseConnection({ baseUrl, credentials: { token } }),
    new PortainerConnection({ baseUrl, credentials: { apiKey: token } }),
    new SemaphoreConnection({ baseUrl, credentials: { session: token } }),
    new CloudEndureConnection({ baseUrl, credentials: { session: token, xsrfToken: token } }),
    new ExtremeCloudIqConnection({ baseUrl, credentials: { accessToken: token } }),
  ]
  for (const one of [...made, new GatehouseMeApi(made[0] as GatehouseConnection)]) {
    assert.ok(!`${inspect(one, { depth: 20, showHidden: true })}${JSON.stringify(one)}`.includes(token))
  }
})

test('nobody is there: the address of nothing secret, and what broke', async () => {
  const session = new GatehouseSessionApi(new GatehouseConnection({ baseUrl: 'http://127.0.0.1:1' }))
  const error = await rejection(session.signIn({ username: 'a', password }))
  assert.ok(error instanceof ConnectionError)
  assert.equal(error.failure, 'network')
  assert.match(error.message, /^GatehouseSessionApi\.signIn: there is no answer/)
  assert.ok(!printed(error).includes(password))
})

test('a token that no header can hold is told without it', async () => {
  const me = new GatehouseMeApi(
    new GatehouseConnection({ baseUrl: 'http://127.0.0.1:1', credentials: { token: `${token}\n` } }),
  )
  const error = await rejection(me.listMyTokens())
  assert.ok(error instanceof TypeError)
  assert.equal(error.message, 'the value of the header authorization has characters that HTTP does not allow')
  assert.ok(!printed(error).includes(token))
})

test('a base address with a password in it is refused without it', () => {
  for (const baseUrl of [
    'http://me:hunter2@host',
    'hunter2',
    '/hunter2',
    '//hunter2',
    'ftp://hunter2',
    'http://h/?hunter2',
    'http://h/#hunter2',
  ]) {
    assert.throws(
      () => new GatehouseConnection({ baseUrl }),
      (error: Error) => error instanceof TypeError && !printed(error).includes('hunter2'),
    )
  }
})

test('an id cannot leave its place in the path', async () => {
  await using server = await answering((_, reply) => reply(204))
  const authentication = new SemaphoreAuthenticationApi(new SemaphoreConnection({ baseUrl: `${server.origin}/api` }))
  for (const id of ['', '.', '..']) {
    assert.ok((await rejection(authentication.userTokensApiTokenIdDelete(id))) instanceof TypeError)
  }
  await authentication.userTokensApiTokenIdDelete('../../x?y#z')
  assert.equal(server.asked.length, 1)
  assert.equal(server.last().url, '/api/user/tokens/..%2F..%2Fx%3Fy%23z')
})
