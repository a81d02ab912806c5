// Item 0.4 and 16.5: an error ends the request. With each table of the store gone in turn, no route hands out a cookie
// or a token, opens a session or says a word about why; and when the store is back, so is the house.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import {
  type AttackDoor,
  carry,
  carryWrite,
  type DoorName,
  doors,
  type Headers,
  inject,
  liveCookies,
  makeToken,
  setCookies,
  signIn,
  signInRequest,
  signOutRequest,
  sql,
  who,
} from '../_kit/attack-doors.ts'
import { password } from '../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'
import { waysIn } from '../_kit/ways-in.ts'
import type { WireRequest } from '../_kit/wire.ts'

let house: TestHouse
let id: number
const sessions = new Map<string, Headers>()
const tokens = new Map<string, WireRequest>()

before(async () => {
  house = await openTestHouse()
  id = (await house.addPerson('fragile', password)).id
  for (const door of doors) {
    const session = await signIn(house, door, 'fragile', password)
    sessions.set(door.name, carry(door, session))
    tokens.set(door.name, door.tokens.use(await makeToken(house, door, session, id, password)))
  }
})

after(() => house.close())

/** Requests of one door only, none of which hands anything out. */
const more: Readonly<Partial<Record<DoorName, readonly WireRequest[]>>> = {
  cloudendure: [
    { method: 'POST', path: '/cloudendure/api/v5/login', body: { loginToken: 'dead' } },
    { method: 'POST', path: '/cloudendure/api/v5/login', body: { agentInstallationToken: 'dead' } },
    {
      method: 'POST',
      path: '/cloudendure/api/v5/login',
      body: { username: 'fragile', password, accountIdentifier: 'x' },
    },
    { path: '/cloudendure/api/v5/projects', headers: { cookie: 'session=dead' } },
  ],
  extremecloudiq: [
    { path: '/extremecloudiq/auth/apitoken/info', headers: { authorization: 'Bearer dead' } },
    { method: 'POST', path: '/extremecloudiq/auth/apitoken/:validate', body: { token: 'dead' } },
  ],
}

/** A right sign-in by each of the door's ways; those of tokens have one made for the purpose. */
async function rightSignIns(door: AttackDoor): Promise<readonly (WireRequest & { readonly signedIn: number })[]> {
  const who = { person: await house.house.core.people.get('fragile'), account: 'default' }
  const ways = waysIn.filter((way) => way.door === door.dialect)
  return Promise.all(
    ways.map(async (way) => {
      const { url, headers, payload } = await way.right(house, who)
      const signedIn = way.isPage === true ? 303 : door.signedIn
      return { method: 'POST', path: String(url), headers: { ...(headers as Headers) }, body: payload, signedIn }
    }),
  )
}

/** What nothing comes of, whatever the store does. */
function hopeless(door: AttackDoor): readonly WireRequest[] {
  const mine = { ...sessions.get(door.name) }
  const make = door.tokens.make(id, `${password}?`)
  const dead = { cookie: `${door.cookie ?? 'session'}=dead`, authorization: 'Bearer dead' }
  const live = door.tokens.headers === undefined ? undefined : tokens.get(door.name)
  return [
    signInRequest(door, 'fragile', `${password}?`),
    signInRequest(door, 'nobody', password),
    { path: door.whoPath, headers: mine },
    ...(live === undefined ? [] : [live]),
    door.tokens.use('dead'),
    { path: door.whoPath, headers: dead },
    { path: make.path, headers: mine },
    // Without the header that a write by cookie needs at some door, or without anything that may be made.
    {
      ...make,
      headers: mine,
      body: { ...(make.body ?? {}), expires_at: 'never', expiresAt: 'never', permissions: [] },
    },
    ...(more[door.name] ?? []),
  ]
}

function assertTellsNothing(answer: LightMyRequestResponse): number {
  assert.deepEqual(liveCookies(answer), [])
  assert.ok(!/sql|table|column|gone|at .*\.ts|node:/i.test(answer.body), answer.body)
  if (answer.statusCode >= 500) assert.match(String(answer.headers['x-request-id']), /^[\w-]{8}-/)
  return answer.statusCode
}

for (const table of [
  'persons',
  'names',
  'passwords',
  'accounts',
  'memberships',
  'sessions',
  'tokens',
  'throttle',
  'audit',
  'audit_heads',
  'signing_keys',
  'installation',
  'projects',
]) {
  test(`without the table ${table} nothing is handed out, nothing is told, and nothing stays [0.4] [16.5]`, async () => {
    const counts = () =>
      sql(house, 'select (select count(*) from sessions) as sessions, (select count(*) from tokens) as tokens')[0]
    const before = counts()
    sql(house, `alter table ${table} rename to gone`)
    const seen = new Set<number>()
    try {
      for (const door of doors) {
        for (const request of hopeless(door)) seen.add(assertTellsNothing(await inject(house, request)))
      }
    } finally {
      sql(house, `alter table gone rename to ${table}`)
    }
    assert.ok([...seen].every((status) => status < 500 || status === 500 || status === 503))
    assert.deepEqual({ ...counts() }, { ...before })
    for (const door of doors) {
      await house.house.core.throttles.forget('fragile')
      assert.equal(
        (await house.app.inject({ url: door.whoPath, headers: { ...sessions.get(door.name) } })).statusCode,
        200,
      )
      const token = tokens.get(door.name)
      assert.equal(token && (await inject(house, token)).statusCode, 200)
      await signIn(house, door, 'fragile', password)
    }
  })
}

for (const table of ['sessions', 'tokens', 'audit', 'audit_heads']) {
  test(`a right sign-in in any way, a sign-out and a new API token that cannot write ${table} are refused, and nothing of them has happened [0.4] [law 7]`, async () => {
    for (const door of doors) {
      // What a fault broke off is counted as under way for half a minute.
      sql(house, 'update throttle set pending = 0, failures = 0, blocked_until = 0')
      const session = await signIn(house, door, 'fragile', password)
      const mine = carry(door, session)
      const ins = await rightSignIns(door)
      const out = signOutRequest(door, mine)
      const make = { ...door.tokens.make(id, password), headers: carryWrite(door, session) }
      sql(house, `alter table ${table} rename to gone`)
      try {
        for (const request of [...ins, out, make]) {
          const answer = await inject(house, request)
          assert.ok(assertTellsNothing(answer) >= 500, `${answer.statusCode}`)
          assert.deepEqual(setCookies(answer), [])
          assert.ok(!/access_token|jwt|apiToken|rawAPIKey|roles/.test(answer.body), answer.body)
        }
      } finally {
        sql(house, `alter table gone rename to ${table}`)
      }
      const token = tokens.get(door.name)
      assert.equal(token && (await inject(house, token)).statusCode, 200)
      assert.equal(await who(house, door, mine), 200)
      assert.equal((await inject(house, out)).statusCode, door.signedOut)
      assert.equal(await who(house, door, mine), 401)
      // What works once was not used up either.
      for (const request of ins) assert.equal((await inject(house, request)).statusCode, request.signedIn)
    }
  })
}
