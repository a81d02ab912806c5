// POST /login, refused (contract 1, facts 2 and 3; 3.2; model.md's table): a declared status wherever a client could be
// told apart by it, with four fields to the byte.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { newcomer, password, prolongWaits } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { assertSaid, base, crossSite, malformed, memberAs, missing, wrongMediaType } from './kit.ts'

const url = `${base}/login`
const wrong = {
  code: 'INVALID_CREDENTIALS',
  message: 'The username or password is wrong',
  description: 'The username or password is wrong',
}
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const login = (payload: object, headers = {}) => house.app.inject({ method: 'POST', url, headers, payload })
const loginRaw = (payload: string | Buffer, type = 'application/json') =>
  house.app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload })

describe('POST /login, credentials', () => {
  it('answers unknown, wrong, disabled and passwordless alike: 401', async () => {
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
      assertSaid(await login(body), 401, wrong)
    }
  })

  it('makes a name wait after five failures, the right password too: 429 with Retry-After', async () => {
    const { username } = await newcomer(house)
    for (let failed = 0; failed < 5; failed += 1) assertSaid(await login({ username, password: 'no' }), 401, wrong)
    prolongWaits(house)
    const answer = await login({ username, password })
    assertSaid(answer, 429, {
      code: 'TOO_MANY_ATTEMPTS',
      message: 'Too many attempts',
      description: 'Try again after the time in Retry-After',
    })
    assert.match(String(answer.headers['retry-after']), /^360[01]$/)
  })

  it('is 401 for an expired licence, in words of its own only after the right password', async () => {
    const { person, account } = await memberAs(house, 'owner')
    const { username } = person
    await house.house.core.accounts.changeLicence(account.identifier, 'expired', byCommand)
    const expired = 'The license of this account has expired'
    assertSaid(await login({ username, password }), 401, {
      code: 'LICENSE_EXPIRED',
      message: expired,
      description: expired,
    })
    assertSaid(await login({ username, password: 'no' }), 401, wrong)
    await house.house.core.accounts.changeLicence(account.identifier, 'active', byCommand)
    assert.equal((await login({ username, password })).statusCode, 200)
  })
})

describe('POST /login, bodies', () => {
  it('is 400 and names the field that is missing or empty', async () => {
    assertSaid(await login({}), 400, missing('username'))
    assertSaid(await login({ password }), 400, missing('username'))
    assertSaid(await login({ username: '', password }), 400, missing('username'))
    assertSaid(await login({ username: 'a' }), 400, missing('password'))
    assertSaid(await login({ username: 'a', password: '' }), 400, missing('password'))
    assertSaid(await login({ Username: 'a', Password: 'b' }), 400, missing('username'))
  })

  it('is 400 for another type of value, never a conversion', async () => {
    const another = (field: string) => malformed(`The field "${field}" has a value of another type`)
    assertSaid(await login({ username: 1, password }), 400, another('username'))
    assertSaid(await login({ username: ['admin'], password }), 400, another('username'))
    assertSaid(await login({ username: 'a', password: null }), 400, another('password'))
    assertSaid(await login([]), 400, malformed())
  })

  it('is 400 for no body at all, as the vendor’s own sample sends it, with and without a type', async () => {
    assertSaid(await loginRaw(''), 400, malformed())
    assertSaid(await house.app.inject({ method: 'POST', url }), 400, malformed())
    const headers = { 'content-type': 'application/json', 'content-length': '0' }
    assertSaid(
      await house.app.inject({ method: 'POST', url: `${url}?username=a&password=b`, headers }),
      400,
      malformed(),
    )
  })

  it('is 400 for what is not JSON or not one object, and for a member twice', async () => {
    for (const body of ['{', 'null', '"text"', 'username=a', '{"username":"a","username":"b","password":"c"}']) {
      assertSaid(await loginRaw(body), 400, malformed())
    }
  })

  it('is 415 for another media type, and 413 beyond 64 KiB', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'garbage', 'application/jsonx']) {
      assertSaid(await loginRaw('{"username":"a","password":"b"}', type), 415, wrongMediaType)
    }
    const large = 'The request body is too large'
    assertSaid(await login({ username: 'a', password: 'x'.repeat(65_536) }), 413, {
      code: 'PAYLOAD_TOO_LARGE',
      message: large,
      description: large,
    })
  })
})

describe('POST /login, where it comes from', () => {
  it('is 403 from another site, and 200 from our own pages and from no browser', async () => {
    const { username } = await newcomer(house)
    const host = 'localhost'
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      assertSaid(await login({ username, password }, { host, ...headers }), 403, crossSite)
    }
    for (const headers of [{ origin: 'http://localhost' }, { 'sec-fetch-site': 'same-origin' }, {}]) {
      assert.equal((await login({ username, password }, { host, ...headers })).statusCode, 200)
    }
  })

  it('is 400 with a sentence for a host name that is not ours', async () => {
    const answer = await login({ username: 'a', password: 'b' }, { host: 'rebound.example:8081' })
    assertSaid(answer, 400, {
      code: 'UNKNOWN_HOST',
      message: 'This host name is not served here',
      description:
        'This Gatehouse does not answer to the host name in "rebound.example:8081". Set GATEHOUSE_PUBLIC_URL to its public address, or add the name to GATEHOUSE_HOSTS.',
    })
  })
})
