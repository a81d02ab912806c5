// POST /logout (seed 004, contract 3.3; model.md "Doors on the wire"): "the current access token will be revoked and the
// following access with the same token will be immediately denied", at both places and on every endpoint. 401 when
// nothing presented lived; an API token ends, too; only another site is refused with nothing ended.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newcomer, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { apiToken, assertEmptyOk, assertSaid, base, bearer, crossSite, meStatus, signIn, unauthorized } from './kit.ts'

let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>

before(async () => {
  house = await openTestHouse({ GATEHOUSE_EXTREMECLOUDIQ_LISTEN: '127.0.0.1:8081' })
  person = await newcomer(house)
})
after(() => house.close())

const logout = (headers: object, payload?: string) =>
  house.app.inject({
    method: 'POST',
    url: `${base}/logout`,
    headers: { ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
const signedIn = () => signIn(house.app, person.username)
const statusOf = (token: string) => meStatus(house.app, bearer(token))
const logoutEvents = async () => {
  await house.house.core.audits.flush()
  const rows = sql(house, 'select event from audit order by chain, seq')
  return rows.map(({ event }) => event).filter((event) => /logout|token\.(api\.revoked|invalid)/.test(String(event)))
}

describe('POST /logout', () => {
  it('is 200, empty, and the token is denied at once, on both listeners and every endpoint', async () => {
    const own = house.own('extremecloudiq')
    const token = await signedIn()
    assert.deepEqual([await statusOf(token), await meStatus(own, bearer(token), '')], [200, 200])
    assertEmptyOk(await logout(bearer(token)))
    const headers = bearer(token)
    assertSaid(await house.app.inject({ url: `${base}/users/me`, headers }), 401, unauthorized)
    assertSaid(await own.inject({ url: '/users/me', headers }), 401, unauthorized)
    assertSaid(await own.inject({ url: '/auth/apitoken/info', headers }), 401, unauthorized)
    const create = { method: 'POST', url: '/auth/apitoken', headers, payload: {} } as const
    assertSaid(await own.inject(create), 401, unauthorized)
    const validate = { method: 'POST', url: '/auth/apitoken/:validate', payload: token } as const
    assertSaid(await own.inject(validate), 401, unauthorized)
  })

  it('ends on one listener what was signed in on the other', async () => {
    const own = house.own('extremecloudiq')
    const token = await signIn(own, person.username, '')
    assertEmptyOk(await logout(bearer(token)))
    assert.equal(await meStatus(own, bearer(token), ''), 401)
    const other = await signedIn()
    assertEmptyOk(await own.inject({ method: 'POST', url: '/logout', headers: bearer(other) }))
    assert.equal(await statusOf(other), 401)
  })

  it('is 401 the second time, without a token, and with one that is none', async () => {
    const token = await signedIn()
    await logout(bearer(token))
    for (const headers of [bearer(token), {}, bearer('x'), { authorization: '' }, { authorization: 'Bearer' }]) {
      assertSaid(await logout(headers), 401, unauthorized)
    }
  })

  it('is one 200 of many at once', async () => {
    const token = await signedIn()
    const answers = await Promise.all(Array.from({ length: 8 }, () => logout(bearer(token))))
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, ...Array<number>(7).fill(401)])
  })

  it('ends that session only', async () => {
    const [one, kept] = [await signedIn(), await signedIn()]
    const api = await apiToken(house, person)
    await logout(bearer(one))
    assert.deepEqual([await statusOf(one), await statusOf(kept), await statusOf(api.secret)], [401, 200, 200])
  })

  it('leaves alive an API token that the session made', async () => {
    const token = await signedIn()
    const payload = { permissions: ['auth', 'logout', 'user-me'] }
    const request = { method: 'POST', url: `${base}/auth/apitoken`, headers: bearer(token), payload } as const
    const made = (await house.app.inject(request)).json<{ access_token: string }>().access_token
    assertEmptyOk(await logout(bearer(token)))
    assert.deepEqual([await statusOf(token), await statusOf(made)], [401, 200])
  })

  it('looks at no body and no type: none, `{}`, empty as JSON, no JSON, no media type', async () => {
    for (const [type, payload] of [
      ['application/json', undefined],
      ['application/json', '{}'],
      ['application/json', ''],
      ['application/json', '{'],
      ['text/plain', 'bye'],
      ['garbage', 'bye'],
    ] as const) {
      const token = await signedIn()
      assertEmptyOk(await logout({ ...bearer(token), 'content-type': type }, payload))
      assert.equal(await statusOf(token), 401, `${type} ${payload}`)
    }
    const token = await signedIn()
    assertEmptyOk(await logout({ ...bearer(token), 'content-type': 'application/json', 'content-length': '0' }))
  })

  it('is 403 from another site, ends nothing, and 200 from our own', async () => {
    const token = await signedIn()
    for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      assertSaid(await logout({ ...bearer(token), ...foreign }), 403, crossSite)
    }
    assert.equal(await statusOf(token), 200)
    assertEmptyOk(await logout({ ...bearer(token), host: 'localhost', origin: 'http://localhost' }))
  })
})

