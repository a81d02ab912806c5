// /api/v1/people/{person}/sessions, /tokens and /login-tokens: what acts for somebody, seen, made and ended by operators.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { ageSessions, assertOneRow, type Caller, callerFor, callerWith, everyPage } from '../../_kit/administration.ts'
import {
  ask,
  assertProblem,
  bearer,
  introspect,
  type Json,
  makeApiToken,
  sessionUrl,
  signInApi,
} from '../../_kit/api.ts'
import { newcomer, signInSemaphore } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse
let operator: Caller
before(async () => {
  house = await openTestHouse()
  operator = await callerFor(house, true)
})
after(() => house.close())

const urlOf = (person: { readonly uuid: string }) => `/api/v1/people/${person.uuid}`
const statusOf = async (token: string) => (await ask(house.app, 'GET', sessionUrl, bearer(token))).statusCode

describe('/people/{person}/sessions', () => {
  it('are those of every door, newest first, by pages, and none of them usable', async () => {
    const person = await newcomer(house)
    const token = await signInApi(house.app, person.username)
    const cookie = await signInSemaphore(house.app, person.username)
    const sessions = await everyPage(operator, `${urlOf(person)}/sessions`, 1)
    assert.deepEqual(
      sessions.map(({ dialect, isPresent }) => [dialect, isPresent]),
      [
        ['semaphore', false],
        ['api', false],
      ],
    )
    const told = JSON.stringify(sessions)
    assert.ok(!told.includes(token) && !told.includes(cookie.split(/[=;]/)[1] ?? ''))
  })

  it('one is ended at its door, the other lives', async () => {
    const person = await newcomer(house)
    const [first, second] = [await signInApi(house.app, person.username), await signInApi(house.app, person.username)]
    const url = `${urlOf(person)}/sessions`
    const [newest] = (await operator.call('GET', url)).json<{ items: { id: number }[] }>().items
    const { answer, record } = await assertOneRow(house, operator, 'session.revoked', () =>
      operator.call('DELETE', `${url}/${newest?.id}`),
    )
    assert.equal(answer.statusCode, 204)
    assert.deepEqual(record['target'], { kind: 'person', id: person.id })
    assert.deepEqual([await statusOf(first), await statusOf(second)], [200, 401])
    assertProblem(await operator.call('DELETE', `${url}/${newest?.id}`), 404, 'not-found')
  })

  it('somebody else’s is answered as a missing one, and lives (attack S13)', async () => {
    const [person, other] = [await newcomer(house), await newcomer(house)]
    const token = await signInApi(house.app, other.username)
    const [session] = (await operator.call('GET', `${urlOf(other)}/sessions`)).json<{ items: { id: number }[] }>().items
    const foreign = await operator.call('DELETE', `${urlOf(person)}/sessions/${session?.id}`)
    const missing = await operator.call('DELETE', `${urlOf(person)}/sessions/999999`)
    for (const answer of [foreign, missing]) assertProblem(answer, 404, 'not-found')
    assert.equal(foreign.json<Json>()['detail'], missing.json<Json>()['detail'])
    assert.equal(await statusOf(token), 200)
  })
})

