// POST /login (seed 004, contract 3.2): 200 with the three members that the SDK requires, and nothing but the body: no
// cookie, no charset. The refusals are in login-refusals.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newcomer, password } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { assertPlain, base, bearer, memberAs, meStatus, signIn } from './kit.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const login = (payload: object, headers = {}) =>
  house.app.inject({ method: 'POST', url: `${base}/login`, headers, payload })

describe('POST /login', () => {
  it('is 200 with a JWT, the word Bearer and whole seconds, and no cookie', async () => {
    const { username } = await newcomer(house)
    const answer = await login({ username, password })
    assertPlain(answer)
    assert.equal(answer.statusCode, 200)
    const { access_token: token, ...rest } = answer.json<Record<string, unknown>>()
    assert.match(String(token), /^[\w-]+\.[\w-]+\.[\w-]+$/)
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 86_400 })
    assert.match(answer.body, /"token_type":"Bearer","expires_in":86400\}$/)
  })

  it('says as many seconds as the settings let a session live', async () => {
    const short = await openTestHouse({ GATEHOUSE_EXTREMECLOUDIQ_SESSION_LIFE: '90m' })
    try {
      const { username } = await newcomer(short)
      const answer = await short.app.inject({
        method: 'POST',
        url: `${base}/login`,
        payload: { username, password },
      })
      assert.equal(answer.json<{ expires_in: number }>().expires_in, 5400)
    } finally {
      await short.close()
    }
  })

  it('ignores members it does not know, and what rate_limit asks for', async () => {
    const { username } = await newcomer(house)
    for (const more of [{ rate_limit: { hour: 100, second: 5 } }, { rate_limit: 'x', Username: 1, nested: [{}] }]) {
      assert.equal((await login({ username, password, ...more })).statusCode, 200)
    }
  })

  it('takes the login name in any case, and the e-mail address', async () => {
    const { username } = await newcomer(house, 'Mixed')
    for (const name of [username.toUpperCase(), username.toLowerCase(), `${username}@example.org`]) {
      assert.equal((await login({ username: name, password })).statusCode, 200)
    }
  })

  it('opens another session each time and ends none, whatever token came along', async () => {
    const { username } = await newcomer(house)
    const first = await signIn(house.app, username)
    const answer = await login({ username, password }, bearer(first))
    const second = answer.json<{ access_token: string }>().access_token
    assert.notEqual(first, second)
    assert.deepEqual([await meStatus(house.app, bearer(first)), await meStatus(house.app, bearer(second))], [200, 200])
    assert.equal((await login({ username, password }, bearer('dead'))).statusCode, 200)
  })

  it('signs in here the people of an account that another region serves', async () => {
    const { person } = await memberAs(house, 'member', { region: 'eu-west' })
    const answer = await login({ username: person.username, password })
    assert.deepEqual([answer.statusCode, answer.headers['location']], [200, undefined])
    assert.equal(await meStatus(house.app, bearer(answer.json<{ access_token: string }>().access_token)), 200)
  })

  it('hands out a token that is good at this door only', async () => {
    const token = await signIn(house.app, (await newcomer(house)).username)
    for (const [url, headers] of [
      ['/portainer/api/users/me', bearer(token)],
      ['/portainer/api/users/me', { authorization: token }],
      ['/portainer/api/users/me', { 'x-api-key': token }],
      ['/semaphore/api/user', bearer(token)],
    ] as const) {
      assert.equal((await house.app.inject({ url, headers })).statusCode, 401)
    }
  })
})
