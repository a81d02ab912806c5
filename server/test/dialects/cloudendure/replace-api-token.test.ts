// POST /replaceApiToken (contract 2.5; docs/decisions/0006): a user has one API token here; the one before is dead with
// the answer, with what it opened. The forgery token that it needs is in replace-api-token-xsrf.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { assertCommon, semaphoreToken, setCookies, signInSemaphore, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'
import {
  apiToken,
  assertError,
  audited,
  bases,
  byPassword,
  changeRole,
  everyKind,
  type Kept,
  latest,
  login,
  loginToken,
  meStatus,
  signIn,
} from './client.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const replace = ({ cookie, xsrf }: Kept, base: string = latest, more: { headers?: object; payload?: string } = {}) => {
  const { headers = {}, ...rest } = more
  const sent = { cookie, 'x-xsrf-token': xsrf, ...headers }
  return house.app.inject({ method: 'POST', url: `${base}/replaceApiToken`, headers: sent, ...rest })
}

async function replaced(kept: Kept): Promise<string> {
  const answer = await replace(kept)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<{ apiToken: string }>().apiToken
}

const opens = async (userApiToken: string) => (await login(house.app, { userApiToken })).statusCode
const living = ({ person }: Somebody) =>
  Number(
    sql(
      house,
      `select count(*) as rows from tokens
       where person_id = ${person.id} and kind = 'api' and dialect = 'cloudendure' and revoked_at is null`,
    )[0]?.['rows'],
  )

describe('POST /replaceApiToken', () => {
  it('is apiToken and nothing else, of 16 groups, and signs in, from both bases', async () => {
    const who = await newSomebody(house)
    const kept = await signIn(house.app, byPassword(who.person))
    for (const base of bases) {
      const answer = await replace(kept, base)
      assertCommon(answer)
      assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'application/json'])
      assert.deepEqual(setCookies(answer), [])
      const { apiToken: token, ...rest } = answer.json<{ apiToken: string }>()
      assert.deepEqual(rest, {})
      assert.match(token, /^(?:[0-9A-F]{4}-){15}[0-9A-F]{4}$/)
      assert.equal(await opens(token), 200)
    }
  })

  it('makes every earlier one dead at once, with the sessions they opened, and leaves this session alive', async () => {
    const who = await newSomebody(house)
    const kept = await signIn(house.app, byPassword(who.person))
    const old = [
      await apiToken(house, who.person, 'one'),
      await apiToken(house, who.person, 'two'),
      await replaced(kept),
    ]
    assert.deepEqual(await Promise.all(old.map(opens)), [401, 401, 200])
    const made = [...old, await apiToken(house, who.person, 'three')].slice(2)
    const sessions = await Promise.all(made.map((userApiToken) => signIn(house.app, { userApiToken })))
    const next = await replaced(kept)
    assert.deepEqual(await Promise.all(made.map(opens)), [401, 401])
    assert.deepEqual(await Promise.all(sessions.map(({ cookie }) => meStatus(house.app, cookie))), [401, 401])
    assert.deepEqual([await opens(next), await meStatus(house.app, kept.cookie), living(who)], [200, 200, 1])
  })

  it('touches no token of anybody else, of another door, of an agent, and no login token', async () => {
    const [who, other] = [await newSomebody(house), await newSomebody(house)]
    const theirs = await apiToken(house, other.person)
    const foreign = await semaphoreToken(house.app, await signInSemaphore(house.app, who.person.username))
    const { agentInstallationToken } = await everyKind(house, who)
    const once = await loginToken(house, who.person)
    await replaced(await signIn(house.app, byPassword(who.person)))
    const headers = { authorization: `Bearer ${foreign}` }
    assert.equal((await house.app.inject({ url: '/semaphore/api/user', headers })).statusCode, 200)
    assert.equal(await opens(theirs), 200)
    assert.equal((await login(house.app, agentInstallationToken)).statusCode, 200)
    assert.equal((await login(house.app, { loginToken: once })).statusCode, 200)
  })

  it('is told once: no other answer has it', async () => {
    const { person } = await newSomebody(house)
    const kept = await signIn(house.app, byPassword(person))
    const token = await replaced(kept)
    for (const path of ['/me', '/projects']) {
      const { body } = await house.app.inject({ url: `${latest}${path}`, headers: { cookie: kept.cookie } })
      assert.ok(!body.includes(token) && !body.includes('apiToken'))
    }
    const logged = JSON.stringify(house.logged)
    assert.ok(logged.includes('/replaceApiToken') && !logged.includes(token))
  })

  it('takes whatever body and type: none, empty with a JSON type, no JSON', async () => {
    const kept = await signIn(house.app, byPassword((await newSomebody(house)).person))
    for (const [type, payload] of [
      ['application/json', undefined],
      ['application/json', ''],
      ['application/json', '{"apiToken":"mine"}'],
      ['application/json', '{'],
      ['text/plain', 'x'],
      ['garbage', 'x'],
    ] as const) {
      const more = { headers: { 'content-type': type }, ...(payload === undefined ? {} : { payload }) }
      assert.equal((await replace(kept, latest, more)).statusCode, 200, `${type} ${payload}`)
    }
  })

  it('leaves exactly one living token of parallel calls, and that is one that was answered', async () => {
    const who = await newSomebody(house)
    const kept = [await signIn(house.app, byPassword(who.person)), await signIn(house.app, byPassword(who.person))]
    for (let round = 0; round < 4; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, at) => replace(kept[at % 2] as Kept, bases[at % 2])),
      )
      const tokens = answers.map((answer) => {
        assert.equal(answer.statusCode, 200, answer.body)
        return answer.json<{ apiToken: string }>().apiToken
      })
      assert.equal(new Set(tokens).size, 10)
      assert.equal(living(who), 1)
      const statuses = await Promise.all(tokens.map(opens))
      assert.equal(statuses.filter((status) => status === 200).length, 1)
    }
  })

  it('is in the audit trail with how many it replaced', async () => {
    const { person } = await newSomebody(house)
    const kept = await signIn(house.app, byPassword(person))
    await replaced(kept)
    await replaced(kept)
    const rows = (await audited(house, 'token.api.created')).filter(
      ({ actor }) => (actor as { id?: number }).id === person.id,
    )
    assert.deepEqual(
      rows.map(({ detail }) => (detail as { replaced: number }).replaced),
      [0, 1],
    )
  })

  it('is for every role, and by password and login token', async () => {
    const who = await newSomebody(house)
    for (const role of ['owner', 'admin', 'member', 'read-only'] as const) {
      await changeRole(house, who, role)
      await replaced(await signIn(house.app, byPassword(who.person)))
    }
    const once = await signIn(house.app, { loginToken: await loginToken(house, who.person) })
    assert.equal(await opens(await replaced(once)), 200)
  })
})

