// POST, GET and DELETE /api/v1/session: a program gets a bearer token, our own pages a cookie, and signing out ends on
// the server whatever was presented. Where a browser's word is asked for is in session-cookie.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { byCommand } from '../../../src/core/audit/audit.ts'
import {
  addAccount,
  ask,
  assertProblem,
  bearer,
  type Headers,
  type Json,
  makeApiToken,
  sessionUrl,
  signInApi,
} from '../../_kit/api.ts'
import { eventsDuring } from '../../_kit/attack-doors.ts'
import { type Answer, assertCommon, newcomer, password, prolongWaits, setCookies, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const signIn = (payload: object, headers: Headers = {}): Promise<Answer> =>
  ask(house.app, 'POST', sessionUrl, headers, payload)
const who = (headers: Headers): Promise<Answer> => ask(house.app, 'GET', sessionUrl, headers)

describe('POST /api/v1/session', () => {
  it('is 201 with a bearer token, its end, the person and the account, and sets no cookie', async () => {
    const { username, id, uuid: personUuid } = await newcomer(house)
    const answer = await signIn({ username, password })
    assertCommon(answer)
    assert.deepEqual([answer.statusCode, setCookies(answer)], [201, []])
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    const { accessToken, endsAt, person, account, ...rest } = answer.json<Record<string, Json>>()
    assert.deepEqual(rest, { tokenType: 'Bearer' })
    assert.match(String(endsAt), instant)
    const day = Date.parse(String(endsAt)) - Date.now()
    assert.ok(day > 86_000_000 && day <= 86_400_000)
    const { createdAt, ...someone } = person ?? {}
    assert.match(String(createdAt), instant)
    assert.deepEqual(someone, {
      id: personUuid,
      number: id,
      kind: 'human',
      username,
      email: `${username}@example.org`,
      displayName: username,
      isOperator: false,
    })
    assert.match(String(account?.['id']), uuid)
    assert.deepEqual({ ...account, id: '' }, { id: '', identifier: 'default', name: 'Default', role: 'member' })
    assert.equal((await who(bearer(String(accessToken)))).statusCode, 200)
  })

  it('gives a token that secret scanners know: its prefix, 256 random bits, and their CRC-32', async () => {
    const { username } = await newcomer(house)
    const seen = new Set<string>()
    for (let round = 0; round < 3; round += 1) {
      const token = await signInApi(house.app, username)
      const [, random = '', checksum] = /^gths_([\w-]{43})([0-9a-f]{8})$/.exec(token) ?? []
      assert.equal(checksum, crc32(random).toString(16).padStart(8, '0'))
      assert.equal(Buffer.from(random, 'base64url').length, 32)
      seen.add(token)
    }
    assert.equal(seen.size, 3)
  })

  it('takes the e-mail address as the name, too', async () => {
    const { username } = await newcomer(house)
    assert.equal((await signIn({ username: `${username}@example.org`, password })).statusCode, 201)
  })

  it('acts in the account that is named by identifier or id, of which the person is a member', async () => {
    const person = await newcomer(house)
    const id = addAccount(house, 'branch', person, 'admin')
    for (const name of ['branch', id]) {
      const answer = await signIn({ username: person.username, password, account: name })
      const body = answer.json<{ account: Json; accessToken: string }>()
      assert.deepEqual(body.account, { id, identifier: 'branch', name: 'Branch', role: 'admin' })
      assert.deepEqual((await who(bearer(body.accessToken))).json<{ account: Json }>().account, body.account)
    }
    const stranger = await newcomer(house)
    for (const name of ['branch', 'no-such-account', '']) {
      assertProblem(await signIn({ username: stranger.username, password, account: name }), 401, 'wrong-credentials')
    }
  })

  it('refuses every wrong credential alike: 401, one text, one audit row', async () => {
    const { username } = await newcomer(house)
    const disabled = await newcomer(house)
    await house.house.core.people.disable(disabled.username, byCommand)
    const texts = new Set<string>()
    for (const wrong of [
      { username, password: `${password}!` },
      { username: 'nobody-at-all', password },
      { username: disabled.username, password },
      { username, password, account: 'no-such-account' },
    ]) {
      const { answer, events } = await eventsDuring(house, () => signIn(wrong))
      assertProblem(answer, 401, 'wrong-credentials')
      assert.deepEqual(events, ['auth.login.failure'])
      texts.add(JSON.stringify({ ...answer.json<Json>(), requestId: '' }))
    }
    assert.equal(texts.size, 1)
  })

  it('is 429 with Retry-After for a throttled name, whatever the password', async () => {
    const { username } = await newcomer(house)
    for (let failed = 0; failed < 5; failed += 1) await signIn({ username, password: 'wrong' })
    prolongWaits(house)
    for (const tried of ['wrong', password]) {
      const answer = await signIn({ username, password: tried })
      assertProblem(answer, 429, 'throttled')
      assert.match(String(answer.headers['retry-after']), /^\d+$/)
    }
  })

  it('is 403 for an expired licence, after the proof only', async () => {
    const { username } = await newcomer(house)
    sql(house, "update accounts set licence = 'expired' where identifier = 'default'")
    try {
      assertProblem(await signIn({ username, password }), 403, 'licence-expired')
      assertProblem(await signIn({ username, password: 'wrong' }), 401, 'wrong-credentials')
    } finally {
      sql(house, "update accounts set licence = 'none-needed' where identifier = 'default'")
    }
    assert.equal((await signIn({ username, password })).statusCode, 201)
  })

  it('is 422 for what is missing or empty, naming it, and 400 for what is of another type', async () => {
    const { username } = await newcomer(house)
    const missing = [
      [{ password }, 'username'],
      [{ username: '', password }, 'username'],
      [{ username }, 'password'],
      [{ username, password: '' }, 'password'],
    ] as const
    for (const [body, field] of missing) assertProblem(await signIn(body), 422, 'field-missing', { field })
    for (const wrong of [
      { username: [username], password },
      { username: { $gt: '' }, password },
      { username, password: 7 },
      { username, password: null },
      { username, password, cookie: 'true' },
      { username, password, account: 1 },
    ]) {
      const { field, ...problem } = (await signIn(wrong)).json<Json>()
      assert.deepEqual([problem['status'], problem['code'], typeof field], [400, 'malformed', 'string'])
    }
    for (const text of ['{', '[]', '{"username":"a","username":"b","password":"c"}', '{"__proto__":{}}']) {
      const answer = await ask(house.app, 'POST', sessionUrl, { 'content-type': 'application/json' }, text)
      assert.ok([400, 422].includes(answer.statusCode) && setCookies(answer).length === 0, text)
    }
  })
})

describe('GET /api/v1/session', () => {
  it('says who is signed in, where, and with what scope', async () => {
    const { username, uuid: id } = await newcomer(house)
    const access = await signInApi(house.app, username)
    const { secret } = await makeApiToken(house.app, access, { scope: 'read' })
    for (const [token, scope] of [
      [access, 'default'],
      [secret, 'read'],
    ] as const) {
      const body = (await who(bearer(token))).json<{ person: Json; account: Json; scope: string }>()
      assert.deepEqual(Object.keys(body), ['person', 'account', 'scope'])
      assert.deepEqual([body.person['id'], body.account['role'], body.scope], [id, 'member', scope])
      assert.ok(!/hash|secret|password|epoch/i.test(JSON.stringify(body)))
    }
  })

  it('takes the word bearer in any case and any spaces, and the token as it stands', async () => {
    const access = await signInApi(house.app, (await newcomer(house)).username)
    for (const authorization of [`Bearer ${access}`, `bearer   ${access}`, ` BEARER ${access} `]) {
      assert.equal((await who({ authorization })).statusCode, 200, authorization)
    }
    for (const authorization of [access, `Bearer${access}`, `Bearer ${access}x`, `Basic ${access}`, 'Bearer', '']) {
      assertProblem(await who({ authorization }), 401, 'not-signed-in')
    }
    for (const text of [access.toUpperCase(), access.slice(0, -8), access.replace('gths_', 'gth_'), '\u{1f511}']) {
      assertProblem(await who({ authorization: `Bearer ${encodeURI(text)}` }), 401, 'not-signed-in')
    }
  })

  it('takes no token from the query, from a body or from another header', async () => {
    const access = await signInApi(house.app, (await newcomer(house)).username)
    for (const url of [`${sessionUrl}?token=${access}`, `${sessionUrl}?access_token=${access}`]) {
      assertProblem(await ask(house.app, 'GET', url), 401, 'not-signed-in')
    }
    for (const name of ['x-api-key', 'x-auth-token', 'proxy-authorization', 'cookie']) {
      assertProblem(await who({ [name]: name === 'cookie' ? `gatehouse=${access}` : access }), 401, 'not-signed-in')
    }
    assert.ok(!JSON.stringify(house.logged).includes(access), 'and it is in no log line')
  })
})

describe('DELETE /api/v1/session', () => {
  it('is 204 without a body, and the bearer’s session is over, with one audit row', async () => {
    const access = await signInApi(house.app, (await newcomer(house)).username)
    const { answer, events } = await eventsDuring(house, () => ask(house.app, 'DELETE', sessionUrl, bearer(access)))
    assertCommon(answer)
    assert.deepEqual([answer.statusCode, answer.body, answer.headers['content-type']], [204, '', undefined])
    assert.deepEqual(events, ['auth.logout'])
    assertProblem(await who(bearer(access)), 401, 'not-signed-in')
  })

  it('asks a browser to drop what it keeps', async () => {
    const answer = await ask(house.app, 'DELETE', sessionUrl)
    assert.equal(answer.headers['clear-site-data'], '"cache", "storage"')
    const attributes = 'Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax; Max-Age=0'
    assert.deepEqual(setCookies(answer), [`gatehouse=; ${attributes}`])
  })

  it('is 204 again, for nobody, for nonsense and with any body, and writes no audit row then', async () => {
    const access = await signInApi(house.app, (await newcomer(house)).username)
    await ask(house.app, 'DELETE', sessionUrl, bearer(access))
    for (const headers of [bearer(access), {}, bearer('x'.repeat(5000)), { authorization: 'Basic YTpi' }]) {
      const { answer, events } = await eventsDuring(house, () => ask(house.app, 'DELETE', sessionUrl, headers, '{'))
      assert.deepEqual([answer.statusCode, events], [204, []])
    }
  })

  it('leaves other sessions of the person and an API token that is presented', async () => {
    const { username } = await newcomer(house)
    const [one, other] = [await signInApi(house.app, username), await signInApi(house.app, username)]
    const { secret } = await makeApiToken(house.app, one)
    assert.equal((await ask(house.app, 'DELETE', sessionUrl, bearer(one))).statusCode, 204)
    assert.equal((await ask(house.app, 'DELETE', sessionUrl, bearer(secret))).statusCode, 204)
    for (const token of [other, secret]) assert.equal((await who(bearer(token))).statusCode, 200)
  })
})
