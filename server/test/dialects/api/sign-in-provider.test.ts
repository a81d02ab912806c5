// Our own sign-in page through a provider, and back with our own cookie: the buttons, the whole flow, the way on, what the
// page says when it did not work, and a provider's back-channel logout (attacks O01, O02, O12–O14).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { auditRows } from '../../_kit/attack-doors.ts'
import { type Answer, assertCommon, onlyCookie, setCookies } from '../../_kit/clients.ts'
import { type HostileProvider, startHostileProvider } from '../../_kit/hostile-provider.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { openIdWish } from '../../_kit/openid-provider.ts'
import { addProvider, openVisitor, publicUrl, type Visitor } from '../../_kit/through-provider.ts'

const begin = '/sign-in/mysso'
let provider: HostileProvider
let house: TestHouse
before(async () => {
  provider = await startHostileProvider()
  house = await openTestHouse({ GATEHOUSE_PUBLIC_URL: publicUrl, GATEHOUSE_FORWARD_HOSTS: 'app.example.org' })
  await addProvider(house, { ...openIdWish('mysso', provider.issuer), displayName: 'Our <SSO>', colour: 'teal' })
})
after(async () => {
  await house.close()
  await provider.close()
})

const visitor = (): Visitor => openVisitor(house.app)
async function whoIs(at: Visitor): Promise<unknown> {
  const answer = await at.ask('/api/v1/session')
  return answer.statusCode === 200 ? answer.json<{ person: { username: string } }>().person.username : answer.statusCode
}

describe('the sign-in page', () => {
  it('has a button for the provider that takes the way back along, escaped, without a script', async () => {
    const { body } = await visitor().ask('/sign-in?return=/setup%3Fa=%22b')
    assert.ok(body.includes('Sign in with Our &lt;SSO&gt;') && !body.includes('<script'))
    assert.match(body, /<a class="button" href="\/sign-in\/mysso\?return=%2Fsetup%3Fa%3D%2522b">/)
    assert.match(body, /<circle [^>]*fill="teal"\/>/)
  })
})

describe('a sign-in through a provider', () => {
  it('comes back with our own cookie and nothing else, and leads on', async () => {
    const at = visitor()
    const begun = await at.ask(begin)
    assert.equal(begun.statusCode, 303)
    assert.match(onlyCookie(begun), /^gatehouse-flow-mysso=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)
    const back = await at.walk(begun)
    assert.equal(`${back.origin}${back.pathname}`, `${publicUrl}/sign-in/mysso/redirect`)
    const done = await at.ask(`${back.pathname}${back.search}`)
    assertCommon(done)
    assert.deepEqual([done.statusCode, done.headers['location']], [303, '/sign-in'])
    assert.match(onlyCookie(done), /^gatehouse=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/)
    assert.equal(await whoIs(at), 'mallory')
  })

  const ways: readonly (readonly [string, string])[] = [
    ['/sign-in', '/sign-in'],
    ['//evil.example', '/sign-in'],
    ['/\\evil.example', '/sign-in'],
    ['https://evil.example/', '/sign-in'],
    ['https://app.example.org/x', `/sign-in?return=${encodeURIComponent('https://app.example.org/x')}`],
  ]
  for (const [text, location] of ways) {
    it(`leads to ${location} for ${text}`, async () => {
      const done = await visitor().through(`${begin}?return=${encodeURIComponent(text)}`)
      assert.deepEqual([done.statusCode, done.headers['location']], [303, location])
    })
  }
})

