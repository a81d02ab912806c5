// What POST /login reads (contract 2.2; model.md's table): JSON under a JSON type whatever Accept says; members that
// are null or empty are not given; of several kinds the first in the documented order decides; no kind at all is 401,
// half of a pair or another type 422, no JSON 400.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { password } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'
import { assertError, byPassword, everyKind, latest, login, post, wrongCredentials } from './client.ts'

const url = `${latest}/login`
const json = { 'content-type': 'application/json' }
let house: TestHouse
let who: Somebody

before(async () => {
  house = await openTestHouse()
  who = await newSomebody(house)
})
after(() => house.close())

const statusOf = async (payload: object) => (await login(house.app, payload)).statusCode
const raw = (text: string, headers: object = json) => post(house.app, url, text, headers)

describe('the type of a body', () => {
  it('is JSON, with or without charset, in any case; whatever is accepted, JSON is answered', async () => {
    const text = JSON.stringify(byPassword(who.person))
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'application/json;charset=UTF-8',
      'Application/JSON; charset="utf-8"',
    ]) {
      for (const accept of ['application/json', 'text/plain', 'application/json, text/plain, */*', '*/*', undefined]) {
        const answer = await raw(text, { 'content-type': type, ...(accept === undefined ? {} : { accept }) })
        assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'application/json'], type)
      }
    }
  })

  it('is no other: 415', async () => {
    const text = JSON.stringify(byPassword(who.person))
    for (const type of ['text/plain', 'application/json; charset=latin1', 'application/json+x', 'garbage']) {
      assertError(await raw(text, { 'content-type': type }), 415, 'wrong-media-type')
    }
    const form = new URLSearchParams(byPassword(who.person)).toString()
    const formType = { 'content-type': 'application/x-www-form-urlencoded' }
    assertError(await raw(form, formType), 415, 'wrong-media-type')
  })
})

describe('a body that is no JSON object', () => {
  it('is 400 when it is no JSON', async () => {
    for (const text of ['{', 'username=a', '{"username":"a",}', `${JSON.stringify(byPassword(who.person))}x`]) {
      assertError(await raw(text), 400, 'malformed', 'The body is not valid JSON.')
    }
    assert.equal((await raw(JSON.stringify(byPassword(who.person)))).statusCode, 200)
  })

  it('is 400 with a member twice, one that reaches a prototype, or text that is no Unicode', async () => {
    for (const text of [
      '{"username":"a","username":"b","password":"c"}',
      '{"__proto__":{"userApiToken":"x"},"username":"a","password":"c"}',
      '{"username":"\\ud800","password":"c"}',
    ]) {
      assertError(await raw(text), 400, 'malformed')
    }
  })

  it('is 422 when it is other JSON', async () => {
    for (const text of ['null', '[]', '"text"', '1', 'true', '[{"username":"a","password":"b"}]']) {
      assertError(await raw(text), 422, 'field-invalid', 'The body must be a JSON object.')
    }
  })

  it('is 413 when it is longer than anybody needs', async () => {
    const long = { ...byPassword(who.person), googleOauthCode: 'x'.repeat(70_000) }
    assertError(await login(house.app, long), 413, 'too-large')
    assert.equal(await statusOf({ ...long, googleOauthCode: 'x'.repeat(60_000) }), 200)
  })
})

describe('no kind of credential', () => {
  it('is 401, whether nothing came, no member, or only empty ones', async () => {
    const hint = 'Send username and password, or a token.'
    assertError(await post(house.app, url), 401, 'not-signed-in', hint)
    assertError(await raw(''), 401, 'not-signed-in', hint)
    for (const body of [
      {},
      { accountIdentifier: who.account },
      { username: '', password: '' },
      { username: null, password: null, userApiToken: null, loginToken: null, agentInstallationToken: null },
      { userName: who.person.username, Password: password },
    ]) {
      assertError(await login(house.app, body), 401, 'not-signed-in', hint)
    }
  })

  it('is not what a credential with null or empty members beside it is', async () => {
    const rest = { userApiToken: null, loginToken: '', agentInstallationToken: null, googleOauthCode: '' }
    assert.equal(await statusOf({ ...rest, accountIdentifier: null, ...byPassword(who.person) }), 200)
    assert.equal(await statusOf({ ...rest, accountIdentifier: '', ...byPassword(who.person) }), 200)
  })
})

