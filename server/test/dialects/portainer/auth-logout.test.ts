// POST /auth/logout (contract 3.6, trap 16; model.md "Doors on the wire"): public, 204 whatever is presented; the
// session of every cookie and JWT presented is over on the server; API keys live on. Only another site is refused.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  assertCommon,
  assertSaid,
  newcomer,
  onlyCookie,
  portainerBase,
  portainerKey,
  setCookies,
  signInPortainer,
} from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = `${portainerBase}/auth/logout`
const cleared =
  'portainer_api_key=; Path=/portainer; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict; Max-Age=0'
let house: TestHouse
let person: Awaited<ReturnType<typeof newcomer>>

before(async () => {
  house = await openTestHouse()
  person = await newcomer(house)
})
after(() => house.close())

const logout = (headers: object, payload?: string) =>
  house.app.inject({ method: 'POST', url, headers: { ...headers }, ...(payload === undefined ? {} : { payload }) })
const statusBy = async (headers: Record<string, string>) =>
  (await house.app.inject({ url: `${portainerBase}/users/me`, headers })).statusCode
const signedIn = () => signInPortainer(house.app, person.username)
/** What a JWT and a cookie get now. */
const statuses = async (jwt: string, cookie: string) => [
  await statusBy({ authorization: jwt }),
  await statusBy({ cookie }),
]

describe('POST /auth/logout', () => {
  it('is 204 without body and content type, and clears the cookie', async () => {
    const { jwt } = await signedIn()
    const answer = await logout({ authorization: jwt })
    assertCommon(answer)
    assert.deepEqual([answer.statusCode, answer.body], [204, ''])
    assert.equal(answer.headers['content-type'], undefined)
    assert.equal(onlyCookie(answer), cleared)
  })

  it('ends JWT and cookie of one sign-in together, by either of them, with and without `Bearer `', async () => {
    for (const choose of [
      ({ jwt }: { jwt: string }) => ({ authorization: jwt }),
      ({ jwt }: { jwt: string }) => ({ authorization: `Bearer ${jwt}` }),
      ({ cookie }: { cookie: string }) => ({ cookie }),
      ({ jwt, cookie }: { jwt: string; cookie: string }) => ({ authorization: jwt, cookie }),
    ]) {
      const session = await signedIn()
      assert.deepEqual(await statuses(session.jwt, session.cookie), [200, 200])
      assert.equal((await logout(choose(session))).statusCode, 204)
      assert.deepEqual(await statuses(session.jwt, session.cookie), [401, 401])
    }
  })

  it('is 204 and ends the JWT when both headers hold it', async () => {
    const { jwt, cookie } = await signedIn()
    assert.equal((await logout({ authorization: jwt, 'x-api-key': jwt })).statusCode, 204)
    assert.deepEqual(await statuses(jwt, cookie), [401, 401])
  })

  it('is 204 when both headers hold one API key, which lives on', async () => {
    const { jwt } = await signedIn()
    const { raw } = await portainerKey(house.app, jwt, person.id)
    assert.equal((await logout({ authorization: raw, 'x-api-key': raw })).statusCode, 204)
    assert.equal(await statusBy({ 'x-api-key': raw }), 200)
  })

  it('leaves an API key alive that comes with the JWT', async () => {
    const { jwt, cookie } = await signedIn()
    const { raw } = await portainerKey(house.app, jwt, person.id)
    assert.equal((await logout({ authorization: jwt, 'x-api-key': raw })).statusCode, 204)
    assert.deepEqual(await statuses(jwt, cookie), [401, 401])
    assert.equal(await statusBy({ 'x-api-key': raw }), 200)
  })

  it('is 204 with a cleared cookie with nothing, with a dead credential, and a second time', async () => {
    const { jwt, cookie } = await signedIn()
    await logout({ cookie })
    for (const headers of [
      {},
      { authorization: jwt },
      { cookie },
      { authorization: 'x', cookie: 'portainer_api_key=x' },
    ]) {
      const answer = await logout(headers)
      assert.deepEqual([answer.statusCode, onlyCookie(answer)], [204, cleared])
    }
  })

  it('ends every session presented, of two people too, and no other', async () => {
    const [one, two, kept] = [await signedIn(), await signedIn(), await signedIn()]
    const other = await signInPortainer(house.app, (await newcomer(house)).username)
    const cookies = [one, two].map(({ cookie }) => cookie.split(';')[0]).join('; ')
    assert.equal((await logout({ cookie: cookies, authorization: other.jwt })).statusCode, 204)
    for (const { jwt, cookie } of [one, two, other]) assert.deepEqual(await statuses(jwt, cookie), [401, 401])
    assert.deepEqual(await statuses(kept.jwt, kept.cookie), [200, 200])
  })

  it('looks at no body: none, `{}`, empty with a JSON type, no JSON, no media type', async () => {
    for (const [type, payload] of [
      ['application/json', undefined],
      ['application/json', '{}'],
      ['application/json', ''],
      ['application/json', '{'],
      ['text/plain', 'bye'],
      ['garbage', 'bye'],
    ] as const) {
      const { jwt } = await signedIn()
      const answer = await logout({ authorization: jwt, 'content-type': type }, payload)
      assert.deepEqual([answer.statusCode, await statusBy({ authorization: jwt })], [204, 401], `${type} ${payload}`)
    }
  })

  it('is 403 from another site, with a bearer too, ends nothing and clears nothing', async () => {
    const { jwt, cookie } = await signedIn()
    for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await logout({ cookie, authorization: jwt, ...foreign })
      assertSaid(answer, 403, 'Forbidden - origin invalid', 'The request comes from another site.')
      assert.deepEqual(setCookies(answer), [])
    }
    assert.deepEqual(await statuses(jwt, cookie), [200, 200])
    const own = await logout({ cookie, host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'same-origin' })
    assert.equal(own.statusCode, 204)
    assert.deepEqual(await statuses(jwt, cookie), [401, 401])
  })
})
