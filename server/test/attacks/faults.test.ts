// Item 0.4 and 16.5: an error ends the request. With each table of the store gone in turn, no route hands out a cookie
// or a token, opens a session or says a word about why; and when the store is back, so is the house.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { apiTokens, doors, type Headers, liveCookies, makeToken, signIn, sql } from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'broken cup on the window sill'
let house: TestHouse
let id: number
const cookies = new Map<string, Headers>()
const tokens = new Map<string, Headers>()

before(async () => {
  house = await openTestHouse()
  id = (await house.addPerson('fragile', password)).id
  for (const door of doors) {
    const session = await signIn(house, door, 'fragile', password)
    cookies.set(door.name, { cookie: `${door.cookie}=${session.cookie}` })
    tokens.set(door.name, apiTokens[door.name].headers(await makeToken(house, door, session, id, password)))
  }
})

after(() => house.close())

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
]) {
  test(`without the table ${table} nothing is handed out, nothing is told, and nothing stays [0.4] [16.5]`, async () => {
    const counts = () =>
      sql(house, 'select (select count(*) from sessions) as sessions, (select count(*) from tokens) as tokens')[0]
    const before = counts()
    sql(house, `alter table ${table} rename to gone`)
    const seen: string[] = []
    try {
      for (const door of doors) {
        const { path, wish } = apiTokens[door.name]
        const cookie = { ...cookies.get(door.name) }
        const asked = [
          { method: 'POST', url: door.signInPath, payload: { [door.nameField]: 'fragile', password: `${password}?` } },
          { method: 'POST', url: door.signInPath, payload: { [door.nameField]: 'nobody', password } },
          { method: 'GET', url: door.whoPath, headers: cookie },
          { method: 'GET', url: door.whoPath, headers: { ...tokens.get(door.name) } },
          { method: 'GET', url: door.whoPath, headers: { cookie: `${door.cookie}=dead` } },
          { method: 'GET', url: path(id), headers: cookie },
          { method: 'POST', url: path(id), headers: cookie, payload: { ...wish(`${password}?`), expires_at: 'never' } },
        ] as const
        for (const request of asked) {
          const answer = await house.app.inject(request)
          assert.deepEqual(liveCookies(answer), [], request.url)
          assert.ok(!/sql|table|column|gone|at .*\.ts|node:/i.test(answer.body), answer.body)
          if (answer.statusCode >= 500) {
            assert.match(String(answer.headers['x-request-id']), /^[\w-]{8}-/)
            seen.push(`${answer.statusCode}`)
          }
        }
      }
    } finally {
      sql(house, `alter table gone rename to ${table}`)
    }
    assert.ok(seen.every((status) => status === '500' || status === '503'))
    assert.deepEqual({ ...counts() }, { ...before })
    for (const door of doors) {
      await house.house.core.throttles.forget('fragile')
      assert.equal(
        (await house.app.inject({ url: door.whoPath, headers: { ...cookies.get(door.name) } })).statusCode,
        200,
      )
      assert.equal(
        (await house.app.inject({ url: door.whoPath, headers: { ...tokens.get(door.name) } })).statusCode,
        200,
      )
      await signIn(house, door, 'fragile', password)
    }
  })
}

for (const table of ['sessions', 'tokens', 'audit', 'audit_heads']) {
  test(`a right sign-in and a sign-out that cannot write ${table} are refused, and nothing of them has happened [law 7]`, async () => {
    for (const door of doors) {
      const session = await signIn(house, door, 'fragile', password)
      const cookie = { cookie: `${door.cookie}=${session.cookie}` }
      sql(house, `alter table ${table} rename to gone`)
      try {
        const payload = { [door.nameField]: 'fragile', password }
        const into = await house.app.inject({ method: 'POST', url: door.signInPath, payload })
        const out = await house.app.inject({ method: 'POST', url: door.signOutPath, headers: cookie })
        for (const answer of [into, out]) {
          assert.ok(answer.statusCode >= 500, `${answer.statusCode}`)
          assert.deepEqual(liveCookies(answer), [])
        }
      } finally {
        sql(house, `alter table gone rename to ${table}`)
      }
      assert.equal((await house.app.inject({ url: door.whoPath, headers: cookie })).statusCode, 200)
      assert.equal((await house.app.inject({ method: 'POST', url: door.signOutPath, headers: cookie })).statusCode, 204)
      assert.equal((await house.app.inject({ url: door.whoPath, headers: cookie })).statusCode, 401)
    }
  })
}
