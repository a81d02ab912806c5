// /api/v1/people for operators: looking, changing, passwords, ending everything. Each act leaves one audit row
// that says who did it, with which token and from where; what gives power needs a recent sign-in.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ageSessions, assertOneRow, type Caller, callerFor, callerWith, everyPage } from '../../_kit/administration.ts'
import { ask, assertProblem, bearer, type Json, makeApiToken, sessionUrl, signInApi } from '../../_kit/api.ts'
import { sql } from '../../_kit/attack-doors.ts'
import { newcomer, password, portainerKey, signInPortainer, signInSemaphore } from '../../_kit/clients.ts'
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
const statusOf = async (token: string) => (await ask(house.app, 'GET', sessionUrl, bearer(token))).statusCode

describe('GET /people', () => {
  it('is everybody once, in the order in which they came, whatever the size of the pages', async () => {
    await Promise.all([newcomer(house), newcomer(house), newcomer(house)])
    const everybody = sql(house, 'select uuid from persons order by id').map(({ uuid }) => uuid)
    for (const limit of [1, 2, everybody.length, 200]) {
      assert.deepEqual(
        (await everyPage(operator, url, limit)).map(({ id }) => id),
        everybody,
      )
    }
  })

  it('is whoever answers to a name, in any spelling, or nobody', async () => {
    const person = await newcomer(house)
    const named = async (name: string) => {
      const answer = await operator.call('GET', `${url}?name=${encodeURIComponent(name)}`)
      return answer.json<{ items: Json[] }>().items.map(({ id }) => id)
    }
    assert.deepEqual(await named(person.username.toUpperCase()), [person.uuid])
    assert.deepEqual(await named('nobody-at-all'), [])
    assert.deepEqual(await named('%'), [])
    const other = await callerFor(house, false)
    assertProblem(await other.call('GET', `${url}?name=${person.username}`), 403, 'not-allowed')
    assertProblem(await operator.call('GET', `${url}?name=`), 422, 'field-missing', { field: 'name' })
  })

  it('tells no secret and no hash of one', async () => {
    const [first] = (await operator.call('GET', url)).json<{ items: Json[] }>().items
    const known = ['id', 'number', 'kind', 'username', 'displayName', 'isOperator', 'createdAt', 'status']
    assert.deepEqual(
      Object.keys(first ?? {}).filter((key) => key !== 'email'),
      known,
    )
  })

  it('refuses a limit that is none and a cursor of somebody else’s making (attack S01)', async () => {
    assertProblem(await operator.call('GET', `${url}?limit=0`), 422, 'field-invalid', { field: 'limit' })
    assertProblem(await operator.call('GET', `${url}?limit=201`), 422, 'field-invalid', { field: 'limit' })
    const forged = Buffer.from("id:1' or '1'='1").toString('base64url')
    for (const cursor of ['x', forged]) {
      assertProblem(await operator.call('GET', `${url}?cursor=${cursor}`), 422, 'field-invalid', { field: 'cursor' })
    }
  })
})

describe('PATCH /people/{person}', () => {
  it('changes name and address in one row that tells neither; null takes the address away', async () => {
    const person = await newcomer(house)
    const email = `${freshName()}@example.org`
    const { answer, record } = await assertOneRow(house, operator, 'user.updated', () =>
      operator.call('PATCH', `${url}/${person.uuid}`, { displayName: 'Ada L.', email }),
    )
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual([answer.json<Json>()['displayName'], answer.json<Json>()['email']], ['Ada L.', email])
    assert.deepEqual(record['detail'], { fields: 'displayName email' })
    assert.ok(!JSON.stringify(record).includes(email))
    await signInApi(house.app, email)
    const without = await operator.call('PATCH', `${url}/${person.uuid}`, { email: null })
    assert.equal('email' in without.json<Json>(), false)
  })

  it('disables for good and enables again, each with its event', async () => {
    const person = await newcomer(house)
    const token = await signInApi(house.app, person.username)
    const patch = (status: string) => operator.call('PATCH', `${url}/${person.uuid}`, { status })
    const { answer } = await assertOneRow(house, operator, 'user.disabled', () => patch('disabled'))
    assert.equal(answer.json<Json>()['status'], 'disabled')
    assert.equal(await statusOf(token), 401)
    await assertOneRow(house, operator, 'user.enabled', () => patch('active'))
    assert.equal(await statusOf(token), 401)
    await signInApi(house.app, person.username)
  })

  it('makes an operator and takes it away again, seen at their next request, nothing ended', async () => {
    const other = await callerFor(house)
    const patch = (isOperator: boolean) => operator.call('PATCH', `${url}/${other.person.uuid}`, { isOperator })
    assertProblem(await other.call('GET', url), 403, 'not-allowed')
    const { record } = await assertOneRow(house, operator, 'user.role_changed', () => patch(true))
    assert.deepEqual(record['detail'], { operator: true })
    assert.equal((await other.call('GET', url)).statusCode, 200)
    await patch(false)
    assertProblem(await other.call('GET', url), 403, 'not-allowed')
    assert.equal(await statusOf(other.token), 200)
  })

  it('is 422 for nothing, and for two kinds of change at once', async () => {
    const { uuid } = await newcomer(house)
    const patch = (change: object) => operator.call('PATCH', `${url}/${uuid}`, change)
    assertProblem(await patch({}), 422, 'field-missing')
    assertProblem(await patch({ status: 'disabled', isOperator: true }), 422, 'field-invalid', { field: 'isOperator' })
    assertProblem(await patch({ displayName: 'x', status: 'active' }), 422, 'field-invalid', { field: 'status' })
    const taken = await newcomer(house)
    assertProblem(await patch({ email: taken.username }), 422, 'field-invalid', { field: 'email' })
    assertProblem(await patch({ email: taken.email ?? '' }), 409, 'conflict', { field: 'email' })
  })

  it('nobody disables, demotes or locks out themselves (attack P12)', async () => {
    const self = `${url}/${operator.person.uuid}`
    for (const change of [{ status: 'disabled' }, { status: 'active' }, { isOperator: false }]) {
      assertProblem(await operator.call('PATCH', self, change), 403, 'not-allowed')
    }
    assertProblem(await operator.call('PUT', `${self}/password`, { password }), 403, 'not-allowed')
    assert.equal((await operator.call('PATCH', self, { displayName: 'Myself' })).statusCode, 200)
  })

  it('no operator acts upon another but for taking the flag away', async () => {
    const other = await newcomer(house, 'operator', true)
    const target = `${url}/${other.uuid}`
    const refused = [
      operator.call('PATCH', target, { displayName: 'x' }),
      operator.call('PATCH', target, { status: 'disabled' }),
      operator.call('PUT', `${target}/password`, { password }),
      operator.call('POST', `${target}/end-everything`),
      operator.call('GET', `${target}/sessions`),
      operator.call('GET', `${target}/tokens`),
      operator.call('POST', `${target}/tokens`, { name: 'x' }),
      operator.call('POST', `${target}/login-tokens`, { dialect: 'cloudendure' }),
    ]
    for (const answer of await Promise.all(refused)) assertProblem(answer, 403, 'not-allowed')
    assert.equal((await operator.call('GET', target)).statusCode, 200)
    assert.equal((await operator.call('PATCH', target, { isOperator: false })).statusCode, 200)
    assert.equal((await operator.call('PATCH', target, { status: 'disabled' })).statusCode, 200)
  })

  it('needs a recent sign-in for the address and the flag, not for the name or the status', async () => {
    const { uuid } = await newcomer(house)
    const apart = await callerFor(house, true)
    ageSessions(house)
    const patch = (change: object) => apart.call('PATCH', `${url}/${uuid}`, change)
    for (const change of [{ email: null }, { isOperator: true }]) {
      assertProblem(await patch(change), 403, 'not-allowed')
    }
    for (const change of [{ displayName: 'x' }, { status: 'disabled' }]) {
      assert.equal((await patch(change)).statusCode, 200)
    }
    operator = callerWith(house, operator.person, await signInApi(house.app, operator.person.username))
  })
})

