// Paths and methods (contract 2.1): two bases that are the same API, and no third; whatever is not there is said as
// `message` and `code`, 405 with Allow. A trailing slash and other case are other paths.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody } from '../../_kit/ways-in.ts'
import { assertError, bases, byPassword, latest, login, signIn, v5 } from './client.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_CLOUDENDURE_LISTEN: '127.0.0.1:3000' })
})
after(() => house.close())

const nothing = 'There is nothing at this path.'

describe('the two bases', () => {
  it('are one API: a session of either is told the same at both', async () => {
    const { person } = await newSomebody(house)
    const bodies = await Promise.all(
      bases.map(async (base) => {
        const { cookie } = await signIn(house.app, byPassword(person), base)
        const answers = bases.flatMap((other) =>
          ['/me', '/projects'].map((path) => house.app.inject({ url: `${other}${path}`, headers: { cookie } })),
        )
        return (await Promise.all(answers)).map(({ statusCode, body }) => ({ statusCode, body }))
      }),
    )
    assert.ok(bodies.flat().every(({ statusCode }) => statusCode === 200))
    assert.deepEqual(bodies[0], bodies[1])
    assert.deepEqual(bodies[0]?.slice(0, 2), bodies[0]?.slice(2))
  })
})

describe('an unknown path', () => {
  it('is 404 as message and code, for every method, below the API and beside it', async () => {
    const { cookie } = await signIn(house.app, byPassword((await newSomebody(house)).person))
    for (const url of [
      `${latest}/nowhere`,
      `${v5}/users`,
      `${latest}/me/`,
      `${latest}/login/`,
      `${latest}/ME`,
      `${latest}/changePassword`,
      `${latest}/licenses`,
      latest,
      `${latest}/`,
      '/cloudendure/api/v2/login',
      '/cloudendure/api/v3/me',
      '/cloudendure/api/v6/me',
      '/cloudendure/api//me',
      '/cloudendure/api/me',
      '/cloudendure/api',
      '/cloudendure',
      '/cloudendure/',
    ]) {
      for (const method of ['GET', 'POST', 'PATCH', 'OPTIONS'] as const) {
        const answer = await house.app.inject({ method, url, headers: { cookie } })
        assertError(answer, 404, 'unknown-path', nothing)
      }
    }
  })

  it('is the same everywhere on its own listener, which has nothing of the other doors', async () => {
    const app = house.own('cloudendure')
    for (const url of [
      '/',
      '/cloudendure/api/latest/me',
      '/semaphore/api/ping',
      '/health/live',
      '/setup/x',
      '/api/v2/me',
    ]) {
      assertError(await app.inject({ url }), 404, 'unknown-path', nothing)
    }
    for (const base of ['/api/latest', '/api/v5']) {
      assertError(await app.inject({ url: `${base}/me` }), 401, 'not-signed-in')
    }
  })

  it('is not one with a query, or with a character percent-encoded', async () => {
    const { cookie } = await signIn(house.app, byPassword((await newSomebody(house)).person))
    for (const url of [`${latest}/me?a=b`, `${latest}/%6de`]) {
      assert.equal((await house.app.inject({ url, headers: { cookie } })).statusCode, 200)
    }
  })
})

const known = [
  ['/login', 'POST'],
  ['/logout', 'POST'],
  ['/me', 'GET, HEAD'],
  ['/projects', 'GET, HEAD'],
  ['/replaceApiToken', 'POST'],
] as const

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

async function assertOthersRefused(url: string, allow: string, headers: Record<string, string>): Promise<void> {
  for (const method of methods.filter((one) => !allow.split(', ').includes(one))) {
    const answer = await house.app.inject({ method, url, headers })
    assertError(answer, 405, 'method-not-allowed', 'This method is not allowed here.')
    assert.equal(answer.headers['allow'], allow)
  }
}

describe('another method of a known path', () => {
  for (const [path, allow] of known) {
    it(`is 405 as message and code, with Allow: ${allow} at ${path}, whoever asks`, async () => {
      const { cookie, xsrf } = await signIn(house.app, byPassword((await newSomebody(house)).person))
      for (const base of bases) {
        await assertOthersRefused(`${base}${path}`, allow, {})
        await assertOthersRefused(`${base}${path}`, allow, { cookie, 'x-xsrf-token': xsrf })
      }
    })
  }

  it('is 405 for GET /login, which opens nothing, with a body that would', async () => {
    const { person } = await newSomebody(house)
    const payload = byPassword(person)
    const answer = await house.app.inject({ method: 'GET', url: `${latest}/login`, payload })
    assertError(answer, 405, 'method-not-allowed')
    assert.equal((await login(house.app, payload)).statusCode, 200)
  })
})

describe('a path that cannot be decoded', () => {
  it('is 400 as message and code, at both places', async () => {
    assertError(await house.app.inject({ url: `${latest}/%zz` }), 400, 'malformed')
    assertError(await house.own('cloudendure').inject({ url: '/api/v5/%c3%28' }), 400, 'malformed')
  })
})

describe('a sign-in from another site', () => {
  it('is 403 with the right password, and signs in from our own', async () => {
    const body = byPassword((await newSomebody(house)).person)
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      assertError(await login(house.app, body, headers), 403, 'cross-site', 'The request comes from another site.')
    }
    const own = { host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }
    assert.equal((await login(house.app, body, own)).statusCode, 200)
  })
})
