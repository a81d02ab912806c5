// The door without cookies (ExtremeCloudIQ): it sets none and heeds none, at any route; its colons are text of the path
// and reach nothing by another spelling; its look at a token tells no more than using it; and what one request may make
// it look up is bounded.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dialects } from '../../src/compose.ts'
import {
  assertRefused,
  carry,
  doorOf,
  doors,
  eventsDuring,
  type Headers,
  inject,
  makeToken,
  type SignedIn,
  setCookies,
  signIn,
  trySignIn,
  useToken,
  who,
  wireOf,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'
import { ask } from '../_kit/wire.ts'

const password = 'slate roof after the hail'
const door = doorOf('extremecloudiq')
let house: TestHouse
let origin: string
let session: SignedIn
let personId: number

before(async () => {
  house = await openTestHouse()
  personId = (await house.addPerson('bearer', password)).id
  session = await signIn(house, door, 'bearer', password)
  // Over a socket: an injected request would have its path tidied first.
  origin = await house.app.listen({ host: '127.0.0.1', port: 0 })
})

after(() => house.close())

const names = [
  'session',
  'access_token',
  'token',
  'jwt',
  'Authorization',
  'Bearer',
  'extremecloudiq',
  'gatehouse',
  '__Host-gatehouse',
  'JSESSIONID',
  'XSRF-TOKEN',
  ...doors.flatMap(({ cookie }) => cookie ?? []),
]
const inCookies = (value: string): Headers => ({ cookie: names.map((name) => `${name}=${value}`).join('; ') })

test('a live token in a cookie of any name lets nobody in, signs nobody out, and is not asked about [S14] [X02]', async () => {
  const jwt = String(session.jwt)
  for (const value of [jwt, `Bearer ${jwt}`, `"${jwt}"`, encodeURIComponent(`Bearer ${jwt}`)]) {
    const asked = await eventsDuring(house, () => house.app.inject({ url: door.whoPath, headers: inCookies(value) }))
    assert.deepEqual([wireOf(asked.answer), asked.events], [{ ...door.deadToken }, []])
    const out = { method: 'POST', path: door.signOutPath, headers: inCookies(value) }
    assert.deepEqual(wireOf(await inject(house, out)), { ...door.deadToken })
    const mint = { ...door.tokens.make(personId, password), headers: inCookies(value) }
    assert.equal((await inject(house, mint)).statusCode, 401)
  }
  assert.equal(await who(house, door, carry(door, session)), 200)
})

test('cookies beside a live token change nothing, whatever they are [S14]', async () => {
  const other = await signIn(house, door, 'bearer', password)
  for (const value of ['', 'dead', String(other.jwt), 'x'.repeat(1000)]) {
    assert.equal(await who(house, door, { ...inCookies(value), ...carry(door, session) }), 200)
  }
  const headers = { ...inCookies(String(other.jwt)), ...carry(door, await signIn(house, door, 'bearer', password)) }
  assert.equal((await inject(house, { method: 'POST', path: door.signOutPath, headers })).statusCode, 200)
  assert.equal(await who(house, door, carry(door, other)), 200)
})

const routes = dialects.find(({ name }) => name === door.name)?.routes ?? []
for (const { method, path } of routes) {
  test(`${method} ${path} sets no cookie, signed in or not, and allows no other site to read it [3.2] [X05]`, async () => {
    const mine = await signIn(house, door, 'bearer', password)
    const url = `${door.base}${path.replaceAll('::', ':')}`
    const bodies = [undefined, {}, { username: 'bearer', password }, { permissions: ['auth', 'logout', 'user-me:r'] }]
    for (const body of bodies) {
      for (const headers of [{}, carry(door, mine), inCookies(String(mine.jwt))]) {
        const answer = await inject(house, { method: String(method), path: url, headers, body })
        assert.deepEqual(setCookies(answer), [])
        assert.ok(answer.statusCode < 500, answer.body)
        assert.deepEqual(
          Object.keys(answer.headers).filter((name) => name.startsWith('access-control-')),
          [],
        )
      }
    }
  })
}

const validate = '/extremecloudiq/auth/apitoken/:validate'
const look = (body: string, path = validate, headers: Headers = {}) =>
  house.app.inject({ method: 'POST', url: path, headers: { 'content-type': 'text/plain', ...headers }, payload: body })

for (const path of [
  '/extremecloudiq/auth/apitoken/validate',
  '/extremecloudiq/auth/apitoken/::validate',
  '/extremecloudiq/auth/apitoken/x',
  '/extremecloudiq/auth/apitoken/:x',
  '/extremecloudiq/auth/apitoken/x:validate',
  '/extremecloudiq/auth/apitoken/:validatex',
  '/extremecloudiq/auth/apitoken/:Validate',
  '/extremecloudiq/auth/apitoken/:validate/',
  '/extremecloudiq/auth/apitoken/%253Avalidate',
  '/extremecloudiq/auth/apitoken/%EF%BC%9Avalidate',
  '/extremecloudiq/auth/apitoken:validate',
  '/extremecloudiq/auth/apitoken/;validate',
  '/extremecloudiq/auth/apitoken%2F:validate',
  '/extremecloudiq/auth/apitoken/1',
]) {
  test(`${path} is not the look at a token: nothing is there, for a live token and for nobody [C09]`, async () => {
    const headers = { 'content-type': 'text/plain', ...carry(door, session) }
    for (const method of ['POST', 'GET', 'DELETE']) {
      const answers = await Promise.all([ask(origin, { method, path }), ask(origin, { method, path, headers })])
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [404])
    }
  })
}