describe('POST /replaceApiToken refused', () => {
  it('is 403 in a session that an API token opened, and everything lives on', async () => {
    const who = await newSomebody(house)
    const token = await apiToken(house, who.person)
    const kept = await signIn(house.app, { userApiToken: token })
    assertError(await replace(kept), 403, 'not-allowed')
    assert.deepEqual([await opens(token), await meStatus(house.app, kept.cookie), living(who)], [200, 200, 1])
  })

  it('is 403 for an agent', async () => {
    const { agentInstallationToken } = await everyKind(house, await newSomebody(house))
    assertError(await replace(await signIn(house.app, agentInstallationToken)), 403, 'not-allowed')
  })

  it('is 401 without a live session, whatever X-XSRF-TOKEN says', async () => {
    const who = await newSomebody(house)
    const kept = await signIn(house.app, byPassword(who.person))
    const token = await replaced(kept)
    await house.app.inject({ method: 'POST', url: `${latest}/logout`, headers: { cookie: kept.cookie } })
    for (const dead of [kept, { ...kept, cookie: '' }, { ...kept, cookie: 'session=x' }]) {
      assertError(await replace(dead), 401, 'not-signed-in')
    }
    assert.equal(await opens(token), 200)
  })

  it('is 403 from another site with the right token, and changes nothing', async () => {
    const who = await newSomebody(house)
    const kept = await signIn(house.app, byPassword(who.person))
    const token = await replaced(kept)
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      assertError(await replace(kept, latest, { headers }), 403, 'cross-site')
    }
    assert.deepEqual([await opens(token), living(who)], [200, 1])
    const own = { host: 'localhost', origin: 'http://localhost' }
    assert.equal((await replace(kept, latest, { headers: own })).statusCode, 200)
  })

  it('is 401 for a person who was disabled meanwhile', async () => {
    const who = await newSomebody(house)
    const kept = await signIn(house.app, byPassword(who.person))
    await house.house.core.people.disable(who.person.username, byCommand)
    assertError(await replace(kept), 401, 'not-signed-in')
    assert.equal(living(who), 0)
  })
})
