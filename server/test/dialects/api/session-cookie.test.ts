// The cookie of our own pages: given, used for a write and dropped only where the browser says that the request comes
// from ourselves; saying nothing is not enough (model.md, CSRF). Its name and attributes on http and on https.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { InjectOptions } from 'fastify'
import {
  ask,
  assertProblem,
  bearer,
  type Headers,
  ownPage,
  sessionUrl,
  signInApi,
  signInByCookie,
} from '../../_kit/api.ts'
import { eventsDuring } from '../../_kit/attack-doors.ts'
import { type Answer, newcomer, onlyCookie, password, setCookies, signInSemaphore } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const tokensUrl = '/api/v1/me/tokens'
let house: TestHouse
let httpsHouse: TestHouse

before(async () => {
  house = await openTestHouse()
  httpsHouse = await openTestHouse({ GATEHOUSE_PUBLIC_URL: 'https://gate.example' })
})
after(async () => {
  await house.close()
  await httpsHouse.close()
})

const atHome: Headers = { host: 'localhost' }
const atGate: Headers = { host: 'gate.example' }

const signIn = (username: string, headers: Headers, at = house): Promise<Answer> =>
  ask(at.app, 'POST', sessionUrl, headers, { username, password, cookie: true })
const who = async (cookie: string, at = house, headers: Headers = {}): Promise<number> =>
  (await ask(at.app, 'GET', sessionUrl, { ...headers, cookie })).statusCode

