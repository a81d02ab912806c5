// GET and POST /user/tokens (contract 5.7, model.md "People, accounts, sessions, tokens"): the whole secret is
// shown once, at creation; the list shows 8 characters of it. Deleting is in user-tokens-delete.test.ts.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import {
  type Answer,
  assertCommon,
  assertEmpty,
  newcomer,
  password,
  semaphoreBase,
  semaphoreToken,
  setCookies,
  signInSemaphore,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${semaphoreBase}/user/tokens`
let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let cookie: string

before(async () => {
  house = await openTestHouse()
})
beforeEach(async () => {
  person = await newcomer(house)
  cookie = await signInSemaphore(house.app, person.username)
})
after(() => house.close())

const create = (headers: object, payload?: object): Promise<Answer> =>
  house.app.inject({ method: 'POST', url, headers: { ...headers }, ...(payload === undefined ? {} : { payload }) })
const list = (headers: object): Promise<Answer> => house.app.inject({ url, headers: { ...headers } })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('POST /user/tokens', () => {
  it('is 201 with the whole secret, and with the keys and types that strict clients ask for', async () => {
    const answer = await create({ cookie })
    assertCommon(answer)
    assert.equal(answer.statusCode, 201)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.deepEqual(setCookies(answer), [])
    const body = answer.json<Record<string, unknown>>()
    assert.deepEqual(Object.keys(body), ['id', 'created', 'expired', 'user_id'])
    assert.match(String(body['id']), /^[a-z0-9_-]{43}=$/)
    assert.match(String(body['created']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.equal(body['expired'], false)
    assert.equal(body['user_id'], person.id)
  })

  it('takes no body, an empty one labelled as JSON, null, and an empty object', async () => {
    const json = { cookie, 'content-type': 'application/json' }
    for (const [headers, payload] of [
      [{ cookie }, undefined],
      [json, undefined],
      [{ ...json, 'content-length': '0' }, ''],
      [json, 'null'],
      [json, '{}'],
    ] as const) {
      const answer = await house.app.inject({
        method: 'POST',
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      })
      assert.equal(answer.statusCode, 201)
    }
  })

  it('keeps a name and an expiry when asked, with whole seconds', async () => {
    const answer = await create({ cookie }, { name: 'ci', expires_at: '2099-01-02T03:04:05.678+01:00' })
    const body = answer.json<Record<string, unknown>>()
    assert.deepEqual(Object.keys(body), ['id', 'created', 'expired', 'user_id', 'name', 'expires_at'])
    assert.equal(body['name'], 'ci')
    assert.equal(body['expires_at'], '2099-01-02T02:04:05Z')
    const [listed] = (await list({ cookie })).json<Record<string, unknown>[]>()
    assert.deepEqual([listed?.['name'], listed?.['expires_at']], ['ci', '2099-01-02T02:04:05Z'])
  })

  it('takes `expires_at: null` as no expiry', async () => {
    const answer = await create({ cookie }, { expires_at: null })
    assert.equal(answer.statusCode, 201)
    assert.equal('expires_at' in answer.json<object>(), false)
  })

  it('is 400 and empty for an expiry in the past or that is no instant', async () => {
    const wrong = [
      '2020-01-01T00:00:00Z',
      '',
      'tomorrow',
      '2099-01-01',
      '2099-02-30T00:00:00Z',
      '2099-01-01T00:00:00',
      7,
    ]
    for (const expires_at of wrong) assertEmpty(await create({ cookie }, { expires_at }), 400)
    assert.equal((await list({ cookie })).body, '[]')
  })

  it('is 400 and empty for a body that is no object, and for a name that is no text', async () => {
    for (const payload of [[], { name: 1 }, { name: 'x'.repeat(256) }])
      assertEmpty(await create({ cookie }, payload), 400)
    const broken = {
      method: 'POST',
      url,
      headers: { cookie, 'content-type': 'application/json' },
      payload: '{',
    } as const
    assertEmpty(await house.app.inject(broken), 400)
  })

  it('is 401 and empty without a live credential', async () => {
    for (const headers of [{}, { cookie: 'semaphore=dead' }, bearer('dead')]) assertEmpty(await create(headers), 401)
  })

  it('is 403 by cookie from another site, and 201 by bearer, which no browser adds by itself', async () => {
    const token = await semaphoreToken(house.app, cookie)
    const origin = 'https://evil.example'
    const answer = await create({ cookie, origin })
    assert.deepEqual([answer.statusCode, answer.body], [403, '{"error":"CROSS_ORIGIN_REQUEST_BLOCKED"}'])
    assert.equal((await create({ ...bearer(token), origin })).statusCode, 201)
    assert.equal((await create({ cookie, host: 'localhost', origin: 'http://localhost' })).statusCode, 201)
    assert.equal((await list({ cookie })).json<unknown[]>().length, 3)
  })

  it('is 400 with a sentence beyond 200 live tokens', async () => {
    sql(
      house,
      `insert into tokens (hash, kind, dialect, scope, person_id, account_id, shown, epoch, created_at)
       with recursive n (i) as (select 1 union all select i + 1 from n where i < 200)
       select 'filler-' || i, 'api', 'semaphore', 'default', ${person.id}, 1, 'f' || i, 1, 0 from n`,
    )
    const answer = await create({ cookie })
    assert.deepEqual(
      [answer.statusCode, answer.json()],
      [400, { error: 'There are 200 API tokens already; delete one first.' }],
    )
  })
})

describe('POST /user/tokens with an API token', () => {
  it('mints a further token, which never outlives the one that made it', async () => {
    const parent = await semaphoreToken(house.app, cookie, { expires_at: '2099-01-01T00:00:00Z' })
    const longer = await create(bearer(parent), { expires_at: '2100-01-01T00:00:00Z' })
    const unasked = await create(bearer(parent))
    for (const answer of [longer, unasked]) {
      assert.equal(answer.statusCode, 201)
      assert.equal(answer.json<{ expires_at: string }>().expires_at, '2099-01-01T00:00:00Z')
    }
  })

  it('makes tokens that die with it, to the last generation', async () => {
    const parent = await semaphoreToken(house.app, cookie)
    const child = (await create(bearer(parent))).json<{ id: string }>().id
    const grandchild = (await create(bearer(child))).json<{ id: string }>().id
    assert.equal((await list(bearer(grandchild))).statusCode, 200)
    const deleted = await house.app.inject({
      method: 'DELETE',
      url: `${url}/${parent.slice(0, 8)}`,
      headers: { cookie },
    })
    assert.equal(deleted.statusCode, 204)
    for (const token of [parent, child, grandchild]) assertEmpty(await list(bearer(token)), 401)
  })
})

describe('GET /user/tokens', () => {
  it('is an empty list, never null, before the first token', async () => {
    const answer = await list({ cookie })
    assertCommon(answer)
    assert.deepEqual([answer.statusCode, answer.body], [200, '[]'])
    assert.equal(answer.headers['content-type'], 'application/json')
  })

  it('shows 8 characters of each, the newest first, and nowhere a secret', async () => {
    const first = await semaphoreToken(house.app, cookie)
    const second = await semaphoreToken(house.app, cookie)
    const answer = await list({ cookie })
    const body = answer.json<Record<string, unknown>[]>()
    assert.deepEqual(
      body.map((token) => token['id']),
      [second.slice(0, 8), first.slice(0, 8)],
    )
    assert.deepEqual(Object.keys(body[0] ?? {}), ['id', 'created', 'expired', 'user_id'])
    assert.ok(!answer.body.includes(first.slice(8)) && !answer.body.includes(second.slice(8)))
  })

  it('shows one’s own only, by cookie and by token', async () => {
    const other = await signInSemaphore(house.app, (await newcomer(house)).username)
    const token = await semaphoreToken(house.app, cookie)
    assert.equal((await list({ cookie: other })).body, '[]')
    assert.equal((await list(bearer(token))).json<unknown[]>().length, 1)
  })

  it('shows an expired token as expired, and that token is 401', async () => {
    const token = await semaphoreToken(house.app, cookie, { expires_at: '2099-01-01T00:00:00Z' })
    sql(house, `update tokens set expires_at = 1000 where person_id = ${person.id} and kind = 'api'`)
    const [listed] = (await list({ cookie })).json<Record<string, unknown>[]>()
    assert.deepEqual([listed?.['expired'], listed?.['expires_at']], [true, '1970-01-01T00:00:01Z'])
    assertEmpty(await list(bearer(token)), 401)
  })

  it('keeps tokens through a password reset, and ends them with the person', async () => {
    const token = await semaphoreToken(house.app, cookie)
    const { people } = house.house.core
    const { Secret } = await import('../../../src/lib/secret.ts')
    await people.resetPassword(person.username, new Secret(`${password} again`), byCommand)
    assert.deepEqual([(await list({ cookie })).statusCode, (await list(bearer(token))).statusCode], [401, 200])
    await people.disable(person.username, byCommand)
    assertEmpty(await list(bearer(token)), 401)
    await people.enable(person.username, byCommand)
    assertEmpty(await list(bearer(token)), 401)
  })
})
