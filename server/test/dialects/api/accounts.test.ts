// /api/v1/accounts: accounts and members, for operators and for the people of an account. Who may call what
// is in rights-matrix.test.ts; here is what the calls do.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  freshWord as fresh,
  memberOf as memberOfHouse,
  newAccount as newAccountBy,
  putMember,
  accountsUrl as url,
} from '../../_kit/accounts-api.ts'
import { assertOneRow, type Caller, callerFor, everyPage } from '../../_kit/administration.ts'
import { ask, assertProblem, bearer, type Json, makeApiToken, sessionUrl } from '../../_kit/api.ts'
import { newcomer, password, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse
let operator: Caller
before(async () => {
  house = await openTestHouse()
  operator = await callerFor(house, true)
})
after(() => house.close())

const newAccount = () => newAccountBy(operator)
const put = (account: string, person: { readonly uuid: string }, wish: object, caller = operator) =>
  putMember(caller, account, person, wish)
const memberOf = (account: string, role: string) => memberOfHouse(house, operator, account, role)

describe('accounts', () => {
  it('one is added with all that there is to say of it, found by identifier in any case and by UUID', async () => {
    const wish = { identifier: fresh('Acme'), name: 'Acme & Co', licence: 'expired', region: 'eu-west', quota: 100 }
    const { answer } = await assertOneRow(house, operator, 'account.created', () => operator.call('POST', url, wish))
    const { id, number, ...rest } = answer.json<Json>()
    assert.deepEqual(rest, { ...wish, identifier: wish.identifier.toLowerCase(), isActive: true })
    for (const name of [wish.identifier, String(id), String(id).toUpperCase()]) {
      assert.equal((await operator.call('GET', `${url}/${name}`)).json<Json>()['number'], number)
    }
  })

  it('is 409 for an identifier that is taken and 422 for what is none', async () => {
    const identifier = await newAccount()
    assertProblem(await operator.call('POST', url, { identifier }), 409, 'conflict')
    for (const [wish, field] of [
      [{ identifier: 'a b' }, 'identifier'],
      [{ identifier: fresh('x'), name: 'two\nlines' }, 'name'],
      [{ identifier: fresh('x'), region: '-' }, 'region'],
    ] as const) {
      assertProblem(await operator.call('POST', url, wish), 422, 'field-invalid', { field })
    }
  })

  it('licence and region change in one row; null is served here again', async () => {
    const identifier = await newAccount()
    const patch = (change: object) => operator.call('PATCH', `${url}/${identifier}`, change)
    const { answer, record } = await assertOneRow(house, operator, 'account.changed', () =>
      patch({ licence: 'expired', region: 'eu' }),
    )
    assert.deepEqual([answer.json<Json>()['licence'], answer.json<Json>()['region']], ['expired', 'eu'])
    assert.deepEqual(record['detail'], { licence: 'expired', region: 'eu' })
    assert.equal('region' in (await patch({ region: null })).json<Json>(), false)
    assertProblem(await patch({}), 422, 'field-missing')
    assertProblem(await patch({ region: 'a b' }), 422, 'field-invalid', { field: 'region' })
  })

  it('one that is not active lets nobody in and nothing act, until it is active again; never one’s own', async () => {
    const account = await newAccount()
    const member = await memberOf(account, 'member')
    const alive = async () => (await member.call('GET', sessionUrl)).statusCode
    const patch = (change: object, name = account) => operator.call('PATCH', `${url}/${name}`, change)
    assert.equal(await alive(), 200)
    assert.equal((await patch({ isActive: false })).json<Json>()['isActive'], false)
    assert.equal(await alive(), 401)
    assert.equal((await patch({ isActive: true, name: 'Acme & Co', quota: 7 })).json<Json>()['name'], 'Acme & Co')
    assert.equal(await alive(), 200)
    assert.equal('quota' in (await patch({ quota: null })).json<Json>(), false)
    for (const change of [{ quota: 2_000_000_000 }, { name: '' }, { region: '?' }]) {
      assert.equal((await patch(change)).statusCode, 422)
    }
    assertProblem(await patch({ isActive: false }, 'default'), 403, 'not-allowed')
    assert.equal((await patch({ isActive: true }, 'default')).statusCode, 200)
  })

  it('an operator sees all by pages, everybody else the one they act in, wherever else they belong (attack P06)', async () => {
    const [one, two] = [await newAccount(), await newAccount()]
    const owner = await memberOf(one, 'owner')
    await put(two, owner.person, { role: 'owner' })
    const all = await everyPage(operator, url, 2)
    assert.equal(all.length, sql(house, 'select id from accounts').length)
    const own = await everyPage(owner, url, 1)
    assert.deepEqual(
      own.map(({ identifier }) => identifier),
      [one],
    )
    assertProblem(await owner.call('GET', `${url}/${two}`), 404, 'not-found')
  })
})

describe('members', () => {
  it('are listed with role and home, by pages', async () => {
    const account = await newAccount()
    const callers = [await memberOf(account, 'owner'), await memberOf(account, 'read-only')]
    const [first] = callers
    assert.ok(first)
    assert.deepEqual(
      await everyPage(first, `${url}/${account}/members`, 1),
      callers.map(({ person }, index) => ({
        person: person.uuid,
        number: person.id,
        username: person.username,
        role: ['owner', 'read-only'][index],
        isHome: false,
      })),
    )
  })

  it('a role is seen at the next request, home at the next sign-in', async () => {
    const account = await newAccount()
    const member = await memberOf(account, 'member')
    assertProblem(await member.call('GET', `${url}/${account}/members`), 403, 'not-allowed')
    const { record } = await assertOneRow(house, operator, 'member.added', () =>
      put(account, member.person, { role: 'admin', home: true }),
    )
    const { number } = (await operator.call('GET', `${url}/${account}`)).json<Json>()
    assert.deepEqual(record['detail'], { account: number, role: 'admin', home: true })
    assert.equal((await member.call('GET', `${url}/${account}/members`)).statusCode, 200)
    const { username } = member.person
    const answer = await ask(house.app, 'POST', sessionUrl, {}, { username, password })
    assert.equal(answer.json<{ account: Json }>().account['identifier'], account)
  })

  it('removing ends what acts for them here; their home account stays theirs', async () => {
    const account = await newAccount()
    const member = await memberOf(account, 'member')
    const { secret } = await makeApiToken(house.app, member.token)
    const target = `${url}/${account}/members/${member.person.uuid}`
    await assertOneRow(house, operator, 'member.removed', () => operator.call('DELETE', target))
    for (const token of [member.token, secret]) {
      assert.equal((await ask(house.app, 'GET', sessionUrl, bearer(token))).statusCode, 401)
    }
    assertProblem(await operator.call('DELETE', target), 404, 'not-found')
    const home = `${url}/default/members/${member.person.uuid}`
    assertProblem(await operator.call('DELETE', home), 409, 'conflict')
  })

  it('an admin makes no owner, changes none and removes none; an owner does', async () => {
    const account = await newAccount()
    const [admin, owner] = [await memberOf(account, 'admin'), await memberOf(account, 'owner')]
    const [other, member] = [await memberOf(account, 'owner'), await memberOf(account, 'member')]
    const target = `${url}/${account}/members/${other.person.uuid}`
    assertProblem(await put(account, member.person, { role: 'owner' }, admin), 403, 'not-allowed')
    assertProblem(await put(account, other.person, { role: 'member' }, admin), 403, 'not-allowed')
    assertProblem(await admin.call('DELETE', target), 403, 'not-allowed')
    assert.equal((await put(account, member.person, { role: 'admin' }, admin)).statusCode, 204)
    assert.equal((await put(account, member.person, { role: 'owner' }, owner)).statusCode, 204)
    assert.equal((await owner.call('DELETE', target)).statusCode, 204)
  })

  it('nobody changes their own role, and only operators move people home (attack P12)', async () => {
    const account = await newAccount()
    for (const role of ['owner', 'admin']) {
      const caller = await memberOf(account, role)
      assertProblem(await put(account, caller.person, { role: 'member' }, caller), 403, 'not-allowed')
      const own = `${url}/${account}/members/${caller.person.uuid}`
      assertProblem(await caller.call('DELETE', own), 403, 'not-allowed')
      const outsider = await newcomer(house)
      const home = { role: 'member', home: true }
      assertProblem(await put(account, outsider, home, caller), 403, 'not-allowed')
      assert.equal((await put(account, outsider, { role: 'member' }, caller)).statusCode, 204)
    }
    assert.equal((await put(account, operator.person, { role: 'owner' })).statusCode, 204)
    assert.equal((await put(account, operator.person, { role: 'member' })).statusCode, 204)
  })
})
