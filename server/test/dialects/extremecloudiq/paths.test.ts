// Paths and methods (contract 1, facts 1, 2 and 10): literal colons are text, every refusal has four fields and a type
// without a charset, whatever the path, and the door stands at its site root or at `/` on a listener of its own.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newcomer, password } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { assertEmptyOk, assertSaid, base, malformed, signIn } from './kit.ts'

const unknown = {
  code: 'UNKNOWN_PATH',
  message: 'This path is not served here',
  description: 'This path is not served here',
}
const noMethod = {
  code: 'METHOD_NOT_ALLOWED',
  message: 'This path has no such method',
  description: 'See the header Allow',
}
let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_EXTREMECLOUDIQ_LISTEN: '127.0.0.1:8081' })
})
after(() => house.close())

describe('a literal colon', () => {
  it('is part of the path: no other segment stands for it', async () => {
    const token = await signIn(house.app, (await newcomer(house)).username)
    const post = (path: string) => house.app.inject({ method: 'POST', url: `${base}${path}`, payload: token })
    assertEmptyOk(await post('/auth/apitoken/:validate'))
    for (const path of [
      '/auth/apitoken/validate',
      '/auth/apitoken/::validate',
      '/auth/apitoken/x',
      '/auth/apitoken/:other',
      '/auth/apitoken/:validatex',
      '/auth/apitoken/:validate/',
    ]) {
      const answer = await house.app.inject({ method: 'POST', url: `${base}${path}` })
      assertSaid(answer, 404, unknown)
    }
  })
})

describe('an unknown path', () => {
  it('is 404 for every method, below the site root and at it', async () => {
    for (const url of [base, `${base}/`, `${base}/nowhere`, `${base}/login/`, `${base}/users`, `${base}/Login`]) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS'] as const) {
        assertSaid(await house.app.inject({ method, url }), 404, unknown)
      }
    }
  })

  it('is the same everywhere on its own listener, which has nothing of the other doors', async () => {
    const own = house.own('extremecloudiq')
    for (const url of [
      '/',
      '/extremecloudiq/users/me',
      '/semaphore/api/ping',
      '/.well-known/jwks.json',
      '/setup/x',
      '/health/live',
    ]) {
      assertSaid(await own.inject({ url }), 404, unknown)
    }
  })

  it('holds after signing in on its own listener at the documented paths', async () => {
    const own = house.own('extremecloudiq')
    const { username } = await newcomer(house)
    const answer = await own.inject({ method: 'POST', url: '/login', payload: { username, password } })
    assert.equal(answer.statusCode, 200)
  })
})

const known: readonly (readonly [string, string])[] = [
  ['/login', 'POST'],
  ['/logout', 'POST'],
  ['/auth/apitoken/info', 'GET, HEAD'],
  ['/auth/apitoken', 'POST'],
  ['/auth/apitoken/:validate', 'POST'],
  ['/users/me', 'GET, HEAD'],
]

describe('another method of a known path', () => {
  for (const [path, allow] of known) {
    it(`is 405 with Allow: ${allow} at ${path}`, async () => {
      for (const method of ['PUT', 'PATCH', 'OPTIONS', 'DELETE'] as const) {
        const answer = await house.app.inject({ method, url: `${base}${path}` })
        assertSaid(answer, 405, noMethod)
        assert.equal(answer.headers['allow'], allow)
      }
    })
  }

  it('never ends a session', async () => {
    const token = await signIn(house.app, (await newcomer(house)).username)
    const headers = { authorization: `Bearer ${token}` }
    assertSaid(await house.app.inject({ url: `${base}/logout`, headers }), 405, noMethod)
    assert.equal((await house.app.inject({ url: `${base}/users/me`, headers })).statusCode, 200)
  })
})

describe('a path that cannot be decoded', () => {
  it('is 400 in the dialect’s shape, at both places', async () => {
    assertSaid(await house.app.inject({ url: `${base}/users/%zz` }), 400, malformed())
    assertSaid(await house.own('extremecloudiq').inject({ url: '/users/%c3%28' }), 400, malformed())
  })
})

describe('the mount', () => {
  it('moves the door, and off takes it away', async () => {
    for (const [mount, at, status] of [
      ['/deep/er', '/deep/er', 200],
      ['/deep/er', base, 404],
      ['off', base, 404],
    ] as const) {
      const moved = await openTestHouse({ GATEHOUSE_EXTREMECLOUDIQ_MOUNT: mount })
      try {
        const { username } = await newcomer(moved)
        const request = { method: 'POST', url: `${at}/login`, payload: { username, password } } as const
        assert.equal((await moved.app.inject(request)).statusCode, status)
      } finally {
        await moved.close()
      }
    }
  })
})
