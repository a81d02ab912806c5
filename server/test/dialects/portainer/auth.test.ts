// POST /auth (seed 000, contract 3.5, traps 1 and 13): a JWT in the body and a cookie with a value of its own, both
// of one session. Member names are read in any case. The refusals are in auth-refusals.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, newcomer, onlyCookie, password, portainerBase, signInPortainer } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${portainerBase}/auth`
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const auth = (payload: object, headers = {}) => house.app.inject({ method: 'POST', url, headers, payload })
const meStatus = async (headers: Record<string, string>) =>
  (await house.app.inject({ url: `${portainerBase}/users/me`, headers })).statusCode

describe('POST /auth', () => {
  it('is 200 with the JWT alone in the body, exactly as JSON, and exactly one cookie', async () => {
    const person = await newcomer(house)
    const answer = await auth({ username: person.username, password })
    assertCommon(answer)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json')
    const body = answer.json<Record<string, string>>()
    assert.deepEqual(Object.keys(body), ['jwt'])
    assert.match(body['jwt'] ?? '', /^[\w-]+\.[\w-]+\.[\w-]+$/)
    assert.match(
      onlyCookie(answer),
      /^portainer_api_key=[\w-]{43}; Path=\/portainer; Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT; HttpOnly; SameSite=Strict$/,
    )
  })

  it('gives the cookie the life of the JWT: 8 hours', async () => {
    const person = await newcomer(house)
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as {
      iat: number
      exp: number
    }
    assert.equal(claims.exp - claims.iat, 28_800)
    const expires = /Expires=([^;]+)/.exec(cookie)?.[1] ?? ''
    assert.equal(Date.parse(expires) / 1000, claims.exp)
  })

  it('hands out a cookie that is not the JWT again', async () => {
    const person = await newcomer(house)
    const { jwt, cookie } = await signInPortainer(house.app, person.username)
    const value = cookie.split(/[=;]/)[1] ?? ''
    assert.ok(!jwt.includes(value))
    assert.deepEqual(
      [await meStatus({ authorization: value }), await meStatus({ cookie: `portainer_api_key=${jwt}` })],
      [401, 401],
    )
    assert.deepEqual([await meStatus({ authorization: jwt }), await meStatus({ cookie })], [200, 200])
  })

  it('reads member names in any case', async () => {
    const { username } = await newcomer(house)
    for (const body of [
      { Username: username, Password: password },
      { USERNAME: username, PASSWORD: password },
      { uSERNAME: username, password },
      { password, username, Unknown: { nested: ['kept'] } },
    ]) {
      assert.equal((await auth(body)).statusCode, 200)
    }
  })

  it('takes the user name in any case, and the e-mail address', async () => {
    const { username } = await newcomer(house, 'Mixed')
    for (const name of [username.toUpperCase(), username.toLowerCase(), `${username}@example.org`]) {
      assert.equal((await auth({ username: name, password })).statusCode, 200)
    }
  })

  it('opens another session each time', async () => {
    const { username } = await newcomer(house)
    const [one, two] = [await signInPortainer(house.app, username), await signInPortainer(house.app, username)]
    assert.notEqual(one.jwt, two.jwt)
    assert.deepEqual(
      [await meStatus({ authorization: one.jwt }), await meStatus({ authorization: two.jwt })],
      [200, 200],
    )
  })

  it('ends the session whose cookie came along, its JWT too', async () => {
    const { username } = await newcomer(house)
    const old = await signInPortainer(house.app, username)
    assert.equal((await auth({ username, password }, { cookie: old.cookie })).statusCode, 200)
    assert.deepEqual([await meStatus({ cookie: old.cookie }), await meStatus({ authorization: old.jwt })], [401, 401])
  })

  it('minds no dead credential that a configured client sends along', async () => {
    const { username } = await newcomer(house)
    const answer = await auth({ username, password }, { authorization: 'dead', 'x-api-key': 'dead' })
    assert.equal(answer.statusCode, 200)
  })

  it('sends no X-CSRF-Token and no further cookie', async () => {
    const { username } = await newcomer(house)
    const answer = await auth({ username, password })
    assert.equal(answer.headers['x-csrf-token'], undefined)
    onlyCookie(answer)
  })
})