describe('/people/{person}/tokens', () => {
  const make = (person: { readonly uuid: string }, wish: object, caller = operator, headers = {}) =>
    caller.call('POST', `${urlOf(person)}/tokens`, { name: 'for a machine', ...wish }, headers)

  it('a token for any door works there at once, and is told once', async () => {
    const person = await newcomer(house)
    const { answer, record } = await assertOneRow(house, operator, 'token.api.created', () => make(person, {}))
    assert.equal(answer.statusCode, 201, answer.body)
    assert.deepEqual(record['detail'], { person: person.id, dialect: 'api' })
    const { secret, token } = answer.json<{ secret: string; token: Json }>()
    assert.deepEqual([token['dialect'], token['scope']], ['api', 'default'])
    assert.equal(await statusOf(secret), 200)
    const portainer = (await make(person, { dialect: 'portainer' })).json<{ secret: string }>().secret
    const me = await ask(house.app, 'GET', '/portainer/api/users/me', { 'x-api-key': portainer })
    assert.equal(me.json<{ Username: string }>().Username, person.username)
    const listed = await everyPage(operator, `${urlOf(person)}/tokens`, 1)
    assert.deepEqual(
      listed.map(({ dialect }) => dialect),
      ['portainer', 'api'],
    )
    assert.ok(!JSON.stringify(listed).includes(secret) && !JSON.stringify(listed).includes(portainer))
  })

  it('gives the scope introspect to a machine that is no operator, which can then ask and nothing else', async () => {
    const machine = await house.house.core.people.create({ username: 'asks-only', kind: 'machine' }, byCommand)
    const { secret } = (await make(machine, { scope: 'introspect' })).json<{ secret: string }>()
    const answer = await introspect(house.app, bearer(secret), operator.token)
    assert.equal(answer.json<{ active: boolean }>().active, true)
    assert.equal(await statusOf(secret), 403)
  })

  it('gives it to nobody else, whose token would outlive every right to it', async () => {
    const person = await newcomer(house)
    assertProblem(await make(person, { scope: 'read introspect' }), 422, 'field-invalid', { field: 'scope' })
    assert.equal((await make(person, { scope: 'read' })).statusCode, 201)
  })

  it('refuses scopes and expiries that are none, and a scope elsewhere', async () => {
    const person = await newcomer(house)
    const wishes: [object, string][] = [
      [{ scope: 'everything' }, 'scope'],
      [{ dialect: 'semaphore', scope: 'read' }, 'scope'],
      [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
      [{ name: 'two\nlines' }, 'name'],
    ]
    for (const [wish, field] of wishes) assertProblem(await make(person, wish), 422, 'field-invalid', { field })
  })

  it('with a key it is made once and never told twice', async () => {
    const person = await newcomer(house)
    const key = { 'idempotency-key': 'token-key' }
    assert.equal((await make(person, {}, operator, key)).statusCode, 201)
    assertProblem(await make(person, {}, operator, key), 409, 'conflict')
    assert.equal((await everyPage(operator, `${urlOf(person)}/tokens`, 50)).length, 1)
  })

  it('needs a recent sign-in and somebody who is not disabled', async () => {
    const person = await newcomer(house)
    const api = callerWith(house, operator.person, (await makeApiToken(house.app, operator.token)).secret)
    assertProblem(await make(person, {}, api), 403, 'not-allowed')
    await operator.call('PATCH', urlOf(person), { status: 'disabled' })
    assertProblem(await make(person, {}), 409, 'conflict')
    ageSessions(house)
    assertProblem(await make(person, {}), 403, 'not-allowed')
    operator = callerWith(house, operator.person, await signInApi(house.app, operator.person.username))
  })

  it('one is revoked with what it minted; somebody else’s is missing (attack K07)', async () => {
    const [person, other] = [await newcomer(house), await newcomer(house)]
    const { secret, token } = (await make(person, {})).json<{ secret: string; token: { id: number } }>()
    assertProblem(await operator.call('DELETE', `${urlOf(other)}/tokens/${token.id}`), 404, 'not-found')
    assert.equal(await statusOf(secret), 200)
    const { answer, record } = await assertOneRow(house, operator, 'token.api.revoked', () =>
      operator.call('DELETE', `${urlOf(person)}/tokens/${token.id}`),
    )
    assert.equal(answer.statusCode, 204)
    assert.deepEqual(record['detail'], { person: person.id, dialect: 'api' })
    assert.equal(await statusOf(secret), 401)
    assertProblem(await operator.call('DELETE', `${urlOf(person)}/tokens/${token.id}`), 404, 'not-found')
  })
})

describe('/people/{person}/login-tokens', () => {
  const make = (person: { readonly uuid: string }, dialect: string) =>
    operator.call('POST', `${urlOf(person)}/login-tokens`, { dialect })

  it('is made where a door takes such, for an hour, and refused elsewhere', async () => {
    const person = await newcomer(house)
    const { answer, record } = await assertOneRow(house, operator, 'token.one_time.created', () =>
      make(person, 'cloudendure'),
    )
    assert.equal(answer.statusCode, 201, answer.body)
    const { secret, expiresAt } = answer.json<{ secret: string; expiresAt: string }>()
    assert.ok(secret.length >= 43)
    assert.ok(Math.abs(Date.parse(expiresAt) - 3_600_000 - Number(record['at'])) < 1000)
    assertProblem(await make(person, 'portainer'), 403, 'not-allowed')
    assertProblem(await make(person, 'another'), 400, 'malformed', { field: 'dialect' })
    await operator.call('PATCH', urlOf(person), { status: 'disabled' })
    assertProblem(await make(person, 'cloudendure'), 409, 'conflict')
  })

  it('those that still work are listed without their secrets; a revoked one signs nobody in, another does', async () => {
    const person = await newcomer(house)
    const list = `${urlOf(person)}/login-tokens`
    const secretOf = async () => (await make(person, 'cloudendure')).json<{ secret: string }>().secret
    const [first, second] = [await secretOf(), await secretOf()]
    const listed = await everyPage(operator, list, 1)
    assert.deepEqual(Object.keys(listed[0] ?? {}), ['id', 'dialect', 'createdAt', 'expiresAt'])
    assert.equal(listed.length, 2)
    const target = `${list}/${listed[1]?.['id']}`
    const { answer, record } = await assertOneRow(house, operator, 'token.one_time.revoked', () =>
      operator.call('DELETE', target),
    )
    assert.equal(answer.statusCode, 204, answer.body)
    assert.deepEqual(record['detail'], { person: person.id })
    assertProblem(await operator.call('DELETE', target), 404, 'not-found')
    const login = (loginToken: string) =>
      ask(house.app, 'POST', '/cloudendure/api/latest/login', {}, { loginToken }).then(({ statusCode }) => statusCode)
    assert.deepEqual([await login(first), await login(second)], [401, 200])
    assert.deepEqual((await operator.call('GET', list)).json(), { items: [] })
  })

  it('opens nothing as a bearer token', async () => {
    const person = await newcomer(house)
    const { secret } = (await make(person, 'cloudendure')).json<{ secret: string }>()
    assert.equal(await statusOf(secret), 401)
  })
})
