// POST /auth, refused (contract 3.5, model.md's table): 422 with one text for every reason a person could be told
// apart by, 400 in the real server's words for a payload, and never a cookie.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { assertSaid, newcomer, onlyCookie, password, portainerBase, prolongWaits, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${portainerBase}/auth`
const invalid = 'Invalid request payload'
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const auth = (payload: object, headers = {}) => house.app.inject({ method: 'POST', url, headers, payload })
const authRaw = (payload: string | Buffer, type = 'application/json') =>
  house.app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload })

describe('POST /auth, credentials', () => {
  it('answers unknown, wrong, disabled and passwordless alike: 422, Invalid credentials', async () => {
    const disabled = await newcomer(house)
    await house.house.core.people.disable(disabled.username, byCommand)
    await house.house.core.people.create({ username: 'without-password' }, byCommand)
    const known = await newcomer(house)
    for (const body of [
      { username: 'nobody-here', password },
      { username: known.username, password: `${password}.` },
      { username: disabled.username, password },
      { username: 'without-password', password },
    ]) {
      assertSaid(await auth(body), 422, 'Invalid credentials', 'Unauthorized')
    }
  })

  it('makes a name wait after five failures, the right password too: 429 with Retry-After', async () => {
    const person = await newcomer(house)
    for (let failed = 0; failed < 5; failed += 1) {
      assertSaid(await auth({ username: person.username, password: 'no' }), 422, 'Invalid credentials', 'Unauthorized')
    }
    prolongWaits(house)
    const answer = await auth({ username: person.username, password })
    assertSaid(answer, 429, 'Too many attempts', 'Try again after the time in Retry-After')
    assert.match(String(answer.headers['retry-after']), /^360[01]$/)
  })

  it('is 403 for an expired licence, and only after the right password', async () => {
    const { username } = await newcomer(house)
    sql(house, "update accounts set licence = 'expired' where identifier = 'default'")
    const [right, wrong] = [await auth({ username, password }), await auth({ username, password: 'no' })]
    sql(house, "update accounts set licence = 'none-needed' where identifier = 'default'")
    assertSaid(right, 403, 'Access denied', 'The licence of this account has expired')
    assertSaid(wrong, 422, 'Invalid credentials', 'Unauthorized')
    assert.equal((await auth({ username, password })).statusCode, 200)
  })
})

describe('POST /auth, bodies', () => {
  it('is 400 and names the field that is missing or empty, the user name first', async () => {
    assertSaid(await auth({}), 400, invalid, 'Invalid username')
    assertSaid(await auth({ password }), 400, invalid, 'Invalid username')
    assertSaid(await auth({ Username: '', Password: password }), 400, invalid, 'Invalid username')
    assertSaid(await auth({ username: 'a' }), 400, invalid, 'Invalid password')
    assertSaid(await auth({ username: 'a', password: '' }), 400, invalid, 'Invalid password')
  })

  it('is 400 for another type of value, never a conversion', async () => {
    assertSaid(await auth({ username: 1, password }), 400, invalid, 'Invalid username')
    assertSaid(await auth({ username: ['admin'], password }), 400, invalid, 'Invalid username')
    assertSaid(await auth({ username: 'a', password: null }), 400, invalid, 'Invalid password')
    assertSaid(await auth([]), 400, invalid, invalid)
  })

  it('is 400 for what is not JSON, and for no body', async () => {
    for (const body of ['', '{', 'null', '"text"', 'username=a']) assertSaid(await authRaw(body), 400, invalid, invalid)
    assertSaid(await house.app.inject({ method: 'POST', url }), 400, invalid, invalid)
  })

  it('is 400 for a member twice, also in two cases, and for text that is no Unicode', async () => {
    for (const body of [
      '{"username":"a","username":"b","password":"c"}',
      '{"username":"a","Username":"b","password":"c"}',
      '{"username":"a","password":"c","PASSWORD":"d"}',
      '{"username":"\\udc00","password":"c"}',
      '{"__PROTO__":{},"username":"a","password":"c"}',
    ]) {
      assertSaid(await authRaw(body), 400, invalid, invalid)
    }
  })

  it('is 415 for another media type, and 413 beyond 64 KiB', async () => {
    const details = 'The body must be application/json'
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'garbage', 'application/jsonx']) {
      assertSaid(await authRaw('{"username":"a","password":"b"}', type), 415, 'Unsupported media type', details)
    }
    const large = await auth({ username: 'a', password: 'x'.repeat(65_536) })
    assertSaid(large, 413, 'Request entity too large', 'Request entity too large')
  })
})

describe('POST /auth, where it comes from', () => {
  it('is 403 from another site', async () => {
    const { username } = await newcomer(house)
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const answer = await auth({ username, password }, { host: 'localhost', ...headers })
      assertSaid(answer, 403, 'Forbidden - origin invalid', 'The request comes from another site.')
    }
  })

  it('is 200 from our own pages, from the address bar, and from no browser at all', async () => {
    const { username } = await newcomer(house)
    for (const headers of [
      { origin: 'http://localhost' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      {},
    ]) {
      const answer = await auth({ username, password }, { host: 'localhost', ...headers })
      assert.equal(answer.statusCode, 200)
      onlyCookie(answer)
    }
  })

  it('is 400 with a sentence for a host name that is not ours', async () => {
    const answer = await auth({ username: 'a', password: 'b' }, { host: 'rebound.example:9000' })
    assertSaid(
      answer,
      400,
      'Invalid request',
      'This Gatehouse does not answer to the host name in "rebound.example:9000". Set GATEHOUSE_PUBLIC_URL to its public address, or add the name to GATEHOUSE_HOSTS.',
    )
  })
})