test('the look at a token has one method; a colon that is percent-encoded is another path, where a live token and a dead one are alike [C09]', async () => {
  const jwt = String(session.jwt)
  assert.deepEqual([(await look(jwt)).statusCode, (await look('dead')).statusCode], [200, 401])
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
    const { statusCode, headers } = await house.app.inject({ method, url: validate, headers: carry(door, session) })
    assert.deepEqual([statusCode, headers['allow']], [405, 'POST'])
  }
  for (const path of [validate.replace(':', '%3A'), validate.replace(':', '%3a')]) {
    for (const type of ['application/json', 'text/plain']) {
      for (const text of [JSON.stringify(jwt), '"dead"']) {
        assert.equal((await look(text, path, { 'content-type': type })).statusCode, 404)
      }
    }
    for (const method of ['GET', 'POST', 'DELETE']) assert.equal((await ask(origin, { method, path })).status, 404)
  }
})

test('the look at a token tells no more than using it: one answer to all that is none, nothing of one that is [J17] [A01]', async () => {
  const token = await makeToken(house, door, session, personId, password)
  const semaphore = doorOf('semaphore')
  const foreign = String((await signIn(house, semaphore, 'bearer', password)).cookie)
  for (const live of [String(session.jwt), token, ` ${token}\n`]) {
    const answer = await look(live)
    assert.deepEqual([answer.statusCode, answer.body, setCookies(answer)], [200, '', []])
  }
  const gone = await makeToken(house, door, session, personId, password)
  await inject(house, { method: 'POST', path: door.signOutPath, headers: { authorization: `Bearer ${gone}` } })
  for (const none of [
    'dead',
    gone,
    foreign,
    `${token}x`,
    `Bearer ${token}`,
    JSON.stringify(token),
    'x'.repeat(60_000),
  ]) {
    await assertRefused(house, door.deadToken, 'token.invalid', () => look(none))
  }
  for (const empty of ['', ' ']) assert.deepEqual(wireOf(await look(empty)), { ...door.deadToken })
  // What is in the header does not answer for what is in the body.
  assert.equal((await look('dead', validate, carry(door, session))).statusCode, 401)
  assert.equal(await useToken(house, door, token), 200)
  assert.ok(!JSON.stringify(house.logged).includes(token))
})

test('the look at a token needs no body and breaks at none [C01] [C06]', async () => {
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'image/png']) {
    for (const body of ['{', '[]', '{"__proto__":{}}', '\u0000', '\ud800', '['.repeat(60_000)]) {
      const answer = await look(body, validate, { 'content-type': type })
      assert.equal(answer.statusCode, 401, body.slice(0, 20))
    }
  }
  assert.equal((await look('x'.repeat(70_000))).statusCode, 413)
  assert.deepEqual(wireOf(await house.app.inject({ method: 'POST', url: validate })), { ...door.deadToken })
})

test('a sign-in that carries somebody else, live, is a sign-in of its own and ends nobody [S02]', async () => {
  await house.addPerson('second', password)
  const before = await signIn(house, door, 'bearer', password)
  const answer = await trySignIn(house, door, 'second', password, { headers: carry(door, before) })
  assert.equal(answer.statusCode, 200)
  assert.equal(await who(house, door, carry(door, before)), 200)
})

for (const [what, many] of [
  ['thousands of short ones', (at: number) => `Bearer ${at.toString(36)}`],
  ['hundreds of long ones', (at: number) => `Bearer ${at.toString(36).padStart(43, 'x')}`],
] as const) {
  const planted = Array.from({ length: 5000 }, (_, at) => many(at))
    .join(',')
    .slice(0, 15_000)
    .replace(/,[^,]*$/, '')

  test(`${what} in one header let nobody in, and keep nobody's session from ending [C06] [H04]`, async () => {
    const session = await signIn(house, door, 'bearer', password)
    const [, own = ''] = /^Bearer (.+)$/.exec(carry(door, session)['authorization'] ?? '') ?? []
    const authorization = `${planted},Bearer ${own}`
    assert.equal((await inject(house, { path: door.whoPath, headers: { authorization: planted } })).statusCode, 401)
    assert.equal(await who(house, door, carry(door, session)), 200)
    const out = await inject(house, { method: 'POST', path: door.signOutPath, headers: { authorization } })
    assert.equal(out.statusCode, 200)
    assert.equal(await who(house, door, carry(door, session)), 401)
  })
}
