// Every code of core's list and of the border's, spelled by every dialect, over a real door: a route that refuses with
// it. The table is model.md's "Refusals", written out; a code or a dialect that it does not know fails.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createPeers } from '../../src/app/client-address.ts'
import { createHosts } from '../../src/app/hosts.ts'
import { createServer } from '../../src/app/server.ts'
import { dialects } from '../../src/compose.ts'
import { Refusal, type RefusalCode, refusalCodes } from '../../src/core/refusal.ts'
import { api } from '../../src/dialects/api/dialect.ts'
import { type BorderCode, borderCodes, type Dialect, type Route } from '../../src/dialects/dialect.ts'
import { BorderRefusal } from '../../src/dialects/problem.ts'
import { Unavailable } from '../../src/lib/unavailable.ts'
import { assertCommon, setCookies } from '../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const columns = ['portainer', 'semaphore', 'cloudendure', 'extremecloudiq', 'api'] as const

// Each row: the code, and the status at each of the columns.
const table: readonly (readonly [RefusalCode | BorderCode, readonly [number, number, number, number, number]])[] = [
  ['malformed', [400, 400, 400, 400, 400]],
  ['field-missing', [400, 400, 422, 400, 422]],
  ['field-invalid', [400, 400, 422, 400, 422]],
  ['wrong-credentials', [422, 401, 401, 401, 401]],
  ['throttled', [429, 429, 429, 429, 429]],
  ['licence-expired', [403, 401, 402, 401, 403]],
  ['not-signed-in', [401, 401, 401, 401, 401]],
  ['not-allowed', [403, 401, 403, 403, 403]],
  ['not-found', [404, 404, 404, 404, 404]],
  ['conflict', [409, 400, 409, 400, 409]],
  ['provider-off', [403, 404, 401, 401, 404]],
  ['provider-code', [422, 401, 401, 401, 401]],
  ['overloaded', [503, 503, 503, 503, 503]],
  ['cross-site', [403, 403, 403, 403, 403]],
  ['two-people', [400, 400, 422, 400, 400]],
  ['current-password', [403, 401, 400, 401, 403]],
  ['password-refused', [400, 400, 400, 400, 422]],
  ['method-not-allowed', [405, 405, 405, 405, 405]],
  ['too-large', [413, 413, 413, 413, 413]],
  ['wrong-media-type', [415, 415, 415, 415, 415]],
  ['unknown-path', [404, 404, 404, 404, 404]],
  ['foreign-host', [400, 400, 400, 400, 400]],
  ['fault', [500, 500, 500, 500, 500]],
]

/** Codes that Semaphore spells with words; every other has an empty body there. */
const semaphoreWords: Readonly<Record<string, string>> = {
  conflict: '{"error":"a hint"}',
  'cross-site': '{"error":"CROSS_ORIGIN_REQUEST_BLOCKED"}',
  'password-refused': '{"error":"a hint"}',
  'unknown-path': 'Not Found',
  'foreign-host': '{"error":"a hint"}',
}

let house: TestHouse
const apps = new Map<string, FastifyInstance>()

/** Throws what its path names, as core or the border would. */
const refusing: Route = {
  method: 'GET',
  path: '/refuse/:code',
  async handle(_door, request) {
    const { code } = request.params as { code: string }
    const detail = { reason: 'the-reason', hint: 'a hint', field: 'a-field' }
    if (code === 'fault') throw new Error('the-reason')
    if (code === 'unavailable') throw new Unavailable('the-reason', { retryAfterSeconds: 7 })
    if ((borderCodes as readonly string[]).includes(code)) throw new BorderRefusal(code as BorderCode, detail)
    throw new Refusal(code as RefusalCode, code === 'throttled' ? { ...detail, retryAfterSeconds: 42 } : detail)
  },
}

function serverOf({ pages: _, ...dialect }: Dialect): FastifyInstance {
  const parts = {
    core: house.house.core,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    peers: createPeers([]),
    hosts: createHosts({ publicUrl: undefined, further: [], names: [] }),
    now: () => Date.now(),
    isStopping: () => false,
  }
  return createServer(parts, [{ dialect: { ...dialect, routes: [refusing] }, siteRoot: '/', publicUrl: undefined }])
}

before(async () => {
  house = await openTestHouse()
  for (const dialect of [...dialects, api]) apps.set(dialect.name, serverOf(dialect))
})
after(async () => {
  await Promise.all([...apps.values()].map((app) => app.close()))
  await house.close()
})

