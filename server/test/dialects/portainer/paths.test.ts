// Paths and methods that Portainer's API does not have (contract 3.1): 404 as plain text, 405 with Allow, and a path
// that cannot be decoded, all with the headers of every answer. A trailing slash is another path here.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, assertSaid, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_PORTAINER_LISTEN: '127.0.0.1:9000' })
})
after(() => house.close())

describe('an unknown path', () => {
  it('is 404 with the real server’s text, for every method, below the API and beside it', async () => {
    for (const url of [
      '/portainer/api/nowhere',
      '/portainer/api',
      '/portainer',
      '/portainer/',
      '/portainer/api/status/',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS'] as const) {
        const answer = await house.app.inject({ method, url })
        assertCommon(answer)
        assert.deepEqual([answer.statusCode, answer.body], [404, '404 page not found\n'], `${method} ${url}`)
        assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8')
        assert.deepEqual(setCookies(answer), [])
      }
    }
  })

  it('is the same everywhere on its own listener, which has nothing of the other doors', async () => {
    const app = house.own('portainer')
    for (const url of [
      '/',
      '/portainer/api/status',
      '/semaphore/api/ping',
      '/.well-known/jwks.json',
      '/setup/x',
      '/health/live',
    ]) {
      const answer = await app.inject({ url })
      assert.deepEqual([answer.statusCode, answer.body], [404, '404 page not found\n'], url)
    }
    assert.equal((await app.inject({ url: '/api/status' })).statusCode, 200)
  })
})

const known: readonly (readonly [string, string])[] = [
  ['/auth', 'POST'],
  ['/auth/logout', 'POST'],
  ['/auth/oauth/validate', 'POST'],
  ['/users/me', 'GET, HEAD'],
  ['/users/1/tokens', 'GET, HEAD, POST'],
  ['/users/1/tokens/1', 'DELETE'],
  ['/status', 'GET, HEAD'],
  ['/system/status', 'GET, HEAD'],
]

describe('another method of a known path', () => {
  for (const [path, allow] of known) {
    it(`is 405, empty, with Allow: ${allow} at ${path}`, async () => {
      for (const method of ['PUT', 'PATCH', 'OPTIONS', 'TRACE'] as const) {
        const answer = await house.app.inject({ method: method as 'PUT', url: `/portainer/api${path}` })
        assertCommon(answer)
        assert.deepEqual([answer.statusCode, answer.body], [405, ''])
        assert.equal(answer.headers['allow'], allow)
      }
    })
  }
})

describe('a path that cannot be decoded', () => {
  it('is 400 in the dialect’s shape, at both places', async () => {
    const invalid = 'Invalid request payload'
    assertSaid(await house.app.inject({ url: '/portainer/api/users/%zz' }), 400, invalid, invalid)
    assertSaid(await house.own('portainer').inject({ url: '/api/users/%c3%28' }), 400, invalid, invalid)
  })
})
