// GET and POST /auth/login (seeds 001 and 002, contract 5.4 and 5.5): what a sign-in hands out, and the metadata
// a client reads before it. The refusals are in auth-login-refusals.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  assertCommon,
  newcomer,
  onlyCookie,
  password,
  semaphoreBase,
  setCookies,
  signInSemaphore,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${semaphoreBase}/auth/login`
let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const login = (payload: object, headers = {}) => house.app.inject({ method: 'POST', url, headers, payload })
const userStatus = async (cookie: string) =>
  (await house.app.inject({ url: `${semaphoreBase}/user`, headers: { cookie } })).statusCode

describe('GET /auth/login', () => {
  it('tells anybody that there is a password form and no provider', async () => {
    const answer = await house.app.inject({ url })
    assertCommon(answer)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(answer.body, '{"oidc_providers":[],"login_with_password":true}')
    assert.deepEqual(setCookies(answer), [])
  })

  it('says the same with a trailing slash, and to a dead cookie', async () => {
    const answers = [
      await house.app.inject({ url: `${url}/` }),
      await house.app.inject({ url, headers: { cookie: 'semaphore=dead' } }),
    ]
    for (const { statusCode, body } of answers) {
      assert.equal(statusCode, 200)
      assert.equal(body, '{"oidc_providers":[],"login_with_password":true}')
    }
  })

  it('answers HEAD without a body', async () => {
    const answer = await house.app.inject({ method: 'HEAD', url })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, '')
  })
})

describe('POST /auth/login', () => {
  it('is 204 without a body and with exactly one cookie, until the browser closes', async () => {
    const person = await newcomer(house)
    const answer = await login({ auth: person.username, password })
    assertCommon(answer)
    assert.equal(answer.statusCode, 204)
    assert.equal(answer.body, '')
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.match(onlyCookie(answer), /^semaphore=[\w-]{43}; Path=\/semaphore; HttpOnly; SameSite=Lax$/)
  })

  it('hands out a cookie whose whole Set-Cookie line works as Cookie', async () => {
    const person = await newcomer(house)
    const line = await signInSemaphore(house.app, person.username)
    assert.equal(await userStatus(line), 200)
    assert.equal(await userStatus(line.split(';')[0] ?? ''), 200)
    assert.equal(await userStatus(`other=1; ${line}`), 200)
  })

  it('takes the user name and the e-mail address, in any case', async () => {
    const person = await newcomer(house, 'Mixed')
    for (const auth of [person.username, person.username.toUpperCase(), `${person.username}@EXAMPLE.org`]) {
      assert.equal((await login({ auth, password })).statusCode, 204)
    }
  })

  it('ignores members it does not know', async () => {
    const person = await newcomer(house)
    const answer = await login({ password, method: 'password', provider: 'ldap', auth: person.username, remember: [1] })
    assert.equal(answer.statusCode, 204)
  })

  it('takes JSON with a UTF-8 charset, and a trailing slash', async () => {
    const person = await newcomer(house)
    const answer = await house.app.inject({
      method: 'POST',
      url: `${url}/`,
      headers: { 'content-type': 'Application/JSON; charset="UTF-8"' },
      payload: JSON.stringify({ auth: person.username, password }),
    })
    assert.equal(answer.statusCode, 204)
  })

  it('opens another session each time, and both live', async () => {
    const person = await newcomer(house)
    const one = await signInSemaphore(house.app, person.username)
    const two = await signInSemaphore(house.app, person.username)
    assert.notEqual(one, two)
    assert.deepEqual([await userStatus(one), await userStatus(two)], [200, 200])
  })

  it('ends the session whose cookie came along, whoever it belonged to', async () => {
    const [person, other] = [await newcomer(house), await newcomer(house)]
    const old = await signInSemaphore(house.app, other.username)
    const answer = await login({ auth: person.username, password }, { cookie: old })
    assert.deepEqual([await userStatus(onlyCookie(answer)), await userStatus(old)], [200, 401])
  })

  it('leaves the session alone whose cookie came along when the sign-in is refused', async () => {
    const person = await newcomer(house)
    const old = await signInSemaphore(house.app, person.username)
    const answer = await login({ auth: person.username, password: 'another' }, { cookie: old })
    assert.deepEqual([answer.statusCode, await userStatus(old)], [401, 200])
  })

  it('takes no part of a request id from the caller', async () => {
    const person = await newcomer(house)
    const answer = await login({ auth: person.username, password }, { 'x-request-id': 'mine', 'request-id': 'mine' })
    assertCommon(answer)
    assert.notEqual(answer.headers['x-request-id'], 'mine')
  })
})
