// POST /oauth/revoke (RFC 7009): 200 whatever the token was; what is the caller's own is dead with the answer, with its
// session or with what it minted; another person's lives on.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import {
  addAccount,
  ask,
  assertProblem,
  bearer,
  type Headers,
  makeApiToken,
  ownPage,
  sessionUrl,
  signInApi,
  signInByCookie,
} from '../../_kit/api.ts'
import { eventsDuring } from '../../_kit/attack-doors.ts'
import {
  type Answer,
  assertCommon,
  newcomer,
  password,
  portainerBase,
  semaphoreBase,
  semaphoreToken,
  signInPortainer,
  signInSemaphore,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>
let access: string

before(async () => {
  house = await openTestHouse()
})
beforeEach(async () => {
  person = await newcomer(house)
  access = await signInApi(house.app, person.username)
})
after(() => house.close())

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const revoke = (token: string, headers: Headers = bearer(access), more = {}): Promise<Answer> =>
  ask(house.app, 'POST', '/oauth/revoke', { ...form, ...headers }, new URLSearchParams({ token, ...more }).toString())
const status = async (url: string, headers: Headers): Promise<number> =>
  (await ask(house.app, 'GET', url, headers)).statusCode
const valueIn = (cookie: string): string => cookie.split(/[=;]/)[1] ?? ''

async function assertRevokes(
  token: string,
  event: string | undefined,
  headers?: Headers,
  more?: object,
): Promise<void> {
  const { answer, events } = await eventsDuring(house, () => revoke(token, headers, more))
  assertCommon(answer)
  assert.deepEqual([answer.statusCode, answer.body, answer.headers['content-type']], [200, '', undefined])
  assert.deepEqual(events, event === undefined ? [] : [event])
}

describe('POST /oauth/revoke', () => {
  it('ends an API token of any door, once, with one audit row', async () => {
    const cookie = await signInSemaphore(house.app, person.username)
    const made = await makeApiToken(house.app, access)
    const semaphore = await semaphoreToken(house.app, cookie)
    const tokens = [
      [made.secret, made.secret, sessionUrl],
      [semaphore, semaphore.toUpperCase(), `${semaphoreBase}/user`],
    ] as const
    for (const [token, presented, who] of tokens) {
      assert.equal(await status(who, bearer(token)), 200)
      await assertRevokes(presented, 'token.api.revoked')
      assert.equal(await status(who, bearer(token)), 401)
      await assertRevokes(token, undefined)
    }
    assert.equal(await status(`${semaphoreBase}/user`, { cookie }), 200, 'the session that made it lives on')
  })

  it('takes with an API token what it minted', async () => {
    const parent = await semaphoreToken(house.app, await signInSemaphore(house.app, person.username))
    const made = await ask(house.app, 'POST', `${semaphoreBase}/user/tokens`, bearer(parent), {})
    const child = made.json<{ id: string }>().id
    await assertRevokes(parent, 'token.api.revoked')
    assert.equal(await status(`${semaphoreBase}/user`, bearer(child)), 401)
  })

  it('ends the session of a cookie, an access token or a JWT, with all the session handed out', async () => {
    const portainer = await signInPortainer(house.app, person.username)
    await assertRevokes(portainer.jwt, 'session.revoked')
    assert.equal(await status(`${portainerBase}/users/me`, { cookie: portainer.cookie }), 401)
    const semaphore = await signInSemaphore(house.app, person.username)
    await assertRevokes(valueIn(semaphore), 'session.revoked', bearer(access), { token_type_hint: 'refresh_token' })
    assert.equal(await status(`${semaphoreBase}/user`, { cookie: semaphore }), 401)
    const other = await signInApi(house.app, person.username)
    await assertRevokes(other, 'session.revoked')
    assert.deepEqual([await status(sessionUrl, bearer(other)), await status(sessionUrl, bearer(access))], [401, 200])
  })

  it('ends the present session when its own token is the one', async () => {
    await assertRevokes(access, 'session.revoked')
    assert.equal(await status(sessionUrl, bearer(access)), 401)
  })

  it('is 200 for another person’s token, which lives on, exactly as for an unknown one', async () => {
    const stranger = await newcomer(house)
    const theirs = await signInApi(house.app, stranger.username)
    const { secret } = await makeApiToken(house.app, theirs)
    const cookie = await signInByCookie(house.app, stranger.username)
    for (const token of [theirs, secret, valueIn(cookie), 'unknown', 'x'.repeat(60_000)]) {
      await assertRevokes(token, undefined)
    }
    for (const headers of [bearer(theirs), bearer(secret), { cookie }]) {
      assert.equal(await status(sessionUrl, headers), 200)
    }
  })

  it('is 200 for an operator and somebody else’s token too, which lives on: administration has its own routes', async () => {
    const operator = await signInApi(house.app, (await newcomer(house, 'operator', true)).username)
    await assertRevokes(access, undefined, bearer(operator))
    assert.equal(await status(sessionUrl, bearer(access)), 200)
  })

  it('ends for good what only sleeps: it does not wake with its account', async () => {
    const id = addAccount(house, 'sleeping', person)
    const wish = { username: person.username, password, account: 'sleeping' }
    const { accessToken } = (await ask(house.app, 'POST', sessionUrl, {}, wish)).json<{ accessToken: string }>()
    const { secret } = await makeApiToken(house.app, accessToken)
    sql(house, `update accounts set is_active = 0 where uuid = '${id}'`)
    await assertRevokes(accessToken, 'session.revoked')
    await assertRevokes(secret, 'token.api.revoked')
    sql(house, `update accounts set is_active = 1 where uuid = '${id}'`)
    assert.deepEqual(
      [await status(sessionUrl, bearer(accessToken)), await status(sessionUrl, bearer(secret))],
      [401, 401],
    )
  })

  it('is by JSON too, by API token of scope default, and by cookie from our own pages', async () => {
    const { secret } = await makeApiToken(house.app, access)
    const cookie = await signInByCookie(house.app, person.username)
    for (const headers of [bearer(secret), { cookie, ...ownPage }]) {
      const other = await signInApi(house.app, person.username)
      const answer = await ask(house.app, 'POST', '/oauth/revoke', headers, { token: other })
      assert.equal(answer.statusCode, 200)
      assert.equal(await status(sessionUrl, bearer(other)), 401)
    }
  })

  it('is 401 for nobody, 403 for scope read, 422 without a token; then the token lives', async () => {
    const { secret } = await makeApiToken(house.app, access, { scope: 'read' })
    assertProblem(await revoke(access, {}), 401, 'not-signed-in')
    assertProblem(await revoke(access, bearer('dead')), 401, 'not-signed-in')
    assertProblem(await revoke(access, bearer(secret)), 403, 'not-allowed')
    assertProblem(await revoke('no token at all', bearer(secret)), 403, 'not-allowed')
    assertProblem(await revoke(''), 422, 'field-missing', { field: 'token' })
    assert.equal(await status(sessionUrl, bearer(access)), 200)
  })

  it('ends the token that asks, whatever its scope, and nothing else', async () => {
    const operator = await signInApi(house.app, (await newcomer(house, 'operator', true)).username)
    for (const scope of ['read', 'introspect']) {
      const { secret } = await makeApiToken(house.app, operator, { scope })
      const other = (await makeApiToken(house.app, operator, { scope })).secret
      assertProblem(await revoke(other, bearer(secret)), 403, 'not-allowed')
      await assertRevokes(secret, 'token.api.revoked', bearer(secret))
      assertProblem(await revoke(secret, bearer(secret)), 401, 'not-signed-in')
      await assertRevokes(other, 'token.api.revoked', bearer(other))
    }
  })
})
