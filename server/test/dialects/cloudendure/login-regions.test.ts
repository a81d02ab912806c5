// 307 (seed 003; contract 2.2; model.md, 307): an account of a region is sent to the region's base, after the proof and
// the licence; nothing is opened or used up there; the target never sends on; the session then works on both bases.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { assertCommon, setCookies, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'
import {
  assertError,
  audited,
  bases,
  byPassword,
  cut,
  everyKind,
  latest,
  login,
  meStatus,
  sessionRows,
  signIn,
  v5,
  wrongCredentials,
} from './client.ts'

const own = ['/api/latest', '/api/v5'] as const
let house: TestHouse

before(async () => {
  // Few at once, so that an attempt that is neither success nor failure shows when it is not given back.
  house = await openTestHouse({ GATEHOUSE_CLOUDENDURE_LISTEN: '127.0.0.1:3000', GATEHOUSE_THROTTLE_IN_FLIGHT: '6' })
})
after(() => house.close())

async function inRegion(at: TestHouse, region: string): Promise<Somebody> {
  const who = await newSomebody(at)
  await at.house.core.accounts.changeRegion(who.account, region, byCommand)
  return who
}

/** Where each base sends this body; a base that signs in says 200. */
async function wayOf(at: TestHouse, body: object): Promise<readonly (string | number | undefined)[]> {
  const ways = []
  for (const base of bases) {
    const answer = await login(at.app, body, {}, base)
    ways.push(answer.statusCode === 307 ? answer.headers.location : answer.statusCode)
  }
  return ways
}

describe('an account of a region', () => {
  it('is sent from /api/latest to /api/v5 of the same site root, with a body of Error’s shape and the version', async () => {
    const { person } = await inRegion(house, 'eu')
    const answer = await login(house.app, byPassword(person))
    assertCommon(answer)
    assert.deepEqual([answer.statusCode, answer.headers.location], [307, `${v5}/login`])
    assert.deepEqual(answer.json(), {
      message: 'A different endpoint is required to service this user.',
      code: 'elsewhere',
    })
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(answer.headers['x-cloudendure-version'], 'v5')
    assert.deepEqual(setCookies(answer), [])
  })

  it('is sent likewise on its own listener, below its root', async () => {
    const { person } = await inRegion(house, 'eu')
    const app = house.own('cloudendure')
    const answer = await login(app, byPassword(person), {}, own[0])
    assert.deepEqual([answer.statusCode, answer.headers.location], [307, '/api/v5/login'])
    assert.equal((await login(app, byPassword(person), {}, own[1])).statusCode, 200)
  })

  it('is never sent on by the base that serves it', async () => {
    const { person } = await inRegion(house, 'eu')
    assert.deepEqual(await wayOf(house, byPassword(person)), [`${v5}/login`, 200])
  })

  it('has its session on both bases and on the own listener, whichever opened it', async () => {
    const { person } = await inRegion(house, 'eu')
    const { cookie } = await signIn(house.app, byPassword(person), v5)
    const there = await signIn(house.own('cloudendure'), byPassword(person), own[1])
    for (const one of [cookie, there.cookie]) {
      for (const base of bases) assert.equal(await meStatus(house.app, one, base), 200)
      for (const base of own) assert.equal(await meStatus(house.own('cloudendure'), one, base), 200)
    }
  })

  it('is not told to a wrong credential: 401 by every kind', async () => {
    const who = await inRegion(house, 'eu')
    const kinds = await everyKind(house, who)
    for (const kind of ['userApiToken', 'loginToken', 'agentInstallationToken']) {
      assertError(await login(house.app, { [kind]: 'wrong' }), 401, 'wrong-credentials', wrongCredentials)
    }
    const wrong = { ...byPassword(who.person), password: 'wrong' }
    assertError(await login(house.app, wrong), 401, 'wrong-credentials', wrongCredentials)
    for (const body of Object.values(kinds)) assert.equal((await login(house.app, body)).statusCode, 307)
  })

  it('is signed in where it is asked, once it has no region', async () => {
    const { person, account } = await inRegion(house, 'eu')
    assert.deepEqual(await wayOf(house, byPassword(person)), [`${v5}/login`, 200])
    await house.house.core.accounts.changeRegion(account, undefined, byCommand)
    assert.deepEqual(await wayOf(house, byPassword(person)), [200, 200])
  })

  it('is the account that is asked for, not the home account', async () => {
    const { person, account } = await inRegion(house, 'eu')
    const { accounts, memberships } = house.house.core
    await accounts.create({ identifier: `unplaced-${person.id}` }, byCommand)
    await memberships.add({ account: `unplaced-${person.id}`, person: person.username, role: 'member' }, byCommand)
    const to = async (accountIdentifier: string) =>
      (await login(house.app, { ...byPassword(person), accountIdentifier })).statusCode
    assert.deepEqual([await to(account), await to(`unplaced-${person.id}`)], [307, 200])
  })
})

