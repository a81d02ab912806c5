// GET /auth/oidc/{provider_id}/login and /redirect (seed 002, trap 11) of a provider that nobody configured: 302, never
// 307, to the site's login page, with nothing set and nobody signed in. The whole flow is in auth-oidc-flow.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, assertEmpty, newcomer, semaphoreBase, setCookies, signInSemaphore } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_SEMAPHORE_LISTEN: '127.0.0.1:3000' })
})
after(() => house.close())

const paths = [
  '/auth/oidc/mysso/login',
  '/auth/oidc/mysso/login/',
  '/auth/oidc/mysso/login?redirect=https://evil.example',
  '/auth/oidc/my%2Fsso%0d%0aX:1/login',
  '/auth/oidc/mysso/redirect',
  '/auth/oidc/mysso/redirect?code=stolen&state=guessed',
] as const

for (const path of paths) {
  describe(`GET ${path}`, () => {
    it('is 302 to the login page of the site root, and sets nothing', async () => {
      const answer = await house.app.inject({ url: `${semaphoreBase}${path}` })
      assertCommon(answer)
      assert.deepEqual([answer.statusCode, answer.body], [302, ''])
      assert.equal(answer.headers['location'], '/semaphore/auth/login')
      assert.deepEqual(setCookies(answer), [])
    })

    it('leads to the login page of its own listener there', async () => {
      const answer = await house.own('semaphore').inject({ url: `/api${path}` })
      assert.deepEqual([answer.statusCode, answer.headers['location']], [302, '/auth/login'])
    })
  })
}

describe('GET /auth/oidc/{provider_id}/redirect', () => {
  it('leaves a session as it is', async () => {
    const cookie = await signInSemaphore(house.app, (await newcomer(house)).username)
    await house.app.inject({ url: `${semaphoreBase}/auth/oidc/mysso/redirect?code=a`, headers: { cookie } })
    assert.equal((await house.app.inject({ url: `${semaphoreBase}/user`, headers: { cookie } })).statusCode, 200)
  })

  it('is 405 with Allow for any other method', async () => {
    const answer = await house.app.inject({ method: 'POST', url: `${semaphoreBase}/auth/oidc/mysso/redirect` })
    assertEmpty(answer, 405)
    assert.equal(answer.headers['allow'], 'GET, HEAD')
  })
})