describe('POST /logout, with an API token', () => {
  it('is 200 and revokes it, and 401 the second time', async () => {
    const [api, kept] = [await apiToken(house, person), await apiToken(house, person)]
    assertEmptyOk(await logout(bearer(api.secret)))
    assert.deepEqual([await statusOf(api.secret), await statusOf(kept.secret)], [401, 200])
    assertSaid(await logout(bearer(api.secret)), 401, unauthorized)
    const listed = await house.house.core.tokens.list(person.id, 'extremecloudiq')
    assert.ok(!listed.some(({ id }) => id === api.id))
  })

  it('revokes what it made, too', async () => {
    const { secret } = await apiToken(house, person)
    const payload = { permissions: ['auth', 'logout', 'user-me:r'] }
    const request = { method: 'POST', url: `${base}/auth/apitoken`, headers: bearer(secret), payload } as const
    const made = (await house.app.inject(request)).json<{ access_token: string }>().access_token
    assert.equal(await statusOf(made), 200)
    assertEmptyOk(await logout(bearer(secret)))
    assert.equal(await statusOf(made), 401)
  })
})

describe('POST /logout, with more than one credential', () => {
  const ofAll = (...tokens: string[]) => ({ authorization: tokens.map((token) => `Bearer ${token}`) })

  it('ends every token of doubled headers, a session’s and an API token, of two people too', async () => {
    const [one, two] = [await signedIn(), await signedIn()]
    const other = await newcomer(house)
    const theirs = await signIn(house.app, other.username)
    const api = await apiToken(house, other)
    assertEmptyOk(await logout(ofAll(one, two, theirs, api.secret)))
    for (const token of [one, two, theirs, api.secret]) assert.equal(await statusOf(token), 401)
  })

  it('ends both in one header with a comma, as the SDK sends it, and the same twice once', async () => {
    const [one, two] = [await signedIn(), await signedIn()]
    assertEmptyOk(await logout({ authorization: `Bearer ${one}, Bearer ${two}` }))
    assert.deepEqual([await statusOf(one), await statusOf(two)], [401, 401])
    const { secret } = await apiToken(house, person)
    assertEmptyOk(await logout({ authorization: `Bearer ${secret}, Bearer ${secret}` }))
    assert.equal(await statusOf(secret), 401)
  })

  it('is 200 when any of them lived, and 401 when none did', async () => {
    const token = await signedIn()
    assertEmptyOk(await logout(ofAll('dead', token)))
    assertSaid(await logout(ofAll('dead', token)), 401, unauthorized)
  })

  it('ends a token without its scheme as well', async () => {
    const [one, two] = [await signedIn(), await signedIn()]
    assertEmptyOk(await logout({ authorization: [`Bearer ${one}`, two] }))
    assert.deepEqual([await statusOf(one), await statusOf(two)], [401, 401])
  })
})

describe('POST /logout, on record', () => {
  it('is one row for a session, one for an API token, and one for a dead token', async () => {
    const token = await signedIn()
    const { secret } = await apiToken(house, person)
    const before = (await logoutEvents()).length
    await logout(bearer(token))
    await logout(bearer(secret))
    await logout(bearer(secret))
    assert.deepEqual((await logoutEvents()).slice(before), ['auth.logout', 'token.api.revoked', 'token.invalid'])
  })
})
