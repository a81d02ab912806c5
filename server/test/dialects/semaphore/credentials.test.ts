// Where a Semaphore client puts its credential (contract 5.3, traps 4 to 6; model.md "Doors on the wire"): bearer
// decides; an Authorization without that word is tried and then the cookie decides; of several cookies the last.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  assertEmpty,
  newcomer,
  portainerKey,
  semaphoreBase,
  semaphoreToken,
  signInPortainer,
  signInSemaphore,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let cookie: string
let token: string
let otherCookie: string
let otherToken: string

before(async () => {
  house = await openTestHouse()
  person = await newcomer(house)
  const other = await newcomer(house)
  cookie = await signInSemaphore(house.app, person.username)
  token = await semaphoreToken(house.app, cookie)
  otherCookie = await signInSemaphore(house.app, other.username)
  otherToken = await semaphoreToken(house.app, otherCookie)
})
after(() => house.close())

const ask = (headers: object) => house.app.inject({ url: `${semaphoreBase}/user`, headers: { ...headers } })
/** Status, and whether it is this person. */
async function who(headers: object): Promise<string> {
  const answer = await ask(headers)
  if (answer.statusCode !== 200) return String(answer.statusCode)
  return answer.json<{ id: number }>().id === person.id ? 'person' : 'other'
}

describe('Authorization with the word bearer', () => {
  it('is a token in any case of word and token', async () => {
    for (const authorization of [
      `Bearer ${token}`,
      `bearer ${token}`,
      `BEARER ${token.toUpperCase()}`,
      `Bearer  ${token}`,
      `bearer${token}`,
    ]) {
      assert.equal(await who({ authorization }), 'person', authorization)
    }
  })

  it('is 401 when the token is dead, even beside a live cookie', async () => {
    for (const authorization of [
      'Bearer dead',
      'Bearer',
      'bearer ',
      `Bearer ${token.slice(0, 8)}`,
      `Bearer ${token}x`,
    ]) {
      assertEmpty(await ask({ authorization, cookie }), 401)
    }
  })

  it('is 401 for a cookie’s value and for tokens of another dialect', async () => {
    const { jwt, cookie: portainerCookie } = await signInPortainer(house.app, person.username)
    const key = await portainerKey(house.app, jwt, person.id)
    const value = cookie.split(/[=;]/)[1]
    for (const foreign of [value, jwt, key.raw, portainerCookie.split(/[=;]/)[1]]) {
      assertEmpty(await ask({ authorization: `Bearer ${foreign}` }), 401)
    }
  })
})

describe('Authorization without the word bearer', () => {
  it('is a token by itself, in any case', async () => {
    for (const authorization of [token, token.toUpperCase(), ` ${token} `]) {
      assert.equal(await who({ authorization }), 'person')
    }
  })

  it('is 401 when it is no token and no cookie came', async () => {
    for (const authorization of ['dead', 'Basic YTpi', token.slice(0, 8)])
      assertEmpty(await ask({ authorization }), 401)
  })

  it('leaves the decision to the cookie when it is no token', async () => {
    for (const authorization of ['dead', 'Basic YTpi', ' '])
      assert.equal(await who({ authorization, cookie }), 'person')
    assertEmpty(await ask({ authorization: 'dead', cookie: 'semaphore=dead' }), 401)
  })

  it('decides when it is a live token, whatever the cookie', async () => {
    assert.equal(await who({ authorization: token, cookie: 'semaphore=dead' }), 'person')
  })
})

describe('Cookie', () => {
  it('is found among others, and in a pasted Set-Cookie line with its attributes', async () => {
    const pair = cookie.split(';')[0]
    for (const sent of [cookie, pair, `a=b; ${pair}; c=d`, `a=b;${pair};c=d`, `a=b; ${cookie}`]) {
      assert.equal(await who({ cookie: sent }), 'person')
    }
  })

  it('is nothing else than a cookie’s value, in its own case', async () => {
    const value = cookie.split(/[=;]/)[1] ?? ''
    const flipped = value.replace(/[a-z]/, (letter) => letter.toUpperCase())
    const wrong = [`semaphore=${token}`, `semaphore="${value}"`, `Semaphore=${value}`, `semaphore=${flipped}`, value]
    for (const sent of wrong) assertEmpty(await ask({ cookie: sent }), 401)
  })

  it('may be planted in front of the right one', async () => {
    const pair = cookie.split(';')[0]
    assert.equal(await who({ cookie: `semaphore=planted; ${pair}` }), 'person')
    assert.equal(await who({ cookie: `semaphore=planted; semaphore=; ${pair}` }), 'person')
  })

  it('is 401 when malformed or oversized, never a pass', async () => {
    for (const sent of ['semaphore', 'semaphore=%zz', `semaphore=${'x'.repeat(5000)}`, ';;;', '=', 'semaphore=\t']) {
      assertEmpty(await ask({ cookie: sent }), 401)
    }
  })
})

describe('two credentials in one request', () => {
  it('are one person’s token and cookie: the token decides', async () => {
    assert.equal(await who({ authorization: `Bearer ${token}`, cookie }), 'person')
    assert.equal(await who({ authorization: token, cookie }), 'person')
  })

  it('are refused with 400 and nothing said when both live and belong to different people', async () => {
    assertEmpty(await ask({ authorization: `Bearer ${token}`, cookie: otherCookie }), 400)
    assertEmpty(await ask({ authorization: otherToken, cookie }), 400)
    assertEmpty(await ask({ cookie: `${cookie.split(';')[0]}; ${otherCookie}` }), 400)
  })

  it('are not refused when only one of them lives', async () => {
    sql(house, `update tokens set expires_at = 1 where person_id <> ${person.id} and kind = 'cookie'`)
    assert.equal(await who({ authorization: `Bearer ${token}`, cookie: otherCookie }), 'person')
    sql(house, `update tokens set expires_at = 1 where person_id <> ${person.id} and kind = 'api'`)
    assert.equal(await who({ authorization: otherToken, cookie }), 'person')
    assertEmpty(await ask({ authorization: `Bearer ${otherToken}`, cookie }), 401)
  })
})
