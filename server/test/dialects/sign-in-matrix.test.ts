// Every rule of signing in at every door that is spoken: one row per door, one cell per rule, each with its literal
// status. A door is added by a row; one that stands in compose without a row here fails the first test.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { InjectOptions } from 'fastify'
import { dialects } from '../../src/compose.ts'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { Person } from '../../src/core/people/person.ts'
import { api } from '../../src/dialects/api/dialect.ts'
import { bearer, ownPage, sessionUrl, signInApi, signInByCookie } from '../_kit/api.ts'
import {
  type Answer,
  newcomer,
  password,
  prolongWaits,
  semaphoreToken,
  setCookies,
  signInPortainer,
  signInSemaphore,
  sql,
} from '../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const rules = [
  'the right password',
  'an unknown name',
  'a wrong password',
  'a disabled person',
  'a locked password',
  'a throttled name',
  'a name throttled at another door',
  'an expired licence',
  'two live credentials of different people',
  'a foreign Origin',
  'a cross-site fetch',
] as const
type Rule = (typeof rules)[number]

interface Row {
  /** A sign-in as this door's clients send it. */
  signIn(username: string, password: string): InjectOptions
  /** A request with the live credentials of both people. */
  ofBoth(house: TestHouse, one: Person, other: Person): Promise<InjectOptions>
  readonly statuses: Readonly<Record<Rule, number>>
}

const rows: Readonly<Record<string, Row>> = {
  portainer: {
    signIn: (username, secret) => ({
      method: 'POST',
      url: '/portainer/api/auth',
      payload: { username, password: secret },
    }),
    async ofBoth(house, one, other) {
      const { jwt } = await signInPortainer(house.app, one.username)
      const { cookie } = await signInPortainer(house.app, other.username)
      return { url: '/portainer/api/users/me', headers: { authorization: jwt, cookie } }
    },
    statuses: {
      'the right password': 200,
      'an unknown name': 422,
      'a wrong password': 422,
      'a disabled person': 422,
      'a locked password': 422,
      'a throttled name': 429,
      'a name throttled at another door': 429,
      'an expired licence': 403,
      'two live credentials of different people': 400,
      'a foreign Origin': 403,
      'a cross-site fetch': 403,
    },
  },
  semaphore: {
    signIn: (auth, secret) => ({
      method: 'POST',
      url: '/semaphore/api/auth/login',
      payload: { auth, password: secret },
    }),
    async ofBoth(house, one, other) {
      const token = await semaphoreToken(house.app, await signInSemaphore(house.app, one.username))
      const cookie = await signInSemaphore(house.app, other.username)
      return { url: '/semaphore/api/user', headers: { authorization: `Bearer ${token}`, cookie } }
    },
    statuses: {
      'the right password': 204,
      'an unknown name': 401,
      'a wrong password': 401,
      'a disabled person': 401,
      'a locked password': 401,
      'a throttled name': 429,
      'a name throttled at another door': 429,
      'an expired licence': 401,
      'two live credentials of different people': 400,
      'a foreign Origin': 403,
      'a cross-site fetch': 403,
    },
  },
  api: {
    signIn: (username, secret) => ({
      method: 'POST',
      url: sessionUrl,
      headers: ownPage,
      payload: { username, password: secret, cookie: true },
    }),
    async ofBoth(house, one, other) {
      const cookie = await signInByCookie(house.app, other.username)
      return { url: sessionUrl, headers: { ...bearer(await signInApi(house.app, one.username)), cookie } }
    },
    statuses: {
      'the right password': 201,
      'an unknown name': 401,
      'a wrong password': 401,
      'a disabled person': 401,
      'a locked password': 401,
      'a throttled name': 429,
      'a name throttled at another door': 429,
      'an expired licence': 403,
      'two live credentials of different people': 400,
      'a foreign Origin': 403,
      'a cross-site fetch': 403,
    },
  },
}

let house: TestHouse
/** Where five failures lock a password before they make it wait. */
let lockingHouse: TestHouse

