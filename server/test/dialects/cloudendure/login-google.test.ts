// POST /login by googleOauthCode: a code of the provider with the name google. Refused like every credential that is
// wrong; and a client that is sent on to its region brings the same code there, which the provider honoured once.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { type Answer, setCookies, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { type OAuthServer, oauthWish, startOAuthServer } from '../../_kit/oauth-server.ts'
import { addProvider } from '../../_kit/through-provider.ts'

const redirectUri = 'https://console.example.org/google'
const [latest, v5] = ['/cloudendure/api/latest', '/cloudendure/api/v5'] as const
let server: OAuthServer
let house: TestHouse
before(async () => {
  server = await startOAuthServer()
  house = await openTestHouse()
  await addProvider(house, oauthWish('google', server.origin, { redirectUri }))
})
after(async () => {
  await house.close()
  await server.close()
})

const login = (googleOauthCode: string, base: string = latest, at = house): Promise<Answer> =>
  at.app.inject({ method: 'POST', url: `${base}/login`, payload: { googleOauthCode } })

/** The code of somebody whose account a region serves. */
async function sentOn(word: string): Promise<string> {
  server.be({ resource: { login: word } })
  assert.equal((await login(server.code(redirectUri))).statusCode, 200)
  const { accounts, memberships } = house.house.core
  await accounts.create({ identifier: `account-of-${word}`, region: 'eu' }, byCommand)
  await memberships.add({ account: `account-of-${word}`, person: word, role: 'member', becomesHome: true }, byCommand)
  const code = server.code(redirectUri)
  const answer = await login(code)
  assert.deepEqual([answer.statusCode, answer.headers['location'], setCookies(answer)], [307, `${v5}/login`, []])
  return code
}

describe('POST /login by googleOauthCode', () => {
  it('signs in like every other kind, once by one code', async () => {
    const code = server.code(redirectUri)
    const answer = await login(code)
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(setCookies(answer).length, 2)
    assert.equal(answer.json<{ username: string }>().username, 'olivia')
    const again = await login(code)
    assert.deepEqual([again.statusCode, setCookies(again)], [401, []])
  })

  it('asked where it is not served again and again, a code stands no longer than from the first time', async () => {
    const code = await sentOn('roamer')
    const ends = () => sql(house, 'select expires_at from provider_flows order by expires_at desc limit 1')
    const before = ends()
    for (let again = 0; again < 2; again += 1) assert.equal((await login(code)).statusCode, 307)
    assert.deepEqual(ends(), before)
    assert.equal((await login(code, v5)).statusCode, 200)
    assert.equal((await login(code, v5)).statusCode, 401)
  })

  it('is 401 for a code of nobody, and where there is no such provider', async () => {
    assert.equal((await login('guessed')).statusCode, 401)
    const plain = await openTestHouse()
    const answer = await login(server.code(redirectUri), latest, plain)
    assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [401, 'provider-off'])
    await plain.close()
  })
})

describe('a code that is sent on to a region', () => {
  it('signs in there, once', async () => {
    const code = await sentOn('traveller')
    assert.equal((await login(code, v5)).statusCode, 200)
    assert.equal((await login(code, v5)).statusCode, 401)
  })

  it('is 401 there for somebody who was disabled or unlinked on the way', async () => {
    const disabled = await sentOn('disabled-on-the-way')
    await house.house.core.people.disable('disabled-on-the-way', byCommand)
    assert.equal((await login(disabled, v5)).statusCode, 401)
    const unlinked = await sentOn('unlinked-on-the-way')
    await house.house.core.providers.remove('google', byCommand)
    await addProvider(house, oauthWish('google', server.origin, { redirectUri }))
    assert.equal((await login(unlinked, v5)).statusCode, 401)
  })

  it('stands for nobody at another door', async () => {
    const code = await sentOn('of-one-door')
    const url = '/portainer/api/auth/oauth/validate'
    await addProvider(house, oauthWish('portainer', server.origin, { redirectUri }))
    const answer = await house.app.inject({ method: 'POST', url, payload: { code } })
    assert.equal(answer.statusCode, 422)
    assert.equal((await login(code, v5)).statusCode, 200)
  })
})