describe('a way back that does not hold', () => {
  async function assertRefused(at: Visitor, answer: Answer, status: number, sentence: RegExp): Promise<void> {
    assertCommon(answer)
    assert.equal(answer.statusCode, status)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    assert.match(answer.body, sentence)
    assert.ok(answer.body.includes(String(answer.headers['x-request-id'])))
    assert.deepEqual([setCookies(answer), await whoIs(at)], [[], 401])
  }

  it('is 401 with a sentence for another browser, a second time, and a provider that lies; right with nothing bent', async () => {
    const at = visitor()
    const back = await at.walk(await at.ask(begin))
    const url = `${back.pathname}${back.search}`
    const stranger = visitor()
    await assertRefused(stranger, await stranger.ask(url), 401, /did not confirm the sign-in/)
    assert.equal((await at.ask(url)).statusCode, 303)
    assert.equal((await at.ask(url)).statusCode, 401)
    provider.lie({ signature: 'other-key' })
    const deceived = visitor()
    await assertRefused(deceived, await deceived.through(begin), 401, /did not confirm the sign-in/)
    provider.lie()
    assert.equal((await visitor().through(begin)).statusCode, 303)
  })

  it('is 404 for a provider that is not there', async () => {
    const at = visitor()
    await assertRefused(at, await at.ask('/sign-in/nobody'), 404, /not available/)
    await assertRefused(at, await at.ask('/sign-in/nobody/redirect?code=a&state=b'), 404, /not available/)
  })

  it('is 503 for one that does not answer, while the form works on', async () => {
    await addProvider(house, openIdWish('down', 'http://127.0.0.1:1'))
    const at = visitor()
    await assertRefused(at, await at.ask('/sign-in/down'), 503, /cannot be reached now/)
    assert.equal((await at.ask('/sign-in')).statusCode, 200)
  })
})

describe("a provider's logout token", () => {
  const event = 'http://schemas.openid.net/event/backchannel-logout'
  const path = '/api/v1/providers/mysso/backchannel-logout'
  const now = () => Math.floor(Date.now() / 1000)
  const claimsOf = (more: object = {}) => ({
    iss: provider.issuer,
    aud: 'gatehouse',
    iat: now(),
    exp: now() + 120,
    jti: crypto.randomUUID(),
    events: { [event]: {} },
    ...more,
  })
  const post = (token: string, url = path) =>
    house.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ logout_token: token }).toString(),
    })
  const signed = (more: object = {}) => provider.sign(claimsOf(more), { typ: 'logout+jwt' })

  it('ends the sessions of its subject, or the one that it names, with 200 and no-store', async () => {
    for (const which of [{ sub: 'mallory' }, { sid: 'session of mallory' }]) {
      const at = visitor()
      await at.through(begin)
      assert.equal(await whoIs(at), 'mallory')
      const answer = await post(await signed(which))
      assert.deepEqual([answer.statusCode, answer.body, answer.headers['cache-control']], [200, '', 'no-store'])
      assert.equal(await whoIs(at), 401)
    }
    assert.ok((await auditRows(house)).some((row) => row.event === 'provider.logout'))
  })

  it('ends nobody else, and is 200 when nobody is signed in by it', async () => {
    const at = visitor()
    await at.through(begin)
    assert.equal((await post(await signed({ sub: 'somebody else' }))).statusCode, 200)
    assert.equal(await whoIs(at), 'mallory')
  })

  it('is 400 and ends nothing for each thing bent alone, and for another provider', async () => {
    const at = visitor()
    await at.through(begin)
    const spent = await signed({ sub: 'nobody' })
    assert.equal((await post(spent)).statusCode, 200)
    const mallory = { sub: 'mallory' }
    const bad: readonly (readonly [string, string, string?])[] = [
      ['used before', spent],
      ['no token', 'not.a.token'],
      ['nothing', ''],
      ['another audience', await signed({ ...mallory, aud: 'other' })],
      ['another issuer', await signed({ ...mallory, iss: 'https://evil.example' })],
      ['no event', await signed({ ...mallory, events: {} })],
      ['a nonce', await signed({ ...mallory, nonce: 'x' })],
      ['nobody', await signed({})],
      ['over', await signed({ ...mallory, iat: now() - 7200, exp: now() - 3600 })],
      ['another provider', await signed(mallory), '/api/v1/providers/nobody/backchannel-logout'],
    ]
    for (const [what, token, url] of bad) {
      const answer = await post(token, url)
      assert.equal(answer.statusCode, 400, what)
      assert.equal(answer.json<{ error: string }>().error, 'invalid_request')
      assert.equal(answer.headers['cache-control'], 'no-store')
      assert.equal(await whoIs(at), 'mallory', what)
    }
    assert.equal((await post(await signed(mallory))).statusCode, 200)
    assert.equal(await whoIs(at), 401)
  })

  it('is taken by form only', async () => {
    const answer = await house.app.inject({ method: 'POST', url: path, payload: { logout_token: 'x' } })
    assert.equal(answer.statusCode, 415)
  })
})
