// /api/v1/people/{person}/identities: whom providers vouch for as somebody, seen and unlinked by operators.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ageSessions, assertOneRow, type Caller, callerFor, callerWith, everyPage } from '../../_kit/administration.ts'
import { assertProblem, type Json, makeApiToken, signInApi } from '../../_kit/api.ts'
import { newcomer, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { type OpenIdProvider, openIdWish, startOpenIdProvider } from '../../_kit/openid-provider.ts'
import { addProvider, linkSubject, openVisitor, publicUrl } from '../../_kit/through-provider.ts'

const begin = '/sign-in/mysso'

let provider: OpenIdProvider
let house: TestHouse
let operator: Caller
before(async () => {
  const people = { one: { preferred_username: 'sso-one' }, two: { preferred_username: 'sso-two' } }
  provider = await startOpenIdProvider({ people, redirectUris: [`${publicUrl}${begin}/redirect`] })
  house = await openTestHouse({ GATEHOUSE_PUBLIC_URL: publicUrl })
  await addProvider(house, openIdWish('mysso', provider.issuer, { createsPeople: false }))
  operator = await callerFor(house, true)
})
after(async () => {
  await house.close()
  await provider.close()
})

const urlOf = (person: { readonly uuid: string }) => `/api/v1/people/${person.uuid}/identities`
const listed = async (person: { readonly uuid: string }) =>
  (await operator.call('GET', urlOf(person))).json<{ items: { id: number; subject: string }[] }>().items
async function idOf(person: { readonly uuid: string }): Promise<number> {
  const [identity] = await listed(person)
  assert.ok(identity)
  return identity.id
}

describe('GET /people/{person}/identities', () => {
  it('is all of theirs and nobody else’s, oldest first, by pages', async () => {
    const [person, other] = [await newcomer(house), await newcomer(house)]
    for (const subject of ['a', 'b', 'c']) linkSubject(house, 'mysso', `${subject} of theirs`, person)
    linkSubject(house, 'mysso', 'a of the other', other)
    for (const limit of [1, 2, 3, 200]) {
      const subjects = (await everyPage(operator, urlOf(person), limit)).map(({ subject }) => subject)
      assert.deepEqual(subjects, ['a of theirs', 'b of theirs', 'c of theirs'])
    }
    const [first] = await everyPage(operator, urlOf(other), 1)
    assert.deepEqual(Object.keys(first ?? {}), ['id', 'provider', 'kind', 'subject', 'linkedAt', 'seenAt'])
  })

  it('takes no page that is none', async () => {
    const person = await newcomer(house)
    for (const [field, value] of Object.entries({ limit: '0', cursor: 'x' })) {
      assertProblem(await operator.call('GET', `${urlOf(person)}?${field}=${value}`), 422, 'field-invalid', { field })
    }
    assert.equal((await operator.call('GET', `${urlOf(person)}?limit=1`)).statusCode, 200)
  })
})

describe('DELETE /people/{person}/identities/{id}', () => {
  it('ends its sessions and no other, says who did it and whose it was, and it signs in no more', async () => {
    const person = await newcomer(house)
    linkSubject(house, 'mysso', 'one', person)
    const local = callerWith(house, person, await signInApi(house.app, person.username))
    const visitor = openVisitor(house.app)
    assert.equal((await visitor.through(begin, 'one')).statusCode, 303)
    assert.equal((await visitor.ask('/api/v1/session')).statusCode, 200)
    const target = `${urlOf(person)}/${await idOf(person)}`
    const { answer, record } = await assertOneRow(house, operator, 'identity.unlinked', () =>
      operator.call('DELETE', target),
    )
    assert.equal(answer.statusCode, 204, answer.body)
    assert.deepEqual(record['target'], { kind: 'person', id: person.id })
    assert.deepEqual(record['detail'], { provider: 'mysso', sessions: 1 })
    assert.equal((await visitor.ask('/api/v1/session')).statusCode, 401)
    assert.equal((await local.call('GET', '/api/v1/session')).statusCode, 200)
    assert.equal((await openVisitor(house.app).through(begin, 'one')).statusCode, 401)
    assertProblem(await operator.call('DELETE', target), 404, 'not-found')
  })

  it('somebody else’s is answered as a missing one, and stays (attack S13)', async () => {
    const [person, other] = [await newcomer(house), await newcomer(house)]
    linkSubject(house, 'mysso', 'somebody else’s', other)
    const foreign = await operator.call('DELETE', `${urlOf(person)}/${await idOf(other)}`)
    const missing = await operator.call('DELETE', `${urlOf(person)}/999999`)
    for (const answer of [foreign, missing]) assertProblem(answer, 404, 'not-found')
    assert.equal(foreign.json<Json>()['detail'], missing.json<Json>()['detail'])
    assert.equal((await listed(other)).length, 1)
  })

  it('another operator’s is not for this one, one’s own is', async () => {
    const other = await callerFor(house, true)
    linkSubject(house, 'mysso', 'an operator’s', other.person)
    assertProblem(await operator.call('GET', urlOf(other.person)), 403, 'not-allowed')
    const own = (await other.call('GET', urlOf(other.person))).json<{ items: { id: number }[] }>().items
    const target = `${urlOf(other.person)}/${own[0]?.id}`
    assertProblem(await operator.call('DELETE', target), 403, 'not-allowed')
    sql(house, `update passwords set disabled_at = 1 where person_id = ${other.person.id}`)
    assertProblem(await other.call('DELETE', target), 409, 'conflict')
    sql(house, `update passwords set disabled_at = null where person_id = ${other.person.id}`)
    assert.equal((await other.call('DELETE', target)).statusCode, 204)
  })

  it('needs a recent sign-in, and no API token stands for one', async () => {
    const person = await newcomer(house)
    linkSubject(house, 'mysso', 'two', person)
    const target = `${urlOf(person)}/${await idOf(person)}`
    const api = callerWith(house, operator.person, (await makeApiToken(house.app, operator.token)).secret)
    assertProblem(await api.call('DELETE', target), 403, 'not-allowed')
    ageSessions(house)
    assertProblem(await operator.call('DELETE', target), 403, 'not-allowed')
    assert.equal((await listed(person)).length, 1)
    operator = callerWith(house, operator.person, await signInApi(house.app, operator.person.username))
    assert.equal((await operator.call('DELETE', target)).statusCode, 204)
  })
})
