// Groups S and X at the door whose writes go by cookie and token (CloudEndure): X-XSRF-TOKEN is bound to the one session
// that decides, in whatever spelling a client echoes it; no cookie can stand for it, no other session's is good, and
// what needs none changes nothing. The routes are taken from the dialect, so a new one is asked, too.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dialects } from '../../src/compose.ts'
import { byCommand } from '../../src/core/audit/audit.ts'
import {
  assertRefused,
  cookieOf,
  doorOf,
  type Headers,
  inject,
  type SignedIn,
  setCookies,
  signIn,
  sql,
  trySignIn,
  useToken,
  who,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'copper wire round a pear tree'
const door = doorOf('cloudendure')
const bases = ['/cloudendure/api/latest', '/cloudendure/api/v5']
const refused = {
  status: 403,
  body: '{"message":"Send the value of the cookie XSRF-TOKEN, which came with this session, as the header X-XSRF-TOKEN.","code":"cross-site"}',
}
let house: TestHouse
let personId: number

before(async () => {
  house = await openTestHouse()
  personId = (await house.addPerson('writer', password)).id
  await house.addPerson('stranger', password)
})

after(() => house.close())

const mine = () => signIn(house, door, 'writer', password)
const cookie = (...sessions: readonly SignedIn[]): Headers => ({
  cookie: sessions.map((session) => `session=${cookieOf(session)}`).join('; '),
})
const tokens = () =>
  sql(house, `select id, hash, revoked_at from tokens where kind = 'api' and person_id = ${personId}`)
const write = (headers: Headers, base = bases[0] ?? '') =>
  inject(house, { method: 'POST', path: `${base}/replaceApiToken`, headers })

const spellings: readonly (readonly [what: string, spell: (token: string) => string])[] = [
  ['as it stands', (token) => token],
  ['in its quotes', (token) => `"${token}"`],
  ['with the newline of the real server', (token) => `${token}\\012`],
  ['in quotes with that newline', (token) => `"${token}\\012"`],
  ['with spaces around', (token) => `  ${token}  `],
]
for (const [what, spell] of spellings) {
  for (const base of bases) {
    test(`a token ${what} is good at ${base} [X02]`, async () => {
      const session = await mine()
      const answer = await write({ ...cookie(session), 'x-xsrf-token': spell(String(session.xsrf)) }, base)
      assert.equal(answer.statusCode, 200, answer.body)
      assert.equal(await useToken(house, door, door.tokens.secretOf(answer.body)), 200)
    })
  }
}

interface Cast {
  readonly session: SignedIn
  /** Another live one of the same person, one of somebody else, and one of the person's that was signed out. */
  readonly second: SignedIn
  readonly strangers: SignedIn
  readonly dead: SignedIn
}

const flip = (token: string): string => (token.startsWith('A') ? 'B' : 'A') + token.slice(1)
const wrong: readonly (readonly [what: string, header: (cast: Cast) => Headers])[] = [
  ['none', () => ({})],
  ['an empty one', () => ({ 'x-xsrf-token': '' })],
  ['empty quotes', () => ({ 'x-xsrf-token': '""' })],
  ['quotes that are not closed', ({ session }) => ({ 'x-xsrf-token': `"${session.xsrf}` })],
  ['two pairs of quotes', ({ session }) => ({ 'x-xsrf-token': `""${session.xsrf}""` })],
  ['the newline alone', () => ({ 'x-xsrf-token': '\\012' })],
  ['the token of another session of their own', ({ second }) => ({ 'x-xsrf-token': String(second.xsrf) })],
  ['the token of somebody else', ({ strangers }) => ({ 'x-xsrf-token': String(strangers.xsrf) })],
  ['the token of a dead session of their own', ({ dead }) => ({ 'x-xsrf-token': String(dead.xsrf) })],
  ["the session's cookie", ({ session }) => ({ 'x-xsrf-token': cookieOf(session) })],
  ['one letter changed', ({ session }) => ({ 'x-xsrf-token': flip(String(session.xsrf)) })],
  ['one letter less', ({ session }) => ({ 'x-xsrf-token': String(session.xsrf).slice(0, -1) })],
  ['one letter more', ({ session }) => ({ 'x-xsrf-token': `${session.xsrf}A` })],
  ['padding', ({ session }) => ({ 'x-xsrf-token': `${session.xsrf}=` })],
  ['another case', ({ session }) => ({ 'x-xsrf-token': String(session.xsrf).toUpperCase() })],
  ['a list', ({ session }) => ({ 'x-xsrf-token': `${session.xsrf}, ${session.xsrf}` })],
  ['15 kB', () => ({ 'x-xsrf-token': 'A'.repeat(15_000) })],
  ['undefined', () => ({ 'x-xsrf-token': 'undefined' })],
  ['it in another header', ({ session }) => ({ 'x-csrf-token': String(session.xsrf) })],
  ['it in the referer', ({ session }) => ({ referer: `http://localhost/?x-xsrf-token=${session.xsrf}` })],
]
for (const [what, header] of wrong) {
  test(`a write with ${what} for a token is refused, and nothing is written [X01] [X02]`, async () => {
    const [session, second, strangers, dead] = [
      await mine(),
      await mine(),
      await signIn(house, door, 'stranger', password),
      await mine(),
    ]
    await inject(house, { method: 'POST', path: door.signOutPath, headers: cookie(dead) })
    const before = tokens()
    const headers = { ...cookie(session), ...header({ session, second, strangers, dead }) }
    for (const base of bases) await assertRefused(house, refused, 'csrf.blocked', () => write(headers, base))
    assert.deepEqual(tokens(), before)
    assert.equal(await who(house, door, cookie(session)), 200)
    const right = { ...cookie(session), 'x-xsrf-token': String(session.xsrf) }
    assert.equal((await write(right)).statusCode, 200)
  })
}

test('a planted XSRF-TOKEN cookie that the header repeats is no token: nothing is compared with a cookie [X02]', async () => {
  const session = await mine()
  const strangers = await signIn(house, door, 'stranger', password)
  const before = tokens()
  for (const planted of ['planted', '"planted"', '', String(strangers.xsrf), cookieOf(session)]) {
    for (const order of [
      `XSRF-TOKEN=${planted}; session=${session.cookie}`,
      `session=${session.cookie}; XSRF-TOKEN="${planted}"`,
      `XSRF-TOKEN="${session.xsrf}"; session=${session.cookie}; XSRF-TOKEN=${planted}`,
    ]) {
      const headers = { cookie: order, 'x-xsrf-token': planted }
      await assertRefused(house, refused, 'csrf.blocked', () => write(headers))
    }
  }
  assert.deepEqual(tokens(), before)
})

test('of several sessions in one request the token must be of the one that decides [S14] [X02]', async () => {
  const [session, second, strangers, dead] = [
    await mine(),
    await mine(),
    await signIn(house, door, 'stranger', password),
    await mine(),
  ]
  await inject(house, { method: 'POST', path: door.signOutPath, headers: cookie(dead) })
  const withToken = (by: SignedIn, ...all: readonly SignedIn[]) => ({
    ...cookie(...all),
    'x-xsrf-token': String(by.xsrf),
  })
  const before = tokens()
  await assertRefused(house, refused, 'csrf.blocked', () => write(withToken(second, session, second)))
  await assertRefused(house, refused, 'csrf.blocked', () => write(withToken(dead, dead, session)))
  for (const by of [session, strangers]) {
    for (const all of [
      [session, strangers],
      [strangers, session],
    ]) {
      await assertRefused(house, door.twoPeople, 'input.rejected', () => write(withToken(by, ...all)))
    }
  }
  assert.deepEqual(tokens(), before)
  assert.equal((await write(withToken(session, dead, session, second))).statusCode, 200)
})

test('the token is nothing by itself, and tells nothing of the cookie [S13] [J07]', async () => {
  const [session, second] = [await mine(), await mine()]
  assert.notEqual(session.xsrf, second.xsrf)
  const xsrf = String(session.xsrf)
  assert.ok(!xsrf.includes(cookieOf(session).slice(0, 8)))
  for (const headers of [
    { cookie: `session=${xsrf}` },
    { authorization: `Bearer ${xsrf}` },
    { 'x-xsrf-token': xsrf },
  ]) {
    assert.equal(await who(house, door, headers), 401)
    assert.equal((await write(headers)).statusCode, 401)
  }
  for (const member of ['userApiToken', 'loginToken', 'agentInstallationToken']) {
    const body = { [member]: xsrf }
    assert.equal((await inject(house, { method: 'POST', path: door.signInPath, body })).statusCode, 401)
  }
})

const routes = dialects.find(({ name }) => name === door.name)?.routes ?? []
const free = ['/login', '/logout']
for (const { method, path } of routes.filter(({ path: one }) => !free.includes(one))) {
  const isRead = String(method) === 'GET'
  const claim = isRead ? 'needs no token and writes nothing' : 'is refused without its token'
  test(`${method} ${path} ${claim}, at both bases [C10] [X02]`, async () => {
    const session = await mine()
    const state = () =>
      ['persons', 'memberships', 'accounts', 'projects', 'passwords'].map((table) =>
        sql(house, `select * from ${table}`),
      )
    const rows = () => [
      ...state(),
      sql(house, 'select id, hash, revoked_at, sealed from tokens'),
      sql(house, 'select id, ended_at from sessions'),
    ]
    const before = rows()
    for (const base of bases) {
      const request = { method: String(method), path: `${base}${path}`, headers: cookie(session) }
      if (!isRead) await assertRefused(house, refused, 'csrf.blocked', () => inject(house, request))
      for (const one of isRead ? ['GET', 'HEAD'] : []) {
        const answer = await inject(house, { ...request, method: one })
        assert.deepEqual([answer.statusCode, setCookies(answer)], [200, []])
      }
    }
    assert.deepEqual(rows(), before)
  })
}

test('signing in and out need no token, and both are for no other site [X03]', async () => {
  const session = await mine()
  assert.equal((await trySignIn(house, door, 'writer', password, { headers: cookie(session) })).statusCode, 200)
  assert.equal(await who(house, door, cookie(session)), 401)
  const last = await mine()
  const out = { method: 'POST', path: door.signOutPath, headers: { ...cookie(last), 'x-xsrf-token': 'wrong' } }
  const foreign = { ...out, headers: { ...out.headers, origin: 'https://evil.example' } }
  await assertRefused(house, door.crossSite, 'csrf.blocked', () => inject(house, foreign))
  assert.equal((await inject(house, out)).statusCode, 204)
  assert.equal(await who(house, door, cookie(last)), 401)
})

test('an agent has a token like anybody, and it writes nothing with it [X02]', async () => {
  const { accounts, projects } = house.house.core
  const { agentToken } = await projects.create(await accounts.get('default'), 'xsrf', byCommand)
  const body = { agentInstallationToken: agentToken?.reveal() }
  const answer = await inject(house, { method: 'POST', path: door.signInPath, body })
  const agent = door.sessionOf({ setCookie: setCookies(answer), body: answer.body })
  const written = await write({ ...cookie(agent), 'x-xsrf-token': String(agent.xsrf) })
  assert.deepEqual([written.statusCode, written.json<{ code: string }>().code], [403, 'not-allowed'])
})
