// Against a server that answers as CloudEndure does (contract 1, 2.1 to 2.5).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CloudEndureApiError,
  CloudEndureAuthenticationApi,
  CloudEndureConnection,
  CloudEndureDefaultApi,
  CloudEndureProjectApi,
  CloudEndureUserApi,
  ConnectionError,
} from '../src/index.ts'
import { type Answering, answering, type Handle, rejection, routes } from './answering.ts'

const session = '.eJwNyMENgCAMAMBd.XxYz-w.sig'
/** As Python quotes a value that ends with a newline. */
const xsrf = '"q83vASNFZ4mrze8BI0VniQ==\\012"'
const cookies = [`session=${session}; HttpOnly; Path=/`, `XSRF-TOKEN=${xsrf}; Path=/`]
const login = { username: 'ops@example.org', password: 'Right-words-1' }

const isPublic = (url: string): boolean => /\/log(in|out)$/.test(url)

/** Sends `latest` on to `v5`; whatever comes by session needs the header, reads too. */
function cloudendure(): Promise<Answering> {
  let isLive = false
  const table: Readonly<Record<string, Handle>> = {
    'POST /api/latest/login': (_, reply) => reply(307, { Location: '/api/v5/login' }),
    'POST /api/v5/login': ({ body }, reply) => {
      const { password, userApiToken } = JSON.parse(body) as { password?: string; userApiToken?: string }
      if (password !== login.password && userApiToken !== 'ABCD-EF01')
        return reply(401, {}, { message: 'no', code: 'x' })
      isLive = true
      reply(200, { 'Set-Cookie': cookies, 'X-CloudEndure-Version': 'v5' }, { username: login.username })
    },
    'POST /api/v5/logout': (_, reply) => {
      isLive = false
      reply(204, { 'Set-Cookie': ['session=; Max-Age=0; Path=/', 'XSRF-TOKEN=""; Max-Age=0; Path=/'] })
    },
    'GET /api/v5/me': (_, reply) => reply(200, {}, { username: login.username, roles: ['USER'] }),
    'GET /api/v5/projects': (_, reply) => reply(200, {}, { items: [{ id: 'p' }] }),
    'POST /api/v5/replaceApiToken': (_, reply) => reply(200, {}, { apiToken: 'ABCD-EF01' }),
  }
  return answering(
    routes(table, ({ url, headers }, reply) => {
      if (isPublic(url)) return false
      const isSignedIn = isLive && headers.cookie?.includes(`session=${session}`) === true
      if (!isSignedIn) reply(401, {}, { message: 'no session' })
      else if (headers['x-xsrf-token'] !== xsrf) reply(403, {}, { message: 'no token' })
      return !isSignedIn || headers['x-xsrf-token'] !== xsrf
    }),
  )
}

test('signs in where it is sent, carries the XSRF token as spelled, signs out, and is refused after', async () => {
  await using server = await cloudendure()
  const connection = new CloudEndureConnection({ baseUrl: `${server.origin}/api/latest` })
  const authentication = new CloudEndureAuthenticationApi(connection)
  assert.deepEqual(await authentication.loginPost(login), { username: login.username })
  assert.deepEqual(
    server.asked.map(({ url, body }) => [url, JSON.parse(body)]),
    [
      ['/api/latest/login', login],
      ['/api/v5/login', login],
    ],
  )
  assert.equal(connection.base.href, `${server.origin}/api/v5`)
  assert.deepEqual((await new CloudEndureUserApi(connection).meGet()).roles, ['USER'])
  assert.equal(server.last().url, '/api/v5/me')
  assert.equal((await new CloudEndureDefaultApi(connection).replaceApiTokenPost()).apiToken, 'ABCD-EF01')
  assert.equal(server.last().headers['content-length'], '0')
  assert.deepEqual((await new CloudEndureProjectApi(connection).projectsGet()).items, [{ id: 'p' }])
  await authentication.logoutPost()
  const error = await rejection(new CloudEndureUserApi(connection).meGet())
  assert.ok(error instanceof CloudEndureApiError)
  assert.deepEqual([error.status, error.body], [401, { message: 'no session' }])
  const { headers } = server.last()
  assert.deepEqual([headers.cookie, headers['x-xsrf-token']], [undefined, undefined])
})