/** What browsers and others say of where a request comes from, and whether it is from ourselves. */
const foreign: readonly Headers[] = [
  {},
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost:8080' },
  { origin: 'http://localhost.evil.example' },
  { origin: 'localhost' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { origin: 'http://localhost', 'sec-fetch-site': 'same-site' },
  { origin: 'http://localhost', 'sec-fetch-site': 'none' },
]
const own: readonly Headers[] = [
  { 'sec-fetch-site': 'same-origin' },
  { origin: 'http://localhost' },
  { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
  { origin: 'null', 'sec-fetch-site': 'same-origin' },
]

describe('POST /api/v1/session for a cookie', () => {
  it('is 201 with one HttpOnly Lax cookie and no token, from our own origin', async () => {
    const { username } = await newcomer(house)
    for (const headers of own) {
      const answer = await signIn(username, { ...atHome, ...headers })
      assert.deepEqual([answer.statusCode, Object.keys(answer.json())], [201, ['endsAt', 'person', 'account']])
      assert.match(onlyCookie(answer), /^gatehouse=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
      assert.equal(await who(onlyCookie(answer)), 200)
    }
  })

  it('is 403 when nobody says that it comes from ourselves, and opens no session', async () => {
    const { username } = await newcomer(house)
    for (const headers of foreign) {
      const { answer, events } = await eventsDuring(house, () => signIn(username, { ...atHome, ...headers }))
      assertProblem(answer, 403, 'cross-site')
      assert.deepEqual(events, ['csrf.blocked'], JSON.stringify(headers))
    }
  })

  it('is for tokens refused from another site too, and needs no word otherwise', async () => {
    const { username } = await newcomer(house)
    const ofHeaders = (headers: Headers) => ask(house.app, 'POST', sessionUrl, headers, { username, password })
    assertProblem(await ofHeaders({ ...atHome, origin: 'https://evil.example' }), 403, 'cross-site')
    assertProblem(await ofHeaders({ 'sec-fetch-site': 'cross-site' }), 403, 'cross-site')
    assert.equal((await ofHeaders({})).statusCode, 201)
  })

  it('ends the session of a cookie that came along, whichever of several it is', async () => {
    const { username } = await newcomer(house)
    const [first, second] = [await signInByCookie(house.app, username), await signInByCookie(house.app, username)]
    const kept = await signInByCookie(house.app, username)
    const answer = await signIn(username, { ...ownPage, cookie: `${first}; gatehouse=planted; ${second}` })
    assert.equal(answer.statusCode, 201)
    assert.deepEqual([await who(first), await who(second), await who(kept)], [401, 401, 200])
    const wrong = { username, password: 'wrong', cookie: true }
    assert.equal((await ask(house.app, 'POST', sessionUrl, { ...ownPage, cookie: kept }, wrong)).statusCode, 401)
    assert.equal(await who(kept), 200, 'a refused sign-in ends nothing')
  })
})

describe('the cookie over https', () => {
  it('is bound to this host: __Host-, Secure, Path=/, no Domain; and cleared with the same', async () => {
    const { username } = await newcomer(httpsHouse)
    const answer = await signIn(username, { ...atGate, origin: 'https://gate.example' }, httpsHouse)
    assert.match(onlyCookie(answer), /^__Host-gatehouse=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const cookie = onlyCookie(answer).split(';')[0] ?? ''
    assert.equal(await who(cookie, httpsHouse, atGate), 200)
    const out = await ask(httpsHouse.app, 'DELETE', sessionUrl, { ...atGate, cookie, ...ownPage })
    assert.match(
      onlyCookie(out),
      /^__Host-gatehouse=; Path=\/; Expires=Thu, 01 Jan 1970 .*; HttpOnly; Secure; SameSite=Lax/,
    )
    assert.equal(await who(cookie, httpsHouse, atGate), 401)
  })

  it('is under no other name, which a neighbour or a network could plant', async () => {
    const { username } = await newcomer(httpsHouse)
    const answer = await signIn(username, { ...atGate, ...ownPage }, httpsHouse)
    const [, value] = /=([\w-]{43});/.exec(onlyCookie(answer)) ?? []
    for (const name of ['gatehouse', '__host-gatehouse', '__Secure-gatehouse', '']) {
      assert.equal(await who(`${name}=${value}`, httpsHouse, atGate), 401, name)
    }
    assert.equal(await who(`__Host-gatehouse=${value}`, httpsHouse, atGate), 200)
    assert.equal(await who(`gatehouse=planted; __Host-gatehouse=${value}`, httpsHouse, atGate), 200)
  })

  it('is not given to a page that came in clear, or whose host is another', async () => {
    const { username } = await newcomer(httpsHouse)
    for (const origin of ['http://gate.example', 'https://gate.example:8443', 'https://gate.example.evil.example']) {
      assertProblem(await signIn(username, { ...atGate, origin }, httpsHouse), 403, 'cross-site')
    }
  })

  it('follows a trusted proxy’s word and nobody else’s', async () => {
    const proxied = await openTestHouse({ GATEHOUSE_TRUSTED_PROXIES: '10.0.0.1' })
    try {
      const { username } = await newcomer(proxied)
      const request = (remoteAddress: string): InjectOptions => ({
        method: 'POST',
        url: sessionUrl,
        headers: { ...ownPage, 'x-forwarded-proto': 'https' },
        payload: { username, password, cookie: true },
        remoteAddress,
      })
      assert.match(onlyCookie(await proxied.app.inject(request('10.0.0.1'))), /^__Host-gatehouse=.*; Secure;/)
      assert.match(onlyCookie(await proxied.app.inject(request('10.0.0.2'))), /^gatehouse=[\w-]+; Path=\/; HttpOnly; S/)
    } finally {
      await proxied.close()
    }
  })
})

describe('a write by cookie', () => {
  it('is 403 unless the browser says that it comes from ourselves, and changes nothing', async () => {
    const { username } = await newcomer(house)
    const cookie = await signInByCookie(house.app, username)
    const writes = [
      ['POST', tokensUrl, { name: 'x' }],
      ['DELETE', tokensUrl, undefined],
      ['DELETE', `${tokensUrl}/1`, undefined],
      ['DELETE', '/api/v1/me/sessions', undefined],
      ['DELETE', '/api/v1/me/sessions/1', undefined],
      ['PUT', '/api/v1/me/password', { current: password, next: `${password} again` }],
      ['POST', '/oauth/revoke', { token: 'x' }],
      ['POST', '/oauth/introspect', { token: 'x' }],
    ] as const
    for (const headers of foreign) {
      for (const [method, url, body] of writes) {
        const answer = await ask(house.app, method, url, { ...atHome, ...headers, cookie }, body)
        assertProblem(answer, 403, 'cross-site')
      }
    }
    assert.equal(await who(cookie), 200)
    for (const headers of own) {
      const answer = await ask(house.app, 'POST', tokensUrl, { ...atHome, ...headers, cookie }, { name: 'x' })
      assert.equal(answer.statusCode, 201, JSON.stringify(headers))
    }
  })

  it('is not asked where it comes from when a bearer token decides', async () => {
    const { username } = await newcomer(house)
    const headers = { ...bearer(await signInApi(house.app, username)), origin: 'https://evil.example' }
    assert.equal((await ask(house.app, 'POST', tokensUrl, headers, { name: 'x' })).statusCode, 201)
  })
})

describe('several credentials in one request', () => {
  it('the bearer token decides, a dead one too; two live ones of different people are 400', async () => {
    const [one, other] = [await newcomer(house), await newcomer(house)]
    const [access, cookie] = [await signInApi(house.app, one.username), await signInByCookie(house.app, one.username)]
    const both = { ...bearer(access), cookie }
    assert.equal((await ask(house.app, 'GET', sessionUrl, both)).statusCode, 200)
    assertProblem(await ask(house.app, 'GET', sessionUrl, { ...bearer('dead'), cookie }), 401, 'not-signed-in')
    const theirs = await signInByCookie(house.app, other.username)
    assertProblem(await ask(house.app, 'GET', sessionUrl, { ...bearer(access), cookie: theirs }), 400, 'two-people')
    assertProblem(await ask(house.app, 'GET', sessionUrl, { cookie: `${cookie}; ${theirs}` }), 400, 'two-people')
  })
})

describe('DELETE /api/v1/session with cookies', () => {
  it('ends everything presented: both cookie names, each value, and the bearer’s session', async () => {
    const { username } = await newcomer(house)
    const cookies = [await signInByCookie(house.app, username), await signInByCookie(house.app, username)]
    const access = await signInApi(house.app, username)
    const kept = await signInByCookie(house.app, username)
    const [first = '', second = ''] = cookies
    const cookie = `${first}; gatehouse=planted; ${second.replace('gatehouse=', '__Host-gatehouse=')}`
    const { answer, events } = await eventsDuring(house, () =>
      ask(house.app, 'DELETE', sessionUrl, { ...ownPage, ...bearer(access), cookie }),
    )
    assert.deepEqual([answer.statusCode, events], [204, ['auth.logout']])
    for (const dead of cookies) assert.equal(await who(dead), 401)
    assert.equal((await ask(house.app, 'GET', sessionUrl, bearer(access))).statusCode, 401)
    assert.equal(await who(kept), 200)
  })

  it('is 403 from another site, with nothing ended and nothing cleared', async () => {
    const cookie = await signInByCookie(house.app, (await newcomer(house)).username)
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await ask(house.app, 'DELETE', sessionUrl, { ...headers, cookie })
      assertProblem(answer, 403, 'cross-site')
      assert.equal(answer.headers['clear-site-data'], undefined)
    }
    assert.equal(await who(cookie), 200)
  })

  it('ends other people’s sessions that are presented, and no door’s cookie under another name', async () => {
    const [one, other] = [await newcomer(house), await newcomer(house)]
    const [mine, theirs] = [
      await signInByCookie(house.app, one.username),
      await signInByCookie(house.app, other.username),
    ]
    const semaphore = await signInSemaphore(house.app, one.username)
    const cookie = `${mine}; ${theirs}; ${semaphore.split(';')[0]}`
    const answer = await ask(house.app, 'DELETE', sessionUrl, { ...ownPage, cookie })
    assert.deepEqual([answer.statusCode, setCookies(answer).length], [204, 1])
    assert.deepEqual([await who(mine), await who(theirs)], [401, 401])
    assert.equal((await ask(house.app, 'GET', '/semaphore/api/user', { cookie: semaphore })).statusCode, 200)
  })
})
