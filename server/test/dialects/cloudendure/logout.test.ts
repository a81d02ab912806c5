// POST /logout (seed 003; contract 2.3; model.md "Doors on the wire"): 204 whatever is presented, both cookies cleared,
// the session of every cookie over on the server before the answer; API tokens live on; only another site is refused.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertCommon, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { newSomebody, type Somebody } from '../../_kit/ways-in.ts'
import {
  apiToken,
  assertError,
  audited,
  bases,
  byPassword,
  everyKind,
  type Kept,
  latest,
  login,
  meStatus,
  newProject,
  signIn,
  v5,
} from './client.ts'

const url = `${latest}/logout`
const cleared = (path: string) => [
  `session=; Path=${path}; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax; Max-Age=0`,
  `XSRF-TOKEN=; Path=${path}; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax; Max-Age=0`,
]
let house: TestHouse
let who: Somebody

before(async () => {
  house = await openTestHouse({ GATEHOUSE_CLOUDENDURE_LISTEN: '127.0.0.1:3000' })
  who = await newSomebody(house)
})
after(() => house.close())

const signedIn = () => signIn(house.app, byPassword(who.person))
const logout = (headers: object, payload?: string, at = url) =>
  house.app.inject({
    method: 'POST',
    url: at,
    headers: { ...headers },
    ...(payload === undefined ? {} : { payload }),
  })

/** What a session gets at both bases, on the main port and on its own listener. */
async function everywhere(cookie: string): Promise<readonly number[]> {
  const app = house.own('cloudendure')
  const there = [await meStatus(app, cookie, '/api/latest'), await meStatus(app, cookie, '/api/v5')]
  return [await meStatus(house.app, cookie), await meStatus(house.app, cookie, v5), ...there]
}
const alive = [200, 200, 200, 200]
const dead = [401, 401, 401, 401]

