// What an agent's installation token opens may be signed out with and nothing else: at every route of every door, in
// every place where a credential is read. It dies with its token, its account and its sign-out. The routes are taken
// from the dialects, so a new one is asked, too.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dialects } from '../../src/compose.ts'
import { byCommand } from '../../src/core/audit/audit.ts'
import { api } from '../../src/dialects/api/dialect.ts'
import { ownPage } from '../_kit/api.ts'
import {
  assertRefused,
  cookieOf,
  doorOf,
  doors,
  type Headers,
  inject,
  type SignedIn,
  sessionOf,
  signIn,
  sql,
  useToken,
  who,
  wireOf,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'
import type { WireRequest } from '../_kit/wire.ts'

const password = 'two herons on one stone'
const door = doorOf('cloudendure')
const notAllowed = { status: 403, body: '{"message":"This is not allowed.","code":"not-allowed"}' }
let house: TestHouse
let made = 0

before(async () => {
  house = await openTestHouse()
  await house.addPerson('keeper', password)
})

after(() => house.close())

/** A project of the default account's, and its agent token. */
async function project(): Promise<{ readonly name: string; readonly token: string }> {
  made += 1
  const { accounts, projects } = house.house.core
  const { name, agentToken } = await projects.create(await accounts.get('default'), `fleet ${made}`, byCommand)
  return { name, token: agentToken?.reveal() ?? '' }
}

const enter = (token: string) =>
  inject(house, { method: 'POST', path: door.signInPath, body: { agentInstallationToken: token } })
const open = async (token: string): Promise<SignedIn> => sessionOf(door, await enter(token))
const carry = (session: SignedIn): Headers => ({
  cookie: `session=${cookieOf(session)}`,
  'x-xsrf-token': String(session.xsrf),
})
const live = (session: SignedIn) => who(house, door, carry(session))
const replace = async (name: string) => {
  const { accounts, projects } = house.house.core
  return (await projects.replaceToken(await accounts.get('default'), name, byCommand)).agentToken?.reveal() ?? ''
}
const state = () =>
  ['persons', 'passwords', 'memberships', 'projects', 'accounts'].map((table) => sql(house, `select * from ${table}`))

interface Asked {
  readonly dialect: string
  readonly request: WireRequest
}

const every: readonly Asked[] = [...dialects, api].flatMap(({ name, bases, routes, pages = [] }) => {
  const root = name === 'api' ? '' : `/${name}`
  const asked = bases.flatMap((base) => routes.map(({ method, path }) => ({ method, path: `${root}${base}${path}` })))
  const all = [...asked, ...pages.map(({ method, path }) => ({ method, path: `${root}${path}` }))]
  return all.map(({ method, path }) => ({
    dialect: name,
    request: {
      method: String(method),
      path: path.replaceAll('::', '\0').replaceAll(/:\w+/g, '1').replaceAll('\0', ':'),
    },
  }))
})

const isFree = ({ path }: WireRequest): boolean => /\/(login|logout)$/.test(path)
const own = every.filter(({ dialect, request }) => dialect === door.name && !isFree(request))

test('there is something to ask of every door', () => {
  assert.deepEqual([...new Set(every.map(({ dialect }) => dialect))], [...new Set(doors.map(({ dialect }) => dialect))])
  assert.ok(own.length >= 6)
})

for (const { request } of own) {
  test(`an agent may not ${request.method} ${request.path}, with or without everything that a write needs [S13]`, async () => {
    const { token } = await project()
    const session = await open(token)
    const before = state()
    for (const headers of [carry(session), { cookie: `session=${cookieOf(session)}` }]) {
      await assertRefused(house, notAllowed, 'authz.denied', () => inject(house, { ...request, headers }))
      await assertRefused(house, notAllowed, 'authz.denied', () =>
        inject(house, { ...request, headers, body: { id: 1, newPassword: password } }),
      )
    }
    assert.deepEqual(state(), before)
    assert.equal(await live(session), 403)
  })
}

for (const { dialect, request } of every.filter(({ dialect: name }) => name !== door.name)) {
  test(`${dialect} ${request.method} ${request.path}: an agent is nobody there, wherever its cookie or token stands [S13]`, async () => {
    const { token } = await project()
    const session = await open(token)
    // From our own page, so that nothing is refused for where it comes from.
    const plain = wireOf(await inject(house, { ...request, headers: ownPage }))
    const others = doors.map(({ cookie = 'gatehouse' }) => cookie)
    for (const secret of [cookieOf(session), token, String(session.xsrf)]) {
      for (const headers of [
        { cookie: others.map((name) => `${name}=${secret}`).join('; ') },
        { authorization: `Bearer ${secret}` },
        { 'x-api-key': secret, 'x-xsrf-token': String(session.xsrf) },
      ]) {
        const answer = await inject(house, { ...request, headers: { ...ownPage, ...headers } })
        if (answer.headers['content-type']?.toString().startsWith('text/html') === true) {
          assert.ok(!answer.body.includes('Signed in'))
          continue
        }
        const told = plain.body.replace('A valid authorization token is missing', 'Invalid JWT token')
        assert.equal(answer.statusCode, plain.status)
        assert.ok([plain.body, told].includes(wireOf(answer).body), answer.body)
      }
    }
    // Signing out ends whatever is presented, at any door: nobody else has it.
    if (!isFree(request)) assert.equal(await live(session), 403)
  })
}

test('an agent is told its account and nothing else, and signs out like anybody [S05]', async () => {
  const { token } = await project()
  const answer = await enter(token)
  const [account] = sql(house, `select uuid from accounts where identifier = 'default'`)
  assert.deepEqual(answer.json(), { account: account?.['uuid'] })
  const session = sessionOf(door, answer)
  const out = { method: 'POST', path: door.signOutPath, headers: { cookie: `session=${cookieOf(session)}` } }
  assert.equal((await inject(house, out)).statusCode, 204)
  await assertRefused(house, door.deadToken, 'token.invalid', () =>
    inject(house, { path: door.whoPath, headers: carry(session) }),
  )
  assert.equal((await enter(token)).statusCode, 200)
})

test('each kind of token is its own: an agent token is no API token, login token or cookie, and none of these is one [J07]', async () => {
  const { token } = await project()
  const person = await house.house.core.people.get('keeper')
  const { core } = house.house
  const { minted } = await core.tokens.issueApiFor(person, 'cloudendure', { name: '' }, byCommand)
  const { secret } = await core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
  const { cookie } = await signIn(house, door, 'keeper', password)
  const kinds = {
    agentInstallationToken: token,
    userApiToken: minted.secret.reveal(),
    loginToken: secret.reveal(),
    cookie: String(cookie),
  }
  for (const member of ['agentInstallationToken', 'userApiToken', 'loginToken']) {
    for (const [kind, value] of Object.entries(kinds)) {
      const answer = await inject(house, { method: 'POST', path: door.signInPath, body: { [member]: value } })
      assert.equal(answer.statusCode, kind === member ? 200 : 401, `${kind} as ${member}`)
      if (kind !== member) assert.deepEqual(wireOf(answer), door.wrong)
      sql(house, 'update throttle set failures = 0, blocked_until = 0')
    }
    assert.equal(await who(house, door, { cookie: `session=${kinds[member as 'loginToken']}` }), 401)
  }
  assert.equal(await useToken(house, door, kinds.userApiToken), 200)
})

const deaths: readonly (readonly [how: string, die: (name: string) => unknown, back: () => unknown])[] = [
  ['its token was replaced', (name) => replace(name), () => undefined],
  [
    'its account was closed',
    () => sql(house, `update accounts set is_active = 0 where identifier = 'default'`),
    () => sql(house, `update accounts set is_active = 1 where identifier = 'default'`),
  ],
  ['its project is gone', (name) => sql(house, `delete from projects where name = '${name}'`), () => undefined],
  [
    'it was idle for too long',
    () => sql(house, `update sessions set idle = 1, seen_at = 1 where project_id is not null`),
    () => undefined,
  ],
]
for (const [how, die, back] of deaths) {
  test(`nothing of an agent lives after ${how} [S07]`, async () => {
    const { name, token } = await project()
    const session = await open(token)
    assert.equal(await live(session), 403)
    await die(name)
    try {
      await assertRefused(house, door.deadToken, 'token.invalid', () =>
        inject(house, { path: door.whoPath, headers: carry(session) }),
      )
      if (how.startsWith('it was')) assert.equal((await enter(token)).statusCode, 200)
      else await assertRefused(house, door.wrong, 'auth.login.failure', () => enter(token))
    } finally {
      await back()
    }
  })
}

test('of 40 sign-ins by a token that is being replaced none lives when it was [S04] [K05]', async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const { name, token } = await project()
    const [answers, next] = await Promise.all([
      Promise.all(Array.from({ length: 40 }, () => enter(token))),
      replace(name),
    ])
    for (const answer of answers) {
      assert.ok([200, 401, 429].includes(answer.statusCode), `${answer.statusCode}`)
      if (answer.statusCode === 200) assert.equal(await live(sessionOf(door, answer)), 401)
    }
    assert.equal(await live(await open(next)), 403)
    sql(house, 'update throttle set failures = 0, blocked_until = 0')
  }
})

test("an agent's session and a person's in one request are two, and a sign-in or a sign-out ends both [S02] [S05]", async () => {
  const { token } = await project()
  const [agent, person] = [await open(token), await signIn(house, door, 'keeper', password)]
  const both = (one: SignedIn, other: SignedIn) => ({ cookie: `session=${one.cookie}; session=${other.cookie}` })
  for (const headers of [both(agent, person), both(person, agent)]) {
    await assertRefused(house, door.twoPeople, 'input.rejected', () => inject(house, { path: door.whoPath, headers }))
  }
  const headers = both(agent, person)
  assert.equal((await inject(house, { method: 'POST', path: door.signOutPath, headers })).statusCode, 204)
  assert.deepEqual([await live(agent), await live(person)], [401, 401])
  const again = await open(token)
  const mine = await signIn(house, door, 'keeper', password, { headers: { cookie: `session=${again.cookie}` } })
  assert.deepEqual([await live(again), await live(mine)], [401, 200])
})
