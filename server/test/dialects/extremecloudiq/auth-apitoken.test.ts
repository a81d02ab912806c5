// POST /auth/apitoken (contract 3.5, 3.6): an API token for long jobs. Never one that may do more than was asked for;
// milliseconds, which the vendor's own sample sends, are refused with a sentence that says so.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { newcomer, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import {
  apiToken,
  assertPlain,
  assertSaid,
  base,
  bearer,
  invalid,
  malformed,
  memberAs,
  meStatus,
  missing,
  signIn,
  unauthorized,
} from './kit.ts'

const permissions = ['auth', 'logout', 'user-me:r']
const year = 365 * 86_400_000
let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let token: string

before(async () => {
  house = await openTestHouse()
})
beforeEach(async () => {
  person = await newcomer(house)
  token = await signIn(house.app, person.username)
})
after(() => house.close())

interface Made {
  readonly access_token: string
  readonly create_time: string
  readonly expire_time: string
}

const create = (payload: object, by = token) =>
  house.app.inject({ method: 'POST', url: `${base}/auth/apitoken`, headers: bearer(by), payload })
const made = async (payload: object, by = token) => (await create(payload, by)).json<Made>()
const count = async () => (await house.house.core.tokens.list(person.id, 'extremecloudiq')).length
const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe('POST /auth/apitoken', () => {
  it('is 200 with the token, once, and what was granted', async () => {
    const expire = secondsFromNow(3600)
    const answer = await create({ permissions, expire_time: expire, description: 'nightly job' })
    assertPlain(answer)
    assert.equal(answer.statusCode, 200)
    const { access_token: secret, create_time: created, ...rest } = answer.json<Record<string, unknown>>()
    assert.match(String(secret), /^[\w-]{43}$/)
    assert.ok(Math.abs(Date.parse(String(created)) - Date.now()) < 60_000)
    assert.deepEqual(rest, {
      expire_time: new Date(expire * 1000).toISOString(),
      creator_id: person.id,
      customer_id: 1,
      permissions,
      description: 'nightly job',
    })
    assert.equal(await meStatus(house.app, bearer(String(secret))), 200)
    const [listed] = await house.house.core.tokens.list(person.id, 'extremecloudiq')
    assert.deepEqual([listed?.name, listed?.shown], ['nightly job', String(secret).slice(0, 8)])
  })

  it('names the account and the person it acts for, whichever they are', async () => {
    const other = await memberAs(house, 'member')
    assert.notEqual(other.account.id, 1)
    const answer = await create({ permissions }, await signIn(house.app, other.person.username))
    const { customer_id: account, creator_id: creator } = answer.json<Record<string, unknown>>()
    assert.deepEqual([account, creator], [other.account.id, other.person.id])
  })

  it('lives a year at most, whatever was asked for, and leaves out the description it has not', async () => {
    for (const more of [{}, { expire_time: null, description: null }, { expire_time: secondsFromNow(year) }]) {
      const answer = await create({ permissions, ...more })
      assertPlain(answer)
      const { create_time: created, expire_time: expires, ...rest } = answer.json<Made>()
      assert.equal(Date.parse(expires) - Date.parse(created), year)
      assert.ok(!('description' in rest))
    }
  })

  it('ignores rate_limit and members it does not know', async () => {
    assert.equal((await create({ permissions, rate_limit: { hour: 5 }, more: 1 })).statusCode, 200)
  })

  it('narrows the token to what was asked for, by category and by call, and says so', async () => {
    const may = async (token: string) => {
      const statuses = async (url: string) =>
        (await house.app.inject({ url, headers: { authorization: `Bearer ${token}` } })).statusCode
      return [await statuses('/extremecloudiq/auth/apitoken/info'), await statuses('/extremecloudiq/users/me')]
    }
    for (const [asked, expected] of [
      [
        ['auth', 'logout', 'user-me:r'],
        [200, 200],
      ],
      [['user-me'], [403, 200]],
      [
        ['auth:r', 'auth:r'],
        [200, 403],
      ],
      [
        ['account:r', 'device'],
        [403, 403],
      ],
    ] as const) {
      const answer = await create({ permissions: asked })
      assert.equal(answer.statusCode, 200, answer.body)
      const told = answer.json<{ access_token: string; permissions: readonly string[] }>()
      assert.deepEqual(told.permissions, [...new Set(asked)])
      assert.deepEqual(await may(told.access_token), expected, asked.join())
      const headers = { authorization: `Bearer ${told.access_token}` }
      const out = await house.app.inject({ method: 'POST', url: '/extremecloudiq/logout', headers })
      assert.equal(out.statusCode, 200, 'a token may always end itself')
    }
  })

  it('gives a token made by a narrowed one no more than that has, and none where it may make none', async () => {
    const { access_token: maker } = (await create({ permissions: ['auth', 'user-me:r'] })).json<{
      access_token: string
    }>()
    assert.equal((await create({ permissions: ['user-me:r'] }, maker)).statusCode, 200)
    assert.equal((await create({ permissions: ['auth:r'] }, maker)).statusCode, 200)
    for (const more of [['user-me'], ['device'], ['user-me:r', 'logout']]) {
      assert.equal((await create({ permissions: more }, maker)).statusCode, 403, more.join())
    }
    const { access_token: reader } = (await create({ permissions: ['auth:r'] })).json<{ access_token: string }>()
    assert.equal((await create({ permissions: ['auth:r'] }, reader)).statusCode, 403)
  })

  it('is 400 for no permission, for what cannot be one, and for words of ours; none is made', async () => {
    for (const asked of [[], [''], ['default'], ['introspect'], ['read'], ['a b'], ['A'], ['x:y:z'], ['*'], ['-']]) {
      assert.equal((await create({ permissions: asked })).statusCode, 400, JSON.stringify(asked))
    }
    assert.equal(await count(), 0)
  })

  it('is 400 for milliseconds, and says that it counts seconds', async () => {
    const sentence =
      '"expire_time" is in seconds since 1970-01-01T00:00:00Z, and this looks like milliseconds: divide it by 1000.'
    for (const ms of [Date.now() + 3_600_000, 100_000_000_000, 1e20]) {
      assertSaid(await create({ permissions, expire_time: ms }), 400, invalid(sentence))
    }
    assert.equal(await count(), 0)
  })

  it('is 400 for an expiry in the past', async () => {
    for (const past of [secondsFromNow(-1), 0, -5]) {
      assertSaid(await create({ permissions, expire_time: past }), 400, invalid('The expiry is in the past.'))
    }
  })

  it('is 400 without permissions and for values of another type', async () => {
    assertSaid(await create({}), 400, missing('permissions'))
    const another = (field: string) => malformed(`The field "${field}" has a value of another type`)
    assertSaid(await create({ permissions: 'auth' }), 400, another('permissions'))
    assertSaid(await create({ permissions, expire_time: '9' }), 400, another('expire_time'))
    assertSaid(await create({ permissions, expire_time: 1.5 }), 400, another('expire_time'))
    assertSaid(await create({ permissions, description: 7 }), 400, another('description'))
    assertSaid(await create([]), 400, malformed())
  })

  it('is 401 without a live token, before the body is looked at', async () => {
    assertSaid(await create({ permissions }, 'dead'), 401, unauthorized)
    assertSaid(await create({}, 'dead'), 401, unauthorized)
  })

  it('is 400 beyond 200 live tokens', async () => {
    sql(
      house,
      `insert into tokens (hash, kind, dialect, scope, person_id, account_id, shown, epoch, created_at)
       with recursive n (i) as (select 1 union all select i + 1 from n where i < 200)
       select 'xiq-filler-' || i, 'api', 'extremecloudiq', 'default', ${person.id}, 1, 'f' || i, 1, 0 from n`,
    )
    assertSaid(await create({ permissions }), 400, {
      code: 'CONFLICT',
      message: 'The request does not fit what is there',
      description: 'There are 200 API tokens already; delete one first.',
    })
  })
})

describe('POST /auth/apitoken, with an API token', () => {
  it('makes one that lives no longer than itself', async () => {
    const expiresAt = Date.now() + 3_600_000
    const { secret } = await apiToken(house, person, { expiresAt })
    const child = await made({ permissions, expire_time: secondsFromNow(7200) }, secret)
    assert.equal(child.expire_time, new Date(expiresAt).toISOString())
    assert.equal(await meStatus(house.app, bearer(child.access_token)), 200)
  })

  it('makes one that goes with it', async () => {
    const { secret, id } = await apiToken(house, person)
    const child = await made({ permissions }, secret)
    const grandchild = await made({ permissions }, child.access_token)
    await house.house.core.tokens.revokeFor(person.id, 'extremecloudiq', id, { kind: 'command' })
    for (const gone of [child, grandchild]) assert.equal(await meStatus(house.app, bearer(gone.access_token)), 401)
  })
})
