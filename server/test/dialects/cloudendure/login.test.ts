// POST /login, answered (seed 003; contract 1, facts 5 and 8; 2.1, 2.2, 2.4): the User and nothing that its clients do
// not know, two cookies to the byte, the version. By every kind of credential.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, password, setCookies, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody } from '../../_kit/ways-in.ts'
import { bases, byPassword, changeRole, cut, everyKind, latest, login, meStatus, newMember, signIn } from './client.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse({ GATEHOUSE_CLOUDENDURE_LISTEN: '127.0.0.1:3000' })
})
after(() => house.close())

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('the User of a sign-in', () => {
  it('is exactly username, status, account, roles and id, with nothing null', async () => {
    const { person, account } = await newMember(house, 'owner')
    const answer = await login(house.app, byPassword(person))
    assertCommon(answer)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.deepEqual(answer.json(), {
      username: person.email,
      status: 'CONFIRMED',
      account: (await house.house.core.accounts.get(account)).uuid,
      roles: ['ACCOUNT_OWNER'],
      id: person.uuid,
    })
    assert.match(person.uuid, uuid)
  })

  it('has the user name of whoever has no e-mail address', async () => {
    await house.addPerson('without-address', password)
    const answer = await login(house.app, { username: 'without-address', password })
    assert.equal(answer.json<{ username: string }>().username, 'without-address')
  })

  it('spells each of the four roles in the words of the source document', async () => {
    const who = await newSomebody(house)
    for (const [role, word] of [
      ['owner', 'ACCOUNT_OWNER'],
      ['admin', 'ACCOUNT_ADMIN'],
      ['member', 'USER'],
      ['read-only', 'GLOBAL_READONLY'],
    ] as const) {
      await changeRole(house, who, role)
      const answer = await login(house.app, byPassword(who.person))
      assert.deepEqual(answer.json<{ roles: string[] }>().roles, [word])
    }
  })

  it('is no other for an operator: the flag is not of this door', async () => {
    const who = await newSomebody(house)
    sql(house, `update persons set is_operator = 1 where id = ${who.person.id}`)
    const { roles } = (await login(house.app, byPassword(who.person))).json<{ roles: string[] }>()
    assert.deepEqual(roles, ['USER'])
  })

  it('is the same by password, API token and login token; an agent is told its account alone', async () => {
    const who = await newSomebody(house)
    const kinds = await everyKind(house, who)
    const expected = (await login(house.app, kinds.password)).json<{ account: string }>()
    assert.deepEqual((await login(house.app, kinds.userApiToken)).json(), expected)
    assert.deepEqual((await login(house.app, kinds.loginToken)).json(), expected)
    const agent = await login(house.app, kinds.agentInstallationToken)
    assert.deepEqual([agent.statusCode, agent.json()], [200, { account: expected.account }])
  })
})

describe('the cookies of a sign-in', () => {
  it('are two lines to the byte: session, then XSRF-TOKEN with its value in quotes', async () => {
    const who = await newSomebody(house)
    for (const [kind, body] of Object.entries(await everyKind(house, who))) {
      const lines = setCookies(await login(house.app, body))
      assert.equal(lines.length, 2, kind)
      assert.match(lines[0] ?? '', /^session=[\w-]{43}; Path=\/cloudendure; HttpOnly; SameSite=Lax$/, kind)
      assert.match(lines[1] ?? '', /^XSRF-TOKEN="[\w-]{43}"; Path=\/cloudendure; SameSite=Lax$/, kind)
    }
  })

  it('are what the seed’s client cuts out of the joined header', async () => {
    const { person } = await newSomebody(house)
    const answer = await login(house.app, byPassword(person))
    const { session, xsrf, cookie } = cut(answer)
    const values = setCookies(answer).map((line) => line.slice(line.indexOf('=') + 1, line.indexOf(';')))
    assert.deepEqual([session, `"${xsrf}"`], values)
    assert.equal(await meStatus(house.app, cookie), 200)
  })

  it('have the Path of the site root on its own listener', async () => {
    const { person } = await newSomebody(house)
    const lines = setCookies(await login(house.own('cloudendure'), byPassword(person), {}, '/api/latest'))
    assert.match(lines[0] ?? '', /^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    assert.match(lines[1] ?? '', /^XSRF-TOKEN="[\w-]{43}"; Path=\/; SameSite=Lax$/)
  })

  it('are others with each sign-in, and the forgery token says nothing of the session', async () => {
    const { person } = await newSomebody(house)
    const [one, two] = [await signIn(house.app, byPassword(person)), await signIn(house.app, byPassword(person))]
    assert.equal(new Set([one.session, one.xsrf, two.session, two.xsrf]).size, 4)
    assert.deepEqual([await meStatus(house.app, one.cookie), await meStatus(house.app, two.cookie)], [200, 200])
    assert.equal(await meStatus(house.app, `session=${one.xsrf}`), 401)
  })
})

describe('X-CloudEndure-Version', () => {
  it('is the path segment v5, at both bases', async () => {
    const { person } = await newSomebody(house)
    for (const base of bases) {
      const answer = await login(house.app, byPassword(person), {}, base)
      assert.equal(answer.headers['x-cloudendure-version'], 'v5')
    }
  })

  it('names a base at which the session works', async () => {
    const { person } = await newSomebody(house)
    const answer = await login(house.app, byPassword(person))
    const base = latest.replace('latest', String(answer.headers['x-cloudendure-version']))
    assert.equal(await meStatus(house.app, cut(answer).cookie, base), 200)
  })

  it('is not said with a refusal', async () => {
    const answer = await login(house.app, { username: 'nobody', password })
    assert.deepEqual([answer.statusCode, answer.headers['x-cloudendure-version']], [401, undefined])
  })
})

describe('a session that comes along with a sign-in', () => {
  it('ends, and no other', async () => {
    const { person } = await newSomebody(house)
    const [old, kept] = [await signIn(house.app, byPassword(person)), await signIn(house.app, byPassword(person))]
    const next = cut(await login(house.app, byPassword(person), { cookie: old.cookie }))
    const statuses = await Promise.all([old, kept, next].map(({ cookie }) => meStatus(house.app, cookie)))
    assert.deepEqual(statuses, [401, 200, 200])
  })

  it('lives on when the sign-in is refused', async () => {
    const { person } = await newSomebody(house)
    const { cookie } = await signIn(house.app, byPassword(person))
    const answer = await login(house.app, { ...byPassword(person), password: 'no' }, { cookie })
    assert.deepEqual([answer.statusCode, await meStatus(house.app, cookie)], [401, 200])
  })

  it('is no hindrance when it is dead, malformed or somebody else’s', async () => {
    const [one, other] = [await newSomebody(house), await newSomebody(house)]
    const foreign = await signIn(house.app, byPassword(other.person))
    for (const cookie of ['session=dead', 'session=', 'session', ';;=', foreign.cookie]) {
      assert.equal((await login(house.app, byPassword(one.person), { cookie })).statusCode, 200, cookie)
    }
    assert.equal(await meStatus(house.app, foreign.cookie), 401)
  })
})
