// POST /auth/login, refused (contract 5.4; model.md's table): 401 for every reason a person could be told apart by,
// with one text; 400 for what cannot be read; and never a cookie.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import {
  assertCommon,
  assertEmpty,
  newcomer,
  onlyCookie,
  password,
  prolongWaits,
  semaphoreBase,
  setCookies,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${semaphoreBase}/auth/login`
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const login = (payload: object, headers = {}) => house.app.inject({ method: 'POST', url, headers, payload })
const loginRaw = (payload: string | Buffer, type = 'application/json') =>
  house.app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload })

describe('POST /auth/login, credentials', () => {
  it('answers unknown, wrong, disabled and passwordless alike: 401, empty', async () => {
    const disabled = await newcomer(house)
    await house.house.core.people.disable(disabled.username, byCommand)
    await house.house.core.people.create({ username: 'without-password' }, byCommand)
    const known = await newcomer(house)
    const answers = [
      await login({ auth: 'nobody-here', password }),
      await login({ auth: known.username, password: `${password} ` }),
      await login({ auth: disabled.username, password }),
      await login({ auth: 'without-password', password }),
    ]
    for (const answer of answers) assertEmpty(answer, 401)
    const headers = answers.map((answer) => Object.keys(answer.headers).join())
    assert.equal(new Set(headers).size, 1)
  })

  it('makes a name wait after five failures, the right password too: 429, empty, with Retry-After', async () => {
    const person = await newcomer(house)
    for (let failed = 0; failed < 5; failed += 1) {
      assertEmpty(await login({ auth: person.username, password: 'wrong' }), 401)
    }
    prolongWaits(house)
    const answer = await login({ auth: person.username, password })
    assertEmpty(answer, 429)
    assert.match(String(answer.headers['retry-after']), /^360[01]$/)
  })

  it('answers an expired licence like wrong credentials: 401, empty, after the proof', async () => {
    const person = await newcomer(house)
    sql(house, "update accounts set licence = 'expired' where identifier = 'default'")
    try {
      assertEmpty(await login({ auth: person.username, password }), 401)
    } finally {
      sql(house, "update accounts set licence = 'none-needed' where identifier = 'default'")
    }
    assert.equal((await login({ auth: person.username, password })).statusCode, 204)
  })
})

describe('POST /auth/login, bodies', () => {
  it('is 400 and empty for every body without a name and a password', async () => {
    for (const body of [{}, { auth: 'a' }, { password }, { auth: '', password }, { auth: 'a', password: '' }]) {
      assertEmpty(await login(body), 400)
    }
  })

  it('is 400 and empty for another type of value, never a conversion', async () => {
    for (const body of [{ auth: 1, password }, { auth: ['admin'], password }, { auth: 'a', password: null }, []]) {
      assertEmpty(await login(body), 400)
    }
  })

  it('is 400 and empty for what is not JSON, and for no body with a JSON content type', async () => {
    for (const body of ['', '{', 'null', '"text"', '{"auth":"a","password":"b"} x', '\ufeff{}']) {
      assertEmpty(await loginRaw(body), 400)
    }
    assertEmpty(await house.app.inject({ method: 'POST', url }), 400)
  })

  it('is 400 and empty for text that is no Unicode, and for a member twice', async () => {
    assertEmpty(await loginRaw('{"auth":"\\ud800","password":"b"}'), 400)
    assertEmpty(await loginRaw(Buffer.from('{"auth":"\xff","password":"b"}', 'latin1')), 400)
    assertEmpty(await loginRaw('{"auth":"a","password":"b","password":"c"}'), 400)
    assertEmpty(await loginRaw('{"auth":"a","password":"b","__proto__":{}}'), 400)
  })

  it('is 415 and empty for another media type, and for a compressed body', async () => {
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/json garbage', 'garbage']
    for (const type of types) assertEmpty(await loginRaw('{"auth":"a","password":"b"}', type), 415)
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    assertEmpty(await house.app.inject({ method: 'POST', url, headers, payload: '{}' }), 415)
  })

  it('is 413 and empty beyond 64 KiB', async () => {
    const answer = await login({ auth: 'a', password: 'x'.repeat(65_536) })
    assertEmpty(answer, 413)
  })
})

describe('POST /auth/login, where it comes from', () => {
  const host = 'localhost:80'

  it('is 403 with the error word from another site, before any password is looked at', async () => {
    const person = await newcomer(house)
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:8081' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: `http://${host}`, 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of foreign) {
      const answer = await login({ auth: person.username, password }, { host, ...headers })
      assertCommon(answer)
      assert.equal(answer.statusCode, 403)
      assert.equal(answer.body, '{"error":"CROSS_ORIGIN_REQUEST_BLOCKED"}')
      assert.deepEqual(setCookies(answer), [])
    }
  })

  it('is 204 from our own pages, from the address bar, and from no browser at all', async () => {
    const person = await newcomer(house)
    for (const headers of [
      { origin: 'http://localhost' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      {},
    ]) {
      const answer = await login({ auth: person.username, password }, { host: 'localhost', ...headers })
      assert.equal(answer.statusCode, 204)
      onlyCookie(answer)
    }
  })

  it('is 400 with a sentence for a host name that is not ours', async () => {
    const answer = await login({ auth: 'a', password: 'b' }, { host: 'rebound.example' })
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(answer.json(), {
      error:
        'This Gatehouse does not answer to the host name in "rebound.example". Set GATEHOUSE_PUBLIC_URL to its public address, or add the name to GATEHOUSE_HOSTS.',
    })
  })
})
