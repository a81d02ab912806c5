// POST /api/v1/people: adding somebody, what needs a recent sign-in, and keys under which a creation may be sent again.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ageSessions, assertOneRow, type Caller, callerFor, callerWith } from '../../_kit/administration.ts'
import { ask, assertProblem, bearer, type Json, makeApiToken, sessionUrl, signInApi } from '../../_kit/api.ts'
import { eventsDuring, sql } from '../../_kit/attack-doors.ts'
import { newcomer, password } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/api/v1/people'
let house: TestHouse
let operator: Caller
before(async () => {
  house = await openTestHouse()
  operator = await callerFor(house, true)
})
after(() => house.close())

let counted = 0
const freshName = (): string => {
  counted += 1
  return `somebody-${counted}`
}

describe('POST /people', () => {
  it('adds somebody by a name alone, who cannot sign in yet', async () => {
    const username = freshName()
    const { answer } = await assertOneRow(house, operator, 'user.created', () =>
      operator.call('POST', url, { username }),
    )
    assert.equal(answer.statusCode, 201)
    const { id, number, createdAt, ...rest } = answer.json<Json>()
    assert.deepEqual(rest, {
      kind: 'human',
      username,
      displayName: username,
      isOperator: false,
      status: 'active',
    })
    assert.equal((await operator.call('GET', `${url}/${id}`)).json<Json>()['number'], number)
    assert.ok(!Number.isNaN(Date.parse(String(createdAt))))
    const attempt = await ask(house.app, 'POST', sessionUrl, {}, { username, password })
    assertProblem(attempt, 401, 'wrong-credentials')
  })

  it('adds a machine, or an operator with password and address, who signs in at once', async () => {
    const username = freshName()
    const email = `${username}@example.org`
    const machine = await operator.call('POST', url, { username: freshName(), kind: 'machine', displayName: 'Robot' })
    assert.deepEqual([machine.json<Json>()['kind'], machine.json<Json>()['displayName']], ['machine', 'Robot'])
    const answer = await operator.call('POST', url, { username, email, password, isOperator: true })
    assert.equal(answer.statusCode, 201)
    const token = await signInApi(house.app, email)
    assert.equal((await ask(house.app, 'GET', url, bearer(token))).statusCode, 200)
  })

  it('is 409 for a name or address that somebody answers to, 422 for what is none', async () => {
    const taken = await newcomer(house)
    const { username } = taken
    const conflicts = [{ username: username.toUpperCase() }, { username: freshName(), email: taken.email }]
    for (const wish of conflicts) assertProblem(await operator.call('POST', url, wish), 409, 'conflict')
    const wishes: [object, string, string][] = [
      [{}, 'field-missing', 'username'],
      [{ username: '' }, 'field-missing', 'username'],
      [{ username: 'two words' }, 'field-invalid', 'username'],
      [{ username: freshName(), email: 'none' }, 'field-invalid', 'email'],
      [{ username: freshName(), displayName: 'two\nlines' }, 'field-invalid', 'displayName'],
      [{ username: freshName(), password: 'short' }, 'password-refused', 'password'],
    ]
    for (const [wish, code, field] of wishes) {
      assertProblem(await operator.call('POST', url, wish), 422, code, { field })
    }
    assertProblem(await operator.call('POST', url, { username: freshName(), isOperator: 'yes' }), 400, 'malformed', {
      field: 'isOperator',
    })
  })

  it('needs a recent sign-in for a password or an operator, and not without; an API token is never recent', async () => {
    const apart = await callerFor(house, true)
    const api = callerWith(house, apart.person, (await makeApiToken(house.app, apart.token)).secret)
    ageSessions(house)
    for (const caller of [apart, api]) {
      for (const power of [{ password }, { isOperator: true }]) {
        const answer = await caller.call('POST', url, { username: freshName(), ...power })
        assertProblem(answer, 403, 'not-allowed')
      }
      assert.equal((await caller.call('POST', url, { username: freshName() })).statusCode, 201)
    }
    operator = callerWith(house, operator.person, await signInApi(house.app, operator.person.username))
  })
})

describe('POST /people with Idempotency-Key', () => {
  const create = (wish: object, key: string, caller = operator) =>
    caller.call('POST', url, wish, { 'idempotency-key': key })

  it('sent again makes nothing new and answers the same, another request under the key is 422', async () => {
    const wish = { username: freshName() }
    const first = await create(wish, 'key-1')
    const { answer: again, events } = await eventsDuring(house, () => create(wish, 'key-1'))
    assert.deepEqual([again.statusCode, again.body], [201, first.body])
    assert.deepEqual(events, [])
    const field = 'Idempotency-Key'
    assertProblem(await create({ username: freshName() }, 'key-1'), 422, 'field-invalid', { field })
    assertProblem(await create(wish, 'two words'), 422, 'field-invalid', { field })
  })

  it('of ten at once one is made, and every other is told so or told to look', async () => {
    const wish = { username: freshName() }
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(wish, 'key-2')))
    assert.equal(sql(house, `select id from persons where username = '${wish.username}'`).length, 1)
    assert.ok(answers.some(({ statusCode }) => statusCode === 201))
    for (const answer of answers) if (answer.statusCode !== 201) assertProblem(answer, 409, 'conflict')
  })

  it('a refused creation leaves the key free, and one person’s key is not another’s', async () => {
    const taken = await newcomer(house)
    assertProblem(await create({ username: taken.username }, 'key-3'), 409, 'conflict')
    assert.equal((await create({ username: freshName() }, 'key-3')).statusCode, 201)
    const other = await callerFor(house, true)
    assert.equal((await create({ username: freshName() }, 'key-3', other)).statusCode, 201)
  })

  it('is forgotten after a day, and keeps neither key nor password in clear', async () => {
    const wish = { username: freshName(), password: 'a password in no table' }
    assert.equal((await create(wish, 'key-in-clear')).statusCode, 201)
    const kept = JSON.stringify(sql(house, 'select * from idempotency_keys'))
    assert.ok(!kept.includes('key-in-clear') && !kept.includes('password'))
    sql(house, 'update idempotency_keys set created_at = created_at - 90000000')
    assertProblem(await create(wish, 'key-in-clear'), 409, 'conflict')
    await house.house.core.idempotency.purge()
    assert.equal(sql(house, 'select * from idempotency_keys').length, 0)
  })
})