function refuse(dialect: Dialect, code: string) {
  const app = apps.get(dialect.name)
  assert.ok(app !== undefined)
  return app.inject({ url: `${dialect.bases[0]}/refuse/${code}` })
}

describe('the table', () => {
  it('has every code once, and a column for every dialect that is spoken', () => {
    assert.deepEqual(
      table.map(([code]) => code),
      [...refusalCodes, ...borderCodes],
    )
    assert.deepEqual(
      [...dialects, api].map(({ name }) => name),
      [...columns],
    )
  })
})

for (const dialect of [...dialects, api]) {
  describe(`refusals of ${dialect.name}`, () => {
    for (const [code, statuses] of table) {
      const status = statuses[(columns as readonly string[]).indexOf(dialect.name)]
      it(`${code} is ${status}`, async () => {
        const answer = await refuse(dialect, code)
        assertCommon(answer)
        assert.equal(answer.statusCode, status)
        assert.deepEqual(setCookies(answer), [])
        assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Bearer' : undefined)
        const wait = code === 'throttled' ? '42' : code === 'overloaded' ? '1' : undefined
        assert.equal(answer.headers['retry-after'], wait)
        assert.doesNotMatch(JSON.stringify(answer.headers) + answer.body, /the-reason/)
      })
    }

    it('a part that cannot now is 503 with the wait it asks for', async () => {
      const answer = await refuse(dialect, 'unavailable')
      assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '7'])
      assert.doesNotMatch(answer.body, /the-reason/)
    })
  })
}

const named = (name: string): Dialect => {
  const dialect = [...dialects, api].find((one) => one.name === name)
  assert.ok(dialect !== undefined)
  return dialect
}

describe('the shape of refusals', () => {
  it('is an empty body at semaphore, but for the few that have words', async () => {
    for (const [code] of table) {
      const answer = await refuse(named('semaphore'), code)
      assert.equal(answer.body, semaphoreWords[code] ?? '', code)
      const type = code === 'unknown-path' ? 'text/plain; charset=utf-8' : 'application/json'
      assert.equal(answer.headers['content-type'], type, code)
    }
  })

  it('is message and details at portainer, but for a wrong method and an unknown path', async () => {
    for (const [code] of table) {
      const answer = await refuse(named('portainer'), code)
      if (code === 'method-not-allowed') assert.equal(answer.body, '')
      else if (code === 'unknown-path') assert.equal(answer.body, '404 page not found\n')
      else {
        assert.equal(answer.headers['content-type'], 'application/json', code)
        const body = answer.json<Record<string, string>>()
        assert.deepEqual(Object.keys(body), ['message', 'details'], code)
        assert.ok(body['message'] !== '' && body['details'] !== '', code)
      }
    }
  })

  it('is message and code and nothing else at cloudendure', async () => {
    for (const [code] of table) {
      const answer = await refuse(named('cloudendure'), code)
      assert.equal(answer.headers['content-type'], 'application/json', code)
      const { message, ...rest } = answer.json<Record<string, unknown>>()
      assert.deepEqual(rest, { code }, code)
      assert.ok(typeof message === 'string' && message !== '', code)
    }
  })

  it('is four strings at extremecloudiq, one of them the request id', async () => {
    for (const [code] of table) {
      const answer = await refuse(named('extremecloudiq'), code)
      assert.equal(answer.headers['content-type'], 'application/json', code)
      const body = answer.json<Record<string, unknown>>()
      const members = ['error_code', 'error_id', 'error_message', 'error_message_description']
      assert.deepEqual(Object.keys(body).sort(), members, code)
      assert.ok(
        Object.values(body).every((value) => typeof value === 'string' && value !== ''),
        code,
      )
      assert.equal(body['error_id'], answer.headers['x-request-id'], code)
    }
  })

  it('is problem details with code and request id at our own door', async () => {
    for (const [code] of table) {
      const answer = await refuse(named('api'), code)
      assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8', code)
      const { title, requestId, ...rest } = answer.json<Record<string, unknown>>()
      const said = code === 'fault' ? {} : { detail: 'a hint', field: 'a-field' }
      assert.deepEqual(rest, { type: 'about:blank', status: answer.statusCode, code, ...said }, code)
      assert.equal(requestId, answer.headers['x-request-id'])
      assert.ok(typeof title === 'string' && title !== '', code)
    }
  })
})