test('signs in by API token, and goes on with the cookies of a session from elsewhere', async () => {
  await using server = await cloudendure()
  const first = new CloudEndureConnection({ baseUrl: `${server.origin}/api/v5` })
  await new CloudEndureAuthenticationApi(first).loginPost({ userApiToken: 'ABCD-EF01' })
  assert.equal(server.last().body, '{"userApiToken":"ABCD-EF01"}')
  const baseUrl = `${server.origin}/api/v5`
  const second = new CloudEndureConnection({ baseUrl, credentials: { session, xsrfToken: xsrf } })
  assert.equal((await new CloudEndureUserApi(second).meGet()).username, login.username)
})

test('is sent on once, with the password only to where it may go', async () => {
  const locations = ['/api/v5/login', undefined, 'http://[', 'ftp://127.0.0.1/login', 'http://u:p@127.0.0.1/login']
  for (const location of locations) {
    await using server = await answering((_, reply) => reply(307, location === undefined ? {} : { Location: location }))
    const connection = new CloudEndureConnection({ baseUrl: `${server.origin}/api/latest` })
    const error = await rejection(new CloudEndureAuthenticationApi(connection).loginPost(login))
    const isFollowed = location === '/api/v5/login'
    assert.ok(isFollowed ? error instanceof CloudEndureApiError : error instanceof ConnectionError, String(location))
    assert.equal(server.asked.length, isFollowed ? 2 : 1)
    assert.equal(connection.base.href, `${server.origin}/api/latest`)
  }
})

test('never from https to http', async () => {
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = async (url) => {
    asked.push(String(url))
    return new Response(null, { status: 307, headers: { location: 'http://ce.example/api/v5/login' } })
  }
  const connection = new CloudEndureConnection({ baseUrl: 'https://ce.example/api/latest', fetch })
  const error = await rejection(new CloudEndureAuthenticationApi(connection).loginPost(login))
  assert.ok(error instanceof ConnectionError && error.failure === 'redirect')
  assert.deepEqual(asked, ['https://ce.example/api/latest/login'])
})

test('to another origin, whose cookies stay there', async () => {
  await using region = await cloudendure()
  await using home = await answering((_, reply) => reply(307, { Location: `${region.origin}/api/v5/login` }))
  const connection = new CloudEndureConnection({ baseUrl: `${home.origin}/api/latest` })
  await new CloudEndureAuthenticationApi(connection).loginPost(login)
  await new CloudEndureUserApi(connection).meGet()
  assert.deepEqual([home.asked.length, region.last().url], [1, '/api/v5/me'])
  connection.moveTo(new URL(`${home.origin}/api/latest`))
  await rejection(new CloudEndureUserApi(connection).meGet())
  assert.equal(home.last().headers.cookie, undefined)
})

test('in a browser, which hides the redirect, it lets the browser follow and learns where it was', async () => {
  const inits: RequestInit[] = []
  const fetch: typeof globalThis.fetch = async (_url, init = {}) => {
    inits.push(init)
    if (init.redirect === 'manual' && inits.length === 1) {
      const hidden = Response.error()
      Object.defineProperty(hidden, 'type', { value: 'opaqueredirect' })
      return hidden
    }
    const answer = Response.json({ username: login.username })
    Object.defineProperty(answer, 'url', { value: 'https://ce.example/api/v5/login' })
    return answer
  }
  const connection = new CloudEndureConnection({ baseUrl: 'https://ce.example/api/latest', fetch })
  await new CloudEndureAuthenticationApi(connection).loginPost(login)
  assert.deepEqual(
    inits.map(({ redirect }) => redirect),
    ['manual', 'follow'],
  )
  assert.equal(connection.base.href, 'https://ce.example/api/v5')
})

test('in a browser the XSRF token comes from the page’s own cookies', async () => {
  const seen: (string | null)[] = []
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    seen.push(new Headers(init?.headers).get('x-xsrf-token'))
    return Response.json({})
  }
  const connection = new CloudEndureConnection({ baseUrl: 'https://ce.example/api/v5', fetch })
  Object.assign(globalThis, { document: { cookie: 'a=b; XSRF-TOKEN="abc=="; c=d' } })
  try {
    await new CloudEndureUserApi(connection).meGet()
  } finally {
    Reflect.deleteProperty(globalThis, 'document')
  }
  assert.deepEqual(seen, ['"abc=="'])
})
