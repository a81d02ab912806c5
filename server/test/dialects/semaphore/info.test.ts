// GET /ping and GET /info (contract 5.11): what clients call before and after signing in.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  assertCommon,
  assertEmpty,
  newcomer,
  semaphoreBase,
  semaphoreToken,
  signInSemaphore,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

describe('GET /ping', () => {
  it('is pong as plain text, for anybody, with a trailing slash too', async () => {
    for (const url of [`${semaphoreBase}/ping`, `${semaphoreBase}/ping/`]) {
      const answer = await house.app.inject({
        url,
        headers: { authorization: 'Bearer dead', cookie: 'semaphore=dead' },
      })
      assertCommon(answer)
      assert.deepEqual([answer.statusCode, answer.body], [200, 'pong'])
      assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8')
    }
  })

  it('is 405 with Allow for any other method', async () => {
    const answer = await house.app.inject({ method: 'POST', url: `${semaphoreBase}/ping` })
    assertEmpty(answer, 405)
    assert.equal(answer.headers['allow'], 'GET, HEAD')
  })
})

describe('GET /info', () => {
  it('has no `update`, since null there breaks the classic client', async () => {
    const cookie = await signInSemaphore(house.app, (await newcomer(house)).username)
    const token = await semaphoreToken(house.app, cookie)
    for (const headers of [{ cookie }, { authorization: `Bearer ${token}` }]) {
      const answer = await house.app.inject({ url: `${semaphoreBase}/info`, headers })
      assertCommon(answer)
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers['content-type'], 'application/json')
      assert.equal(answer.body, '{"version":"2.18.0","ansible":"","web_host":"","use_remote_runner":false}')
    }
  })

  it('is 401 and empty without a live credential', async () => {
    for (const headers of [{}, { cookie: 'semaphore=dead' }, { authorization: 'Bearer dead' }]) {
      assertEmpty(await house.app.inject({ url: `${semaphoreBase}/info`, headers }), 401)
    }
  })
})
