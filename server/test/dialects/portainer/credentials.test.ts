// Where a Portainer client puts its credential (contract 3.2, traps 2, 3, 13 and 16; model.md "Doors on the wire"):
// X-API-KEY, then cookie, then Authorization; the first that is present decides.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  assertSaid,
  newcomer,
  type PortainerKey,
  type PortainerSession,
  portainerBase,
  portainerKey,
  semaphoreToken,
  signInPortainer,
  signInSemaphore,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const twoPeople = 'Two live credentials of different people'
let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let mine: PortainerSession
let key: PortainerKey
let theirs: PortainerSession
let theirKey: PortainerKey

before(async () => {
  house = await openTestHouse()
  person = await newcomer(house)
  const other = await newcomer(house)
  mine = await signInPortainer(house.app, person.username)
  key = await portainerKey(house.app, mine.jwt, person.id)
  theirs = await signInPortainer(house.app, other.username)
  theirKey = await portainerKey(house.app, theirs.jwt, other.id)
})
after(() => house.close())

const ask = (headers: object) => house.app.inject({ url: `${portainerBase}/users/me`, headers: { ...headers } })
const status = async (headers: object) => (await ask(headers)).statusCode
const refused = async (headers: object) => assertSaid(await ask(headers), 401, 'Invalid JWT token', 'Unauthorized')

describe('Authorization', () => {
  it('is a JWT with or without `Bearer `, a prefix in exactly this case', async () => {
    const { jwt } = mine
    for (const authorization of [jwt, `Bearer ${jwt}`, `Bearer   ${jwt}`, ` ${jwt} `]) {
      assert.equal(await status({ authorization }), 200)
    }
    for (const authorization of [`bearer ${jwt}`, `BEARER ${jwt}`, `Token ${jwt}`, 'Bearer', `Bearer Bearer ${jwt}`]) {
      await refused({ authorization })
    }
  })

  it('is no place for an API key, a cookie’s value or a Semaphore token', async () => {
    const cookie = await signInSemaphore(house.app, person.username)
    const token = await semaphoreToken(house.app, cookie)
    for (const foreign of [key.raw, mine.cookie.split(/[=;]/)[1], token, cookie.split(/[=;]/)[1]]) {
      await refused({ authorization: foreign })
      await refused({ authorization: `Bearer ${foreign}` })
    }
  })
})

describe('X-API-KEY', () => {
  it('is a key in its own case', async () => {
    assert.equal(await status({ 'X-API-KEY': key.raw }), 200)
    for (const wrong of [key.raw.toLowerCase(), key.raw.slice(0, -1), `Bearer ${key.raw}`, key.raw.slice(4)]) {
      await refused({ 'x-api-key': wrong })
    }
  })

  it('is no place for a JWT by itself, a cookie’s value or a Semaphore token', async () => {
    const token = await semaphoreToken(house.app, await signInSemaphore(house.app, person.username))
    for (const foreign of [mine.jwt, mine.cookie.split(/[=;]/)[1], token]) await refused({ 'x-api-key': foreign })
  })
})

describe('Cookie', () => {
  it('is found among others, pasted with its attributes, and behind a planted one', async () => {
    const pair = mine.cookie.split(';')[0]
    for (const cookie of [mine.cookie, pair, `a=b; ${pair}; c=d`, `portainer_api_key=planted; ${pair}`]) {
      assert.equal(await status({ cookie }), 200)
    }
  })

  it('is no place for a JWT or an API key', async () => {
    for (const value of [mine.jwt, key.raw]) await refused({ cookie: `portainer_api_key=${value}` })
  })
})

describe('two credentials in one request', () => {
  it('are one person’s: no refusal', async () => {
    const { jwt, cookie } = mine
    assert.equal(await status({ authorization: jwt, 'x-api-key': key.raw }), 200)
    assert.equal(await status({ authorization: jwt, cookie }), 200)
    assert.equal(await status({ authorization: jwt, cookie, 'x-api-key': key.raw }), 200)
  })

  it('are the same bytes in both headers: one credential', async () => {
    assert.equal(await status({ authorization: mine.jwt, 'x-api-key': mine.jwt }), 200)
    assert.equal(await status({ authorization: `Bearer ${mine.jwt}`, 'x-api-key': mine.jwt }), 200)
    assert.equal(await status({ authorization: key.raw, 'x-api-key': key.raw }), 200)
  })

  it('are decided by the first that is present: a dead one is 401 whatever follows', async () => {
    const { jwt, cookie } = mine
    await refused({ 'x-api-key': 'ptr_dead', cookie, authorization: jwt })
    await refused({ cookie: 'portainer_api_key=dead', authorization: jwt })
    assert.equal(await status({ 'x-api-key': key.raw, cookie: 'portainer_api_key=dead', authorization: 'dead' }), 200)
    assert.equal(await status({ cookie, authorization: 'dead' }), 200)
  })

  it('are refused with 400 when both live and belong to different people', async () => {
    for (const headers of [
      { authorization: mine.jwt, cookie: theirs.cookie },
      { authorization: mine.jwt, 'x-api-key': theirKey.raw },
      { cookie: mine.cookie, 'x-api-key': theirKey.raw },
      { cookie: `${mine.cookie.split(';')[0]}; ${theirs.cookie}` },
    ]) {
      assertSaid(await ask(headers), 400, 'Invalid request', twoPeople)
    }
  })
})

describe('a cookie jar', () => {
  it('may write without X-CSRF-Token, which is asked of nobody', async () => {
    const url = `${portainerBase}/users/${person.id}/tokens/999999`
    const answer = await house.app.inject({ method: 'DELETE', url, headers: { cookie: mine.cookie } })
    assert.equal(answer.statusCode, 404)
  })
})