describe('POST /logout', () => {
  it('is 204 without body and content type, clears both cookies, and the session is dead everywhere', async () => {
    for (const base of bases) {
      const { cookie, xsrf } = await signedIn()
      assert.deepEqual(await everywhere(cookie), alive)
      const answer = await logout({ cookie, 'x-xsrf-token': xsrf }, undefined, `${base}/logout`)
      assertCommon(answer)
      assert.deepEqual([answer.statusCode, answer.body], [204, ''])
      assert.equal(answer.headers['content-type'], undefined)
      assert.equal(answer.headers['content-length'], undefined)
      assert.deepEqual(setCookies(answer), cleared('/cloudendure'))
      assert.deepEqual(await everywhere(cookie), dead)
    }
  })

  it('ends the session from its own listener too, whose cookies stand at the root', async () => {
    const { cookie } = await signedIn()
    const answer = await house.own('cloudendure').inject({ method: 'POST', url: '/api/v5/logout', headers: { cookie } })
    assert.deepEqual([answer.statusCode, setCookies(answer)], [204, cleared('/')])
    assert.deepEqual(await everywhere(cookie), dead)
  })

  it('needs no X-XSRF-TOKEN, and minds no wrong one', async () => {
    const other = await signedIn()
    for (const headers of [{}, { 'x-xsrf-token': 'wrong' }, { 'x-xsrf-token': '' }, { 'x-xsrf-token': other.xsrf }]) {
      const { cookie } = await signedIn()
      assert.equal((await logout({ cookie, ...headers })).statusCode, 204)
      assert.equal(await meStatus(house.app, cookie), 401)
    }
    assert.equal(await meStatus(house.app, other.cookie), 200)
  })

  it('is 204 with nothing, with a dead or malformed cookie, and a second time', async () => {
    const { cookie } = await signedIn()
    await logout({ cookie })
    for (const headers of [
      {},
      { cookie },
      { cookie: 'session=' },
      { cookie: 'session' },
      { cookie: ';;;' },
      { cookie: 'XSRF-TOKEN="x"' },
      { cookie: `session=${'x'.repeat(5000)}` },
      { authorization: 'Bearer x' },
    ]) {
      const answer = await logout(headers)
      assert.deepEqual([answer.statusCode, setCookies(answer)], [204, cleared('/cloudendure')])
    }
  })

  it('ends every session presented, of two people too, dead ones between them, and no other', async () => {
    const [one, two, kept] = [await signedIn(), await signedIn(), await signedIn()]
    const other = await signIn(house.app, byPassword((await newSomebody(house)).person))
    const cookie = [one.cookie, 'session=dead', other.cookie, 'a=b', two.cookie].join('; ')
    assert.equal((await logout({ cookie })).statusCode, 204)
    for (const ended of [one, two, other]) assert.deepEqual(await everywhere(ended.cookie), dead)
    assert.deepEqual(await everywhere(kept.cookie), alive)
  })

  it('finds the session behind any number of planted cookies', async () => {
    const { cookie } = await signedIn()
    const planted = Array.from({ length: 200 }, (_, at) => `session=planted${at}`).join('; ')
    assert.equal((await logout({ cookie: `${planted}; ${cookie}` })).statusCode, 204)
    assert.equal(await meStatus(house.app, cookie), 401)
  })

  it('looks at no body: none, `{}`, empty with a JSON type, no JSON, no media type, a long one', async () => {
    for (const [type, payload] of [
      ['application/json', undefined],
      ['application/json', ''],
      ['application/json', '{}'],
      ['application/json', '{'],
      ['text/plain', 'bye'],
      ['garbage', 'bye'],
      ['application/json', 'x'.repeat(200_000)],
    ] as const) {
      const { cookie } = await signedIn()
      const answer = await logout({ cookie, 'content-type': type }, payload)
      const said = `${type} ${payload?.slice(0, 9)}`
      assert.deepEqual([answer.statusCode, await meStatus(house.app, cookie)], [204, 401], said)
    }
  })

  it('ends the session of an agent, and of an API token, which both live on', async () => {
    const tokens = {
      agentInstallationToken: await newProject(house, who.account, 'signed out'),
      userApiToken: await apiToken(house, who.person),
    }
    for (const [kind, token] of Object.entries(tokens)) {
      const { cookie } = await signIn(house.app, { [kind]: token })
      assert.notEqual(await meStatus(house.app, cookie), 401)
      assert.equal((await logout({ cookie })).statusCode, 204)
      assert.equal(await meStatus(house.app, cookie), 401)
      assert.equal((await login(house.app, { [kind]: token })).statusCode, 200, kind)
    }
  })

  it('leaves an API token alive that is presented as the cookie', async () => {
    const token = await apiToken(house, who.person)
    assert.equal((await logout({ cookie: `session=${token}` })).statusCode, 204)
    assert.equal((await login(house.app, { userApiToken: token })).statusCode, 200)
  })

  it('is in the audit trail once for a session that ended, by whoever it was of', async () => {
    const rows = async () => (await audited(house, 'auth.logout')).map(({ actor }) => actor)
    const before = (await rows()).length
    const { agentInstallationToken } = await everyKind(house, who)
    const sessions: readonly Kept[] = [await signedIn(), await signIn(house.app, agentInstallationToken)]
    for (const { cookie } of sessions) {
      await logout({ cookie })
      await logout({ cookie })
    }
    const [person, agent, ...more] = (await rows()).slice(before) as { kind: string; id: number }[]
    assert.deepEqual([person, agent?.kind, more], [{ kind: 'person', id: who.person.id }, 'agent', []])
  })
})

describe('signing out from another site', () => {
  it('is 403, ends nothing and clears nothing', async () => {
    const { cookie, xsrf } = await signedIn()
    for (const foreign of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const answer = await logout({ cookie, 'x-xsrf-token': xsrf, ...foreign })
      assertError(answer, 403, 'cross-site', 'The request comes from another site.')
    }
    assert.deepEqual(await everywhere(cookie), alive)
    const own = { host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }
    assert.equal((await logout({ cookie, ...own })).statusCode, 204)
    assert.deepEqual(await everywhere(cookie), dead)
  })
})

describe('GET /logout', () => {
  it('is 405 with Allow, as every other method, and ends nothing', async () => {
    const { cookie, xsrf } = await signedIn()
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
      for (const base of bases) {
        const headers = { cookie, 'x-xsrf-token': xsrf }
        const answer = await house.app.inject({ method, url: `${base}/logout`, headers })
        assert.deepEqual([answer.statusCode, answer.headers['allow'], setCookies(answer)], [405, 'POST', []])
      }
    }
    assert.deepEqual(await everywhere(cookie), alive)
  })
})
