// Where an ExtremeCloudIQ client puts its token: `Authorization: Bearer`, and nowhere else. The SDK sends it twice when
// it is configured twice, in two headers or in one with a comma (seen at its 6.6.0).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newcomer, portainerKey, semaphoreToken, signInPortainer, signInSemaphore } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { apiToken, assertSaid, base, bearer, meStatus, signIn, twoPeople, unauthorized } from './kit.ts'

let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let mine: string
let theirs: string
let key: string

before(async () => {
  house = await openTestHouse()
  person = await newcomer(house)
  mine = await signIn(house.app, person.username)
  theirs = await signIn(house.app, (await newcomer(house)).username)
  key = (await apiToken(house, person)).secret
})
after(() => house.close())

const ask = (headers: object) => house.app.inject({ url: `${base}/users/me`, headers: { ...headers } })
const status = (headers: object) => meStatus(house.app, headers)

describe('Authorization', () => {
  it('is the scheme in any case and one token, of either kind', async () => {
    for (const token of [mine, key]) {
      for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEARER']) {
        assert.equal(await status({ authorization: `${scheme} ${token}` }), 200)
        assert.equal(await status({ authorization: ` ${scheme}   ${token} ` }), 200)
      }
    }
  })

  it('is nothing without the scheme, with another, or with more than the token', async () => {
    for (const authorization of [
      mine,
      key,
      `Token ${mine}`,
      `Bearer${mine}`,
      `Bearer Bearer ${mine}`,
      `Bearer ${mine} ${mine}`,
      `Basic ${Buffer.from(`x:${mine}`).toString('base64')}`,
      'Bearer',
      'Bearer ',
    ]) {
      assert.equal(await status({ authorization }), 401, authorization.slice(0, 20))
    }
  })

  it('takes an API token in its own case and whole', async () => {
    for (const wrong of [key.toLowerCase(), key.toUpperCase(), key.slice(0, -1), `${key}=`, key.slice(0, 8)]) {
      assert.equal(await status(bearer(wrong)), 401)
    }
  })

  it('is no place for what other doors hand out', async () => {
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    const semaphore = await signInSemaphore(house.app, person.username)
    for (const foreign of [
      jwt,
      cookie.split(/[=;]/)[1],
      (await portainerKey(house.app, jwt, person.id)).raw,
      await semaphoreToken(house.app, semaphore),
      semaphore.split(/[=;]/)[1],
    ]) {
      assert.equal(await status(bearer(foreign ?? '')), 401)
    }
  })
})

describe('other places', () => {
  it('hold no credential: X-API-KEY, cookies, the body of a GET', async () => {
    for (const headers of [
      { 'x-api-key': key },
      { cookie: `session=${mine}` },
      { cookie: `Authorization=Bearer ${mine}` },
      { 'x-auth-token': mine },
      { 'proxy-authorization': `Bearer ${mine}` },
    ]) {
      assert.equal(await status(headers), 401)
    }
  })
})

describe('two credentials in one request', () => {
  const both = (one: string, two: string) => [
    { authorization: [`Bearer ${one}`, `Bearer ${two}`] },
    { authorization: `Bearer ${one}, Bearer ${two}` },
    { authorization: `Bearer ${one},Bearer ${two}` },
  ]

  it('are one person’s: no refusal, the same twice neither', async () => {
    for (const headers of [...both(mine, mine), ...both(key, key), ...both(mine, key), ...both(key, mine)]) {
      assert.equal(await status(headers), 200)
    }
  })

  it('are decided by the first', async () => {
    for (const headers of both(mine, 'dead')) assert.equal(await status(headers), 200)
    for (const headers of both('dead', mine)) assert.equal(await status(headers), 401)
  })

  it('are refused with 400 when both live and belong to different people', async () => {
    for (const headers of [...both(mine, theirs), ...both(theirs, key)]) {
      assertSaid(await ask(headers), 400, twoPeople)
    }
  })
})

describe('many credentials in one request', () => {
  const dead = (count: number) => Array.from({ length: count }, (_, at) => `dead-${at}-`.padEnd(43, 'x'))
  const all = (...tokens: readonly string[]) => tokens.map((token) => `Bearer ${token}`)
  const ways = (...tokens: readonly string[]) => [
    { authorization: all(...tokens) },
    { authorization: all(...tokens).join(', ') },
  ]

  it('are decided by the first, however many follow', async () => {
    for (const count of [9, 10, 11, 40]) {
      for (const headers of ways(...dead(count), mine)) assert.equal(await status(headers), 401)
      for (const headers of ways(mine, ...dead(count))) assert.equal(await status(headers), 200)
    }
  })

  it('are looked at to the tenth and no further', async () => {
    for (const headers of ways(mine, ...dead(8), theirs)) assertSaid(await ask(headers), 400, twoPeople)
    for (const headers of ways(mine, ...dead(9), theirs)) assert.equal(await status(headers), 200)
  })

  it('do not count when they are too short for a token, nor again when they are the same', async () => {
    const short = dead(20).map((token) => token.slice(0, 39))
    const same = Array.from({ length: 20 }, () => mine)
    for (const others of [short, same]) {
      for (const headers of ways(mine, ...others, theirs)) assertSaid(await ask(headers), 400, twoPeople)
    }
  })
})

describe('a browser', () => {
  it('may read and write with a token from anywhere, which no browser adds by itself; signing out aside', async () => {
    const foreign = { ...bearer(mine), origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    assert.equal(await status(foreign), 200)
    const payload = { permissions: ['auth', 'logout', 'user-me'] }
    const create = { method: 'POST', url: `${base}/auth/apitoken`, headers: foreign, payload } as const
    const answer = await house.app.inject(create)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
    assertSaid(await ask({ origin: 'null' }), 401, unauthorized)
  })
})
