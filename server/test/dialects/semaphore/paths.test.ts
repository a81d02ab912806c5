// Paths and methods that Semaphore's API does not have (contract 5.1): 404 with its own words, 405 with Allow, and
// a path that cannot be decoded, all with the headers of every answer.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, assertEmpty, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_SEMAPHORE_LISTEN: '127.0.0.1:3000' })
})
after(() => house.close())

describe('an unknown path', () => {
  it('is 404 with the text Not Found, for every method, below the API and beside it', async () => {
    for (const url of [
      '/semaphore/api/nowhere',
      '/semaphore/api',
      '/semaphore/api/',
      '/semaphore/nowhere',
      '/semaphore/API/ping',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS'] as const) {
        const answer = await house.app.inject({ method, url })
        assertCommon(answer)
        assert.deepEqual([answer.statusCode, answer.body], [404, 'Not Found'], `${method} ${url}`)
        assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8')
        assert.deepEqual(setCookies(answer), [])
      }
    }
  })

  it('is the same everywhere on its own listener, which has nothing of the other doors', async () => {
    const app = house.own('semaphore')
    for (const url of [
      '/nowhere',
      '/semaphore/api/ping',
      '/portainer/api/status',
      '/.well-known/jwks.json',
      '/setup/x',
      '/health/live',
    ]) {
      const answer = await app.inject({ url })
      assertCommon(answer)
      assert.deepEqual([answer.statusCode, answer.body], [404, 'Not Found'], url)
    }
    assert.equal((await app.inject({ url: '/api/ping' })).body, 'pong')
  })

  it('is 404 whatever its body, which is not read as anything', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await house.app.inject({ method: 'POST', url: '/semaphore/api/users', headers, payload: '{}' })
    assert.deepEqual([answer.statusCode, answer.body], [404, 'Not Found'])
  })
})

const known: readonly (readonly [string, string])[] = [
  ['/auth/login', 'GET, HEAD, POST'],
  ['/auth/logout', 'POST'],
  ['/auth/oidc/mysso/login', 'GET, HEAD'],
  ['/auth/oidc/mysso/redirect', 'GET, HEAD'],
  ['/user', 'GET, HEAD'],
  ['/user/', 'GET, HEAD'],
  ['/user/tokens', 'GET, HEAD, POST'],
  ['/user/tokens/abcdefgh', 'DELETE'],
  ['/ping', 'GET, HEAD'],
  ['/info', 'GET, HEAD'],
]

describe('another method of a known path', () => {
  for (const [path, allow] of known) {
    it(`is 405, empty, with Allow: ${allow} at ${path}`, async () => {
      for (const method of ['PUT', 'PATCH', 'OPTIONS', 'TRACE'] as const) {
        const answer = await house.app.inject({ method: method as 'PUT', url: `/semaphore/api${path}` })
        assertEmpty(answer, 405)
        assert.equal(answer.headers['allow'], allow)
      }
    })
  }

  it('is 405 before its body is looked at', async () => {
    const headers = { 'content-type': 'garbage' }
    assertEmpty(await house.app.inject({ method: 'PUT', url: '/semaphore/api/user', headers, payload: '{' }), 405)
  })
})

describe('a path that cannot be decoded', () => {
  it('is 400 and empty, at both places', async () => {
    assertEmpty(await house.app.inject({ url: '/semaphore/api/user/%zz' }), 400)
    assertEmpty(await house.own('semaphore').inject({ url: '/api/%c3%28' }), 400)
  })
})
