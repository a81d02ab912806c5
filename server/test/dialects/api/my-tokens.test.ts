// /api/v1/me/tokens, making them: for every door in its own spelling, with a scope and an expiry, by a person who is
// there (ASVS 7.5.1). Listing and revoking are in my-tokens-revoke.test.ts.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { dialects } from '../../../src/compose.ts'
import {
  ask,
  assertProblem,
  bearer,
  type Headers,
  type Json,
  type MadeToken,
  makeApiToken,
  sessionUrl,
  signInApi,
} from '../../_kit/api.ts'
import { eventsDuring } from '../../_kit/attack-doors.ts'
import { type Answer, assertCommon, newcomer, password, prolongWaits, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/api/v1/me/tokens'
const day = 86_400_000

interface Spelled {
  readonly form: RegExp
  /** "Who am I" at the token's own door. */
  readonly who: string
  readonly headers: (secret: string) => Headers
  readonly shownLength: number
}

/** How each door spells its API tokens, and where they are good. A door is added by a row. */
const spellings: Readonly<Record<string, Spelled>> = {
  api: { form: /^gth_[\w-]{43}[0-9a-f]{8}$/, who: sessionUrl, headers: bearer, shownLength: 12 },
  portainer: {
    form: /^ptr_[A-Za-z0-9+/]{43}=$/,
    who: '/portainer/api/users/me',
    headers: (secret) => ({ 'x-api-key': secret }),
    shownLength: 7,
  },
  semaphore: { form: /^[a-z0-9_-]{43}=$/, who: '/semaphore/api/user', headers: bearer, shownLength: 8 },
  extremecloudiq: { form: /^[\w-]{43}$/, who: '/extremecloudiq/users/me', headers: bearer, shownLength: 8 },
}

let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let access: string

before(async () => {
  house = await openTestHouse()
})
beforeEach(async () => {
  person = await newcomer(house)
  access = await signInApi(house.app, person.username)
})
after(() => house.close())

const make = (wish: object, token = access): Promise<Answer> => ask(house.app, 'POST', url, bearer(token), wish)
const count = (): number =>
  Number(sql(house, `select count(*) as n from tokens where person_id = ${person.id} and kind = 'api'`)[0]?.['n'])
/** As if the sign-in had been so long ago. */
const age = (milliseconds: number): void =>
  void sql(house, `update sessions set opened_at = ${Date.now() - milliseconds} where person_id = ${person.id}`)

describe('POST /api/v1/me/tokens', () => {
  it('is 201 with the secret, told this once, and what a list shows of it; one audit row', async () => {
    const { answer, events } = await eventsDuring(house, () => make({ name: 'ci' }))
    assertCommon(answer)
    assert.deepEqual([answer.statusCode, events], [201, ['token.api.created']])
    const { token, secret, ...rest } = answer.json<MadeToken>()
    assert.deepEqual(rest, {})
    const { id, createdAt, expiresAt, ...shown } = token
    assert.equal(typeof id, 'number')
    assert.equal(Date.parse(String(expiresAt)) - Date.parse(String(createdAt)), 365 * day, 'the policy’s maximum')
    assert.deepEqual(shown, {
      dialect: 'api',
      name: 'ci',
      scope: 'default',
      shown: secret.slice(0, 12),
      isExpired: false,
    })
    assert.ok(!JSON.stringify(house.logged).includes(secret))
    assert.deepEqual(sql(house, `select id from tokens where hash like '%${secret.slice(4, 30)}%'`), [])
  })

  it('is spelled for secret scanners: the prefix, 256 random bits, and their CRC-32', async () => {
    const { secret } = await makeApiToken(house.app, access)
    const [, random = '', checksum] = /^gth_([\w-]{43})([0-9a-f]{8})$/.exec(secret) ?? []
    assert.equal(checksum, crc32(random).toString(16).padStart(8, '0'))
  })

  it('has a spelling here for every door that is spoken', () => {
    const spoken = [...dialects.map(({ name }) => name), 'api'].sort()
    assert.deepEqual(spoken, [...Object.keys(spellings), 'cloudendure'].sort())
  })

  it('for cloudendure it is 16 groups of hex digits, which sign in there and are nothing in a header', async () => {
    const { secret, token } = await makeApiToken(house.app, access, { dialect: 'cloudendure' })
    assert.match(secret, /^([0-9A-F]{4}-){15}[0-9A-F]{4}$/)
    assert.deepEqual([token.dialect, token.shown], ['cloudendure', secret.slice(0, 9)])
    const signIn = (userApiToken: string) =>
      house.app.inject({ method: 'POST', url: '/cloudendure/api/latest/login', payload: { userApiToken } })
    assert.equal((await signIn(secret)).statusCode, 200)
    assert.equal((await signIn(`${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`)).statusCode, 401)
    for (const { who, headers } of Object.values(spellings)) {
      assert.equal((await ask(house.app, 'GET', who, headers(secret))).statusCode, 401)
    }
  })

  for (const [dialect, { form, who, headers, shownLength }] of Object.entries(spellings)) {
    it(`for ${dialect} it has that door’s spelling, works there at once, and at no other door`, async () => {
      const { secret, token } = await makeApiToken(house.app, access, { dialect })
      assert.match(secret, form)
      assert.deepEqual([token.dialect, token.shown], [dialect, secret.slice(0, shownLength)])
      assert.equal((await ask(house.app, 'GET', who, headers(secret))).statusCode, 200)
      for (const [other, row] of Object.entries(spellings)) {
        const answer = await ask(house.app, 'GET', row.who, row.headers(secret))
        assert.equal(answer.statusCode, other === dialect ? 200 : 401, `${dialect} at ${other}`)
      }
    })
  }

  it('is 400 for a door that does not exist, and for one’s rights in the body nothing', async () => {
    for (const dialect of ['gitlab', '', 'API', '__proto__', 'constructor', 7, null]) {
      const answer = await make({ name: 'x', dialect })
      assert.deepEqual([answer.statusCode, answer.json<Json>()['code']], [400, 'malformed'], String(dialect))
    }
    const { token } = (await make({ name: 'x', personId: 1, userId: 1, kind: 'access', id: 1 })).json<MadeToken>()
    const [row] = sql(house, `select person_id, kind from tokens where id = ${token.id}`)
    assert.deepEqual({ ...row }, { person_id: person.id, kind: 'api' })
  })

  it('takes a name of one line and 255 characters, and is 422 for none', async () => {
    assert.equal((await make({ name: 'ä'.repeat(255) })).statusCode, 201)
    assertProblem(await make({}), 422, 'field-missing', { field: 'name' })
    assertProblem(await make({ name: '' }), 422, 'field-missing', { field: 'name' })
    for (const name of ['two\nlines', 'nul\0', 'separator\u2028', '🙂'.repeat(200)]) {
      assertProblem(await make({ name }), 422, 'field-invalid', { field: 'name' })
    }
    assert.equal((await make({ name: 'x'.repeat(256) })).statusCode, 400)
  })

  it('lives until the instant asked for, at most the policy’s maximum, and not after', async () => {
    const soon = new Date(Date.now() + day).toISOString()
    for (const [expiresAt, expected] of [
      [soon, soon],
      [soon.replace('Z', '+00:00'), soon],
      [soon.replace('T', 't').replace('Z', '-00:00'), soon],
      ['9999-12-31T23:59:59Z', undefined],
    ] as const) {
      const { token } = await makeApiToken(house.app, access, { expiresAt })
      const told = String(token['expiresAt'])
      if (expected !== undefined) assert.equal(told, expected)
      else assert.ok(Date.parse(told) <= Date.now() + 365 * day)
    }
    const { secret, token } = await makeApiToken(house.app, access, { expiresAt: soon })
    sql(house, `update tokens set expires_at = ${Date.now() - 1} where id = ${token.id}`)
    assertProblem(await ask(house.app, 'GET', sessionUrl, bearer(secret)), 401, 'not-signed-in')
  })

  it('never ends by itself at Portainer and Semaphore unless asked', async () => {
    for (const dialect of ['portainer', 'semaphore']) {
      assert.equal((await makeApiToken(house.app, access, { dialect })).token['expiresAt'], undefined)
    }
  })

  it('is 422 for an expiry that is past or no instant, naming the field', async () => {
    const wrong = ['2020-01-01T00:00:00Z', '', 'tomorrow', '2099-01-01', '2099-02-30T00:00:00Z', '2099-01-01T00:00:00']
    for (const expiresAt of [
      ...wrong,
      '2099-13-01T00:00:00Z',
      '2099-01-01T00:00:00+99:99',
      '+002099-01-01T00:00:00Z',
    ]) {
      assertProblem(await make({ name: 'x', expiresAt }), 422, 'field-invalid', { field: 'expiresAt' })
    }
    assert.equal(count(), 0)
  })

  it('is 409 beyond 200 live tokens at one door, and 201 at another', async () => {
    sql(
      house,
      `insert into tokens (hash, kind, dialect, scope, person_id, account_id, shown, epoch, created_at)
       with recursive n (i) as (select 1 union all select i + 1 from n where i < 200)
       select 'full-' || ${person.id} || '-' || i, 'api', 'api', 'default', ${person.id}, 1, 'f' || i, 1, 0 from n`,
    )
    assertProblem(await make({ name: 'x' }), 409, 'conflict')
    assert.equal((await make({ name: 'x', dialect: 'semaphore' })).statusCode, 201)
  })
})

describe('the scope of a new token', () => {
  it('is made of known words, each once, and `default` when none is asked for', async () => {
    for (const [scope, stored] of [
      ['read', 'read'],
      ['default', 'default'],
      ['read  read', 'read'],
      ['default read', 'default read'],
    ] as const) {
      assert.equal((await makeApiToken(house.app, access, { scope })).token['scope'], stored)
    }
    for (const scope of ['', ' ', 'admin', 'Read', 'agent', 'read,default', 'read\tdefault', '*']) {
      assertProblem(await make({ name: 'x', scope }), 422, 'field-invalid', { field: 'scope' })
    }
  })

  it('`introspect` is an operator’s to give: 403 for everybody else', async () => {
    assertProblem(await make({ name: 'x', scope: 'introspect' }), 403, 'not-allowed')
    assertProblem(await make({ name: 'x', scope: 'read introspect' }), 403, 'not-allowed')
    const operator = await newcomer(house, 'operator', true)
    const theirs = await signInApi(house.app, operator.username)
    assert.equal((await make({ name: 'x', scope: 'introspect' }, theirs)).statusCode, 201)
  })

  it('is no matter of other doors: 422 for any scope there', async () => {
    for (const scope of ['default', 'read']) {
      assertProblem(await make({ name: 'x', dialect: 'semaphore', scope }), 422, 'field-invalid', { field: 'scope' })
    }
    assert.equal((await makeApiToken(house.app, access, { dialect: 'semaphore' })).token['scope'], 'default')
  })
})

describe('who may make a token', () => {
  it('needs the password ten minutes after the sign-in, and not a moment before', async () => {
    age(9.5 * 60_000)
    assert.equal((await make({ name: 'x' })).statusCode, 201)
    age(10 * 60_000 + 1)
    const answer = await make({ name: 'x' })
    assertProblem(answer, 403, 'not-allowed')
    assert.match(answer.json<{ detail: string }>().detail, /password/)
    assert.equal(count(), 1)
    assert.equal((await make({ name: 'x', password })).statusCode, 201)
  })

  it('is 403 with a wrong password, also right after the sign-in, counted like one', async () => {
    for (const milliseconds of [0, 11 * 60_000]) {
      age(milliseconds)
      const { answer, events } = await eventsDuring(house, () => make({ name: 'x', password: 'wrong' }))
      assertProblem(answer, 403, 'current-password')
      assert.deepEqual(events, ['auth.login.failure'])
    }
    for (let failed = 2; failed < 5; failed += 1) await make({ name: 'x', password: 'wrong' })
    prolongWaits(house)
    assertProblem(await make({ name: 'x', password }), 429, 'throttled')
    assert.equal(count(), 0)
  })

  it('is no API token, of whatever scope and with the password too, for whatever door', async () => {
    for (const scope of ['default', 'read', 'default read']) {
      const { secret } = await makeApiToken(house.app, access, { scope })
      for (const wish of [
        {},
        { password },
        { scope: 'read' },
        { dialect: 'semaphore', password },
        { dialect: 'portainer' },
      ]) {
        assertProblem(await make({ name: 'x', ...wish }, secret), 403, 'not-allowed')
      }
    }
    assert.equal(count(), 3)
  })

  it('is nobody without a live credential, whatever the body says: 401 before it is read', async () => {
    for (const headers of [{}, bearer('dead')]) {
      for (const body of ['{', '{"name":"x","userId":1}', '']) {
        const answer = await ask(house.app, 'POST', url, { ...headers, 'content-type': 'application/json' }, body)
        assertProblem(answer, 401, 'not-signed-in')
      }
    }
  })

  it('is not a session that ends at this moment: none of what it makes outlives it unseen', async () => {
    const [made, out] = await Promise.all([make({ name: 'x' }), ask(house.app, 'DELETE', sessionUrl, bearer(access))])
    assert.equal(out.statusCode, 204)
    assert.ok([201, 401].includes(made.statusCode))
    assert.equal(count(), made.statusCode === 201 ? 1 : 0)
    assertProblem(await make({ name: 'x' }), 401, 'not-signed-in')
  })
})