describe('half of a pair', () => {
  it('is 422 and names the other half', async () => {
    for (const [body, field] of [
      [{ username: who.person.username }, 'password'],
      [{ username: who.person.username, password: '' }, 'password'],
      [{ username: who.person.username, password: null }, 'password'],
      [{ password }, 'username'],
      [{ password, username: '' }, 'username'],
      [{ password, googleOauthCode: 'x' }, 'username'],
    ] as const) {
      assertError(await login(house.app, body), 422, 'field-missing', `Invalid input: ${field}.`)
    }
  })
})

describe('a member of another type', () => {
  it('is 422 and named, never converted, beside a good credential too', async () => {
    for (const member of [
      'username',
      'password',
      'userApiToken',
      'loginToken',
      'agentInstallationToken',
      'accountIdentifier',
      'googleOauthCode',
    ]) {
      for (const value of [1, 0, false, true, [], {}, ['x'], 1e300, -1, 0.5]) {
        const answer = await login(house.app, { ...byPassword(who.person), [member]: value })
        assertError(answer, 422, 'field-invalid', `"${member}" must be a string.`)
      }
    }
  })

  it('is a number of 64 bits too', async () => {
    for (const number of ['9223372036854775807', '18446744073709551616', '-9223372036854775809', '1e999']) {
      assertError(await raw(`{"username":${number},"password":"x"}`), 422, 'field-invalid')
    }
  })

  it('does not matter in a member that nobody knows', async () => {
    const { username } = who.person
    const unknown = '"settings":{"a":[1,null]},"roles":9007199254740993,"toString":"x","hasPassword":true'
    assert.equal((await raw(`{${unknown},"username":"${username}","password":"${password}"}`)).statusCode, 200)
  })
})

describe('of several kinds', () => {
  // Each has everything after it, too; the one named is wrong, so that another one deciding would be a 200.
  const order = ['userApiToken', 'loginToken', 'agentInstallationToken', 'password'] as const

  it('the first in the documented order decides, right or wrong', async () => {
    const somebody = await newSomebody(house)
    const kinds = await everyKind(house, somebody)
    for (const [at, kind] of order.entries()) {
      const later = Object.assign({}, ...order.slice(at).map((one) => kinds[one])) as object
      const wrong = await login(house.app, { ...later, [kind]: 'no such thing' })
      assertError(wrong, 401, 'wrong-credentials', wrongCredentials)
    }
    for (const [at, kind] of order.entries()) {
      const wrongLater = Object.fromEntries(order.slice(at + 1).map((one) => [one, 'no such thing']))
      const answer = await login(house.app, { username: 'nobody', ...wrongLater, ...kinds[kind], googleOauthCode: 'x' })
      assert.equal(answer.statusCode, 200, kind)
    }
  })
})

describe('googleOauthCode', () => {
  it('alone is 401: no provider is configured', async () => {
    const answer = await login(house.app, { googleOauthCode: 'a code', accountIdentifier: who.account })
    assertError(answer, 401, 'provider-off', 'Signing in with Google is not configured.')
    assert.equal(answer.headers['www-authenticate'], 'Bearer')
  })
})

describe('a name or an account', () => {
  it('that is too long or strange is refused, with no fault of ours', async () => {
    assertError(await login(house.app, { username: 'x'.repeat(1025), password }), 422, 'field-invalid')
    for (const username of ['x'.repeat(1024), '\u0000', "' or 1=1 --", '\u202e', '𝒳', ' ']) {
      assertError(await login(house.app, { username, password }), 401, 'wrong-credentials', wrongCredentials)
    }
    for (const accountIdentifier of ['x'.repeat(60_000), '\u0000', `${who.account}\u0000`, "' or 1=1 --", ' ', '%']) {
      const answer = await login(house.app, { ...byPassword(who.person), accountIdentifier })
      assertError(answer, 401, 'wrong-credentials', wrongCredentials)
    }
  })
})