describe('PUT /people/{person}/password', () => {
  it('sets it, ends their sessions and no API token', async () => {
    const person = await newcomer(house)
    const session = await signInApi(house.app, person.username)
    const { secret } = await makeApiToken(house.app, session)
    const next = 'other quiet words in a row'
    const { answer } = await assertOneRow(house, operator, 'password.reset_done', () =>
      operator.call('PUT', `${url}/${person.uuid}/password`, { password: next }),
    )
    assert.deepEqual([answer.statusCode, answer.body], [204, ''])
    assert.deepEqual([await statusOf(session), await statusOf(secret)], [401, 200])
    await signInApi(house.app, person.username, next)
  })

  it('holds the password to the policy, and needs a recent sign-in', async () => {
    const person = await newcomer(house)
    const put = (caller: Caller, secret: string) =>
      caller.call('PUT', `${url}/${person.uuid}/password`, { password: secret })
    assertProblem(await put(operator, 'short'), 422, 'password-refused', { field: 'password' })
    const api = callerWith(house, operator.person, (await makeApiToken(house.app, operator.token)).secret)
    assertProblem(await put(api, 'other quiet words in a row'), 403, 'not-allowed')
    await signInApi(house.app, person.username)
  })
})

describe('POST /people/{person}/end-everything', () => {
  it('ends all at every door, tells what there was, and an API token may ask for it', async () => {
    const person = await newcomer(house)
    const own = await signInApi(house.app, person.username)
    const { secret } = await makeApiToken(house.app, own)
    const cookie = await signInSemaphore(house.app, person.username)
    const { jwt } = await signInPortainer(house.app, person.username)
    const { raw } = await portainerKey(house.app, jwt, person.id)
    const api = callerWith(house, operator.person, (await makeApiToken(house.app, operator.token)).secret)
    const { answer } = await assertOneRow(house, api, 'user.ended', () =>
      api.call('POST', `${url}/${person.uuid}/end-everything`),
    )
    assert.deepEqual(answer.json(), {
      ended: [
        { dialect: 'api', sessions: 1, apiTokens: 1, loginTokens: 0 },
        { dialect: 'portainer', sessions: 1, apiTokens: 1, loginTokens: 0 },
        { dialect: 'semaphore', sessions: 1, apiTokens: 0, loginTokens: 0 },
      ],
    })
    assert.deepEqual([await statusOf(own), await statusOf(secret)], [401, 401])
    const semaphore = await ask(house.app, 'GET', '/semaphore/api/user', { cookie })
    const portainer = await ask(house.app, 'GET', '/portainer/api/users/me', { authorization: jwt })
    const byKey = await ask(house.app, 'GET', '/portainer/api/users/me', { 'x-api-key': raw })
    assert.deepEqual([semaphore.statusCode, portainer.statusCode, byKey.statusCode], [401, 401, 401])
    await signInApi(house.app, person.username)
  })

  it('a second time there is nothing left to end', async () => {
    const person = await newcomer(house)
    const end = () => operator.call('POST', `${url}/${person.uuid}/end-everything`)
    await end()
    assert.deepEqual((await end()).json(), { ended: [] })
  })

  it('an operator may end their own', async () => {
    const apart = await callerFor(house, true)
    const answer = await apart.call('POST', `${url}/${apart.person.uuid}/end-everything`)
    assert.equal(answer.statusCode, 200)
    assert.equal(await statusOf(apart.token), 401)
  })
})