describe('being sent on', () => {
  it('opens nothing and ends nothing', async () => {
    const who = await inRegion(house, 'eu')
    const { cookie } = await signIn(house.app, byPassword(who.person), v5)
    const before = sessionRows(house)
    for (const body of Object.values(await everyKind(house, who))) {
      const answer = await login(house.app, body, { cookie })
      assert.deepEqual([answer.statusCode, setCookies(answer)], [307, []])
    }
    assert.deepEqual([sessionRows(house), await meStatus(house.app, cookie)], [before, 200])
    assert.equal((await login(house.app, byPassword(who.person), { cookie }, v5)).statusCode, 200)
    assert.deepEqual([sessionRows(house), await meStatus(house.app, cookie)], [before + 1, 401])
  })

  it('uses no login token up, however often; the target does', async () => {
    const body = (await everyKind(house, await inRegion(house, 'eu'))).loginToken
    for (let time = 0; time < 3; time += 1) assert.equal((await login(house.app, body)).statusCode, 307)
    assert.equal((await login(house.app, body, {}, v5)).statusCode, 200)
    assertError(await login(house.app, body), 401, 'wrong-credentials', wrongCredentials)
    assertError(await login(house.app, body, {}, v5), 401, 'wrong-credentials', wrongCredentials)
  })

  it('is no failure: it makes nobody wait', async () => {
    const { person } = await inRegion(house, 'eu')
    for (let time = 0; time < 8; time += 1) {
      assert.equal((await login(house.app, byPassword(person))).statusCode, 307)
    }
    assert.equal((await login(house.app, byPassword(person), {}, v5)).statusCode, 200)
    assert.deepEqual(sql(house, `select failures from passwords where person_id = ${person.id}`), [
      Object.assign(Object.create(null), { failures: 0 }),
    ])
  })

  it('is in the audit trail with the region, one row each, of a person and of an agent', async () => {
    const who = await inRegion(house, 'audited-region')
    const { password: body, agentInstallationToken: agent } = await everyKind(house, who)
    await login(house.app, body)
    await login(house.app, agent)
    await login(house.app, body, {}, v5)
    const rows = (await audited(house, 'auth.login.redirected')).filter(
      ({ reason }) => reason === 'region audited-region',
    )
    const targets = rows.map(({ target }) => target as { kind: string; id: number })
    assert.deepEqual(
      targets.map(({ kind }) => kind),
      ['person', 'project'],
    )
    assert.equal(targets[0]?.id, who.person.id)
  })
})

/** Follows redirects with the same body, as urllib3 and requests do; every answer on the way. */
async function follow(body: object, from: string) {
  const answers = [await login(house.app, body, {}, from)]
  while (answers.at(-1)?.statusCode === 307 && answers.length < 5) {
    const location = String(answers.at(-1)?.headers.location)
    const url = new URL(location, `http://localhost${from}/login`)
    assert.equal(url.origin, 'http://localhost')
    answers.push(await house.app.inject({ method: 'POST', url: url.pathname, payload: body }))
  }
  return answers
}

describe('clients that are sent on', () => {
  it('urllib3 and requests repeat the body once and are in, by every kind', async () => {
    const who = await inRegion(house, 'eu')
    for (const [kind, body] of Object.entries(await everyKind(house, who))) {
      const answers = await follow(body, latest)
      const statuses = answers.map(({ statusCode }) => statusCode)
      assert.deepEqual(statuses, [307, 200], kind)
      const last = answers.at(-1)
      assert.ok(last !== undefined)
      const status = await meStatus(house.app, cut(last).cookie)
      assert.equal(status, kind === 'agentInstallationToken' ? 403 : 200, kind)
    }
  })

  it('aws-samples sign in a third time at the path of the last answer, and go on at /api/latest', async () => {
    const { userApiToken: body } = await everyKind(house, await inRegion(house, 'eu'))
    const first = await follow(body, latest)
    assert.equal(first.length, 2)
    const endpoint = String(first[0]?.headers.location).split('/').slice(0, -1).join('/')
    const third = await login(house.app, body, {}, endpoint)
    assert.deepEqual([endpoint, third.statusCode], [v5, 200])
    assert.equal(await meStatus(house.app, cut(third).cookie, latest), 200)
  })
})
