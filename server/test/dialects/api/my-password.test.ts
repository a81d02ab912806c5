// PUT /api/v1/me/password: shows the present password, sets the next. Every other session ends, the present one goes on
// with a new token and the old one is dead; API tokens live on (ASVS 6.2.3, 7.2.4, 7.4.3).
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import {
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
  newcomer,
  onlyCookie,
  password,
  prolongWaits,
  semaphoreBase,
  setCookies,
  signInSemaphore,
  sql,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/api/v1/me/password'
const next = 'other words in a line'
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

const change = (payload: object, headers: Headers = bearer(access)): Promise<Answer> =>
  ask(house.app, 'PUT', url, headers, payload)
const right = { current: password, next }
const who = async (headers: Headers): Promise<number> => (await ask(house.app, 'GET', sessionUrl, headers)).statusCode
const signIn = async (secret: string): Promise<number> =>
  (await ask(house.app, 'POST', sessionUrl, {}, { username: person.username, password: secret })).statusCode

describe('PUT /api/v1/me/password', () => {
  it('is 200 with a new token of the same session, and one audit row; the old token is dead', async () => {
    const before = (await ask(house.app, 'GET', '/api/v1/me/sessions', bearer(access))).json<{
      items: { id: number }[]
    }>()
    const { answer, events } = await eventsDuring(house, () => change(right))
    assert.deepEqual([answer.statusCode, setCookies(answer), events], [200, [], ['password.changed']])
    const { accessToken, ...rest } = answer.json<{ accessToken: string }>()
    assert.deepEqual(rest, {})
    assert.match(accessToken, /^gths_[\w-]{51}$/)
    assert.deepEqual([await who(bearer(access)), await who(bearer(accessToken))], [401, 200])
    const after = (await ask(house.app, 'GET', '/api/v1/me/sessions', bearer(accessToken))).json<typeof before>()
    assert.deepEqual(
      after.items.map(({ id }) => id),
      before.items.map(({ id }) => id),
    )
  })

  it('by cookie gives a new cookie and no token', async () => {
    const cookie = await signInByCookie(house.app, person.username)
    const answer = await change(right, { cookie, ...ownPage })
    assert.deepEqual([answer.statusCode, answer.body], [200, '{}'])
    assert.match(onlyCookie(answer), /^gatehouse=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    assert.deepEqual([await who({ cookie }), await who({ cookie: onlyCookie(answer) })], [401, 200])
  })

  it('lets the next password sign in at every door, and the old one no more', async () => {
    assert.equal((await change(right)).statusCode, 200)
    assert.deepEqual([await signIn(next), await signIn(password)], [201, 401])
    const atSemaphore = (secret: string) =>
      ask(house.app, 'POST', `${semaphoreBase}/auth/login`, {}, { auth: person.username, password: secret })
    assert.deepEqual([(await atSemaphore(next)).statusCode, (await atSemaphore(password)).statusCode], [204, 401])
  })

  it('ends the person’s other sessions at every door, sleeping ones too, and nobody else’s', async () => {
    const other = await signInApi(house.app, person.username)
    const cookie = await signInSemaphore(house.app, person.username)
    const stranger = await signInApi(house.app, (await newcomer(house)).username)
    assert.equal((await change(right)).statusCode, 200)
    assert.deepEqual([await who(bearer(other)), await who(bearer(stranger))], [401, 200])
    assert.equal((await ask(house.app, 'GET', `${semaphoreBase}/user`, { cookie })).statusCode, 401)
    const live = sql(house, `select id from sessions where person_id = ${person.id} and ended_at is null`)
    assert.equal(live.length, 1)
  })

  it('leaves API tokens alive', async () => {
    const { secret } = await makeApiToken(house.app, access)
    assert.equal((await change(right)).statusCode, 200)
    assert.equal(await who(bearer(secret)), 200)
  })

  it('keeps the session’s own end: changing the password prolongs nothing', async () => {
    const endOf = () => sql(house, `select ends_at, opened_at from sessions where person_id = ${person.id}`)
    const before = endOf()
    const { accessToken } = (await change(right)).json<{ accessToken: string }>()
    assert.deepEqual(endOf(), before)
    const [row] = sql(house, `select max(expires_at) as at from tokens where person_id = ${person.id}`)
    assert.equal(row?.['at'], before[0]?.['ends_at'])
    assert.equal(await who(bearer(accessToken)), 200)
  })
})

describe('PUT /api/v1/me/password, refused', () => {
  it('is 403 for a wrong current password, counted like a sign-in and changing nothing', async () => {
    const { answer, events } = await eventsDuring(house, () => change({ current: 'wrong', next }))
    assertProblem(answer, 403, 'current-password')
    assert.deepEqual(events, ['auth.login.failure'])
    assert.deepEqual([await signIn(next), await signIn(password), await who(bearer(access))], [401, 201, 200])
  })

  it('is 429 after five wrong ones, the right one then too, and so is a sign-in: one counter', async () => {
    for (let failed = 0; failed < 5; failed += 1) {
      assertProblem(await change({ current: 'wrong', next }), 403, 'current-password')
    }
    prolongWaits(house)
    const answer = await change(right)
    assertProblem(answer, 429, 'throttled')
    assert.match(String(answer.headers['retry-after']), /^\d+$/)
    assert.equal(await signIn(password), 429)
    assert.equal(await who(bearer(access)), 200, 'the session is not what is throttled')
  })

  it('is 422 for a next password against the policy, saying why, and changes nothing', async () => {
    for (const refused of ['short', 'fourteen chars', `${person.username} and more words`, 'passwordpassword']) {
      const answer = await change({ current: password, next: refused })
      assertProblem(answer, 422, 'password-refused', { field: 'next' })
      assert.ok((answer.json<{ detail: string }>().detail ?? '').length > 10)
    }
    assert.deepEqual([await signIn(password), await who(bearer(access))], [201, 200])
    assert.equal((await change(right)).statusCode, 200)
  })

  it('is 422 without a field or with an empty one, and 400 for another type', async () => {
    assertProblem(await change({ next }), 422, 'field-missing', { field: 'current' })
    assertProblem(await change({ current: password }), 422, 'field-missing', { field: 'next' })
    assertProblem(await change({ current: '', next }), 422, 'field-missing', { field: 'current' })
    assertProblem(await change({ current: password, next: [next] }), 400, 'malformed', { field: 'next' })
  })

  it('is 401 without a live credential, before the body is read, and 403 for an API token of any scope', async () => {
    for (const headers of [{}, bearer('dead')]) assertProblem(await change({}, headers), 401, 'not-signed-in')
    for (const scope of ['default', 'read']) {
      const { secret } = await makeApiToken(house.app, access, { scope })
      assertProblem(await change(right, bearer(secret)), 403, 'not-allowed')
    }
    assert.equal(await signIn(password), 201)
  })

  it('takes nothing but the password from the body: no other person, no rights', async () => {
    const stranger = await newcomer(house)
    const more = { username: stranger.username, id: stranger.uuid, personId: stranger.id, isOperator: true }
    assert.equal((await change({ ...right, ...more })).statusCode, 200)
    const [row] = sql(house, `select is_operator from persons where id = ${person.id}`)
    assert.equal(row?.['is_operator'], 0)
    const theirs = { username: stranger.username, password }
    assert.equal((await ask(house.app, 'POST', sessionUrl, {}, theirs)).statusCode, 201)
  })
})

describe('PUT /api/v1/me/password, many at once', () => {
  it('makes one of the changes: whose caller got a live token, that password signs in', async () => {
    const wishes = Array.from({ length: 6 }, (_, at) => `${next} number ${at}`)
    const answers = await Promise.all(wishes.map((wish) => change({ current: password, next: wish })))
    const made = answers.flatMap((answer, at) => (answer.statusCode === 200 ? [at] : []))
    assert.equal(made.length, 1, answers.map(({ statusCode }) => statusCode).join(' '))
    for (const answer of answers) assert.ok([200, 401, 403].includes(answer.statusCode))
    const [at = 0] = made
    const { accessToken } = answers[at]?.json<{ accessToken: string }>() ?? { accessToken: '' }
    assert.equal(await who(bearer(accessToken)), 200)
    sql(house, 'delete from throttle')
    assert.equal(await signIn(wishes[at] ?? ''), 201)
  })

  it('from two sessions leaves one of them', async () => {
    const other = await signInApi(house.app, person.username)
    const answers = await Promise.all([
      change(right),
      change({ current: password, next: `${next} again` }, bearer(other)),
    ])
    const statuses = answers.map(({ statusCode }) => statusCode)
    assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join(' '))
    assert.deepEqual([await who(bearer(access)), await who(bearer(other))], [401, 401])
  })
})