before(async () => {
  house = await openTestHouse()
  lockingHouse = await openTestHouse({ GATEHOUSE_THROTTLE_FREE_FAILURES: '100', GATEHOUSE_THROTTLE_DISABLE_AFTER: '5' })
})
after(async () => {
  await house.close()
  await lockingHouse.close()
})

async function fail(at: TestHouse, row: Row, username: string, times: number): Promise<void> {
  for (let failed = 0; failed < times; failed += 1) {
    const answer = await at.app.inject(row.signIn(username, 'wrong'))
    assert.equal(answer.statusCode, row.statuses['a wrong password'])
  }
}

async function throttle(row: Row, username: string): Promise<void> {
  await fail(house, row, username, 5)
  prolongWaits(house)
}

async function withExpiredLicence(request: InjectOptions): Promise<Answer> {
  sql(house, "update accounts set licence = 'expired' where identifier = 'default'")
  try {
    return await house.app.inject(request)
  } finally {
    sql(house, "update accounts set licence = 'none-needed' where identifier = 'default'")
  }
}

type Cell = (door: string, row: Row) => Promise<Answer>

const cells: Readonly<Record<Rule, Cell>> = {
  async 'the right password'(_, row) {
    return house.app.inject(row.signIn((await newcomer(house)).username, password))
  },
  async 'an unknown name'(door, row) {
    return house.app.inject(row.signIn(`nobody-at-${door}`, password))
  },
  async 'a wrong password'(_, row) {
    return house.app.inject(row.signIn((await newcomer(house)).username, `${password}!`))
  },
  async 'a disabled person'(_, row) {
    const { username } = await newcomer(house)
    await house.house.core.people.disable(username, byCommand)
    return house.app.inject(row.signIn(username, password))
  },
  async 'a locked password'(_, row) {
    const { username } = await newcomer(lockingHouse)
    await fail(lockingHouse, row, username, 4)
    const fourth = await lockingHouse.app.inject(row.signIn(username, password))
    assert.equal(fourth.statusCode, row.statuses['the right password'], 'four failures lock nothing')
    await fail(lockingHouse, row, username, 5)
    return lockingHouse.app.inject(row.signIn(username, password))
  },
  async 'a throttled name'(_, row) {
    const { username } = await newcomer(house)
    await throttle(row, username)
    return house.app.inject(row.signIn(username, password))
  },
  async 'a name throttled at another door'(door, row) {
    const { username } = await newcomer(house)
    const [, elsewhere] = Object.entries(rows).find(([name]) => name !== door) ?? []
    assert.ok(elsewhere !== undefined)
    await throttle(elsewhere, `${username}@example.org`)
    return house.app.inject(row.signIn(username, password))
  },
  async 'an expired licence'(_, row) {
    return withExpiredLicence(row.signIn((await newcomer(house)).username, password))
  },
  async 'two live credentials of different people'(_, row) {
    return house.app.inject(await row.ofBoth(house, await newcomer(house), await newcomer(house)))
  },
  async 'a foreign Origin'(_, row) {
    const request = row.signIn((await newcomer(house)).username, password)
    return house.app.inject({ ...request, headers: { origin: 'https://evil.example' } })
  },
  async 'a cross-site fetch'(_, row) {
    const request = row.signIn((await newcomer(house)).username, password)
    return house.app.inject({ ...request, headers: { 'sec-fetch-site': 'cross-site' } })
  },
}

const doors = [...dialects, api]

describe('the sign-in matrix', () => {
  it('has a row for every dialect that is spoken', () => {
    assert.deepEqual(doors.map(({ name }) => name).sort(), Object.keys(rows).sort())
  })
})

for (const { name } of doors) {
  describe(`signing in at ${name}`, () => {
    for (const rule of rules) {
      const row = rows[name]
      it(`${rule} is answered ${row?.statuses[rule]}`, async () => {
        assert.ok(row !== undefined, `no row for ${name}`)
        const answer = await cells[rule](name, row)
        assert.equal(answer.statusCode, row.statuses[rule])
        assert.equal(setCookies(answer).length, rule === 'the right password' ? 1 : 0)
        assert.equal(answer.headers['retry-after'] === undefined, !rule.includes('throttled'))
      })
    }
  })
}
