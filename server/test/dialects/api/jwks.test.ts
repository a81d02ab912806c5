// GET /.well-known/jwks.json (RFC 7517, model.md "JWT"): the public halves of the keys that sign, for anybody, and
// for five minutes in a cache.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { assertCommon, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/.well-known/jwks.json'
let house: TestHouse

before(async () => {
  house = await openTestHouse({
    GATEHOUSE_PORTAINER_LISTEN: '127.0.0.1:9000',
    GATEHOUSE_SEMAPHORE_LISTEN: '127.0.0.1:3000',
  })
})
after(() => house.close())

const keys = async () => (await house.app.inject({ url })).json<{ keys: JWK[] }>().keys

describe('GET /.well-known/jwks.json', () => {
  it('is 200 with the media type of key sets, to be kept for five minutes', async () => {
    const answer = await house.app.inject({ url })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/jwk-set+json')
    assert.equal(answer.headers['cache-control'], 'public, max-age=300')
    assert.match(String(answer.headers['x-request-id']), /^[\w-]{8}-[0-9a-z]+$/)
    assert.deepEqual(setCookies(answer), [])
    assert.deepEqual(Object.keys(answer.json()), ['keys'])
  })

  it('holds public halves only, each under its thumbprint', async () => {
    for (const key of await keys()) {
      assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
      assert.deepEqual([key.kty, key.crv, key.alg, key.use], ['EC', 'P-256', 'ES256', 'sig'])
      assert.equal(key.kid, await calculateJwkThumbprint(key))
    }
  })

  it('publishes the next key before it signs, and keeps the last one', async () => {
    const [first] = await keys()
    await house.house.core.keys.rotate()
    await house.house.core.keys.rotate()
    const kids = (await keys()).map((key) => key.kid)
    assert.ok(kids.includes(first?.kid) && new Set(kids).size === kids.length && kids.length >= 2)
  })

  it('answers HEAD, and 405 with Allow as problem details to any other method', async () => {
    assert.deepEqual([(await house.app.inject({ method: 'HEAD', url })).statusCode], [200])
    const answer = await house.app.inject({ method: 'POST', url })
    assertCommon(answer)
    assert.deepEqual([answer.statusCode, answer.headers['allow']], [405, 'GET, HEAD'])
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
    const { requestId, ...rest } = answer.json<Record<string, unknown>>()
    assert.deepEqual(rest, {
      type: 'about:blank',
      title: 'Method not allowed',
      status: 405,
      code: 'method-not-allowed',
    })
    assert.equal(requestId, answer.headers['x-request-id'])
  })

  it('stands on the main port only', async () => {
    for (const name of ['portainer', 'semaphore']) {
      assert.equal((await house.own(name).inject({ url })).statusCode, 404)
    }
  })
})

describe('an unknown path of the main port', () => {
  it('is 404 as problem details with the request id', async () => {
    for (const path of ['/nowhere', '/api/v1/nowhere', '/semaphores/api/ping', '/.well-known/nothing', '/setup']) {
      const answer = await house.app.inject({ url: path })
      assertCommon(answer)
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
      const { requestId, ...rest } = answer.json<Record<string, unknown>>()
      assert.deepEqual(rest, { type: 'about:blank', title: 'Nothing is here', status: 404, code: 'unknown-path' })
      assert.equal(requestId, answer.headers['x-request-id'])
    }
  })
})
