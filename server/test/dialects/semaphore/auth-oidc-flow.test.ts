// Signing in at Semaphore's door through a real OpenID provider, as a browser goes: away with the flow cookie, back with
// the session's, and to the login page for whatever is wrong (seed 002; contract 5.5, 5.8; attacks O01, O02, O12–O14, O18).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { auditRows } from '../../_kit/attack-doors.ts'
import { type Answer, assertCommon, onlyCookie, semaphoreBase, setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { type OpenIdProvider, openIdWish, startOpenIdProvider } from '../../_kit/openid-provider.ts'
import { addProvider, openVisitor, publicUrl, type Visitor } from '../../_kit/through-provider.ts'

const login = `${semaphoreBase}/auth/oidc/mysso/login`
const loginPage = '/semaphore/auth/login'
const people = {
  ada: { preferred_username: 'ada-of-sso', name: 'Ada of SSO' },
  grace: { preferred_username: 'grace-of-sso', name: 'Grace' },
}

let provider: OpenIdProvider
let house: TestHouse
before(async () => {
  const redirectUris = ['/semaphore', ''].map((root) => `${publicUrl}${root}/api/auth/oidc/mysso/redirect`)
  provider = await startOpenIdProvider({ people, redirectUris })
  house = await openTestHouse({ GATEHOUSE_PUBLIC_URL: publicUrl, GATEHOUSE_SEMAPHORE_LISTEN: '127.0.0.1:3000' })
  await addProvider(house, { ...openIdWish('mysso', provider.issuer), colour: '#2a6df4', icon: 'key', order: 2 })
  await addProvider(house, { ...openIdWish('down', 'http://127.0.0.1:1'), order: 1 })
  await addProvider(house, { ...openIdWish('switched-off', provider.issuer), isEnabled: false })
})
after(async () => {
  await house.close()
  await provider.close()
})

const visitor = (): Visitor => openVisitor(house.app)
const whoIs = async (at: Visitor) => {
  const answer = await at.ask(`${semaphoreBase}/user`)
  return answer.statusCode === 200 ? answer.json<{ username: string }>().username : answer.statusCode
}

/** 302 to the login page and nothing set; what the audit trail says last. */
async function assertSentToLogin(answer: Answer): Promise<string> {
  assertCommon(answer)
  assert.deepEqual([answer.statusCode, answer.headers['location'], answer.body], [302, loginPage, ''])
  assert.deepEqual(setCookies(answer), [])
  const rows = (await auditRows(house)).map(({ body }) => JSON.parse(body) as { reason?: string; client?: object })
  const own = rows.filter(({ client }) => JSON.stringify(client ?? {}).includes(String(answer.headers['x-request-id'])))
  return own.map(({ reason = '' }) => reason).join('; ')
}

describe('the providers of a login page', () => {
  it('are those that are enabled, in their order, with colour and icon', async () => {
    const { oidc_providers: offered } = (await visitor().ask(`${semaphoreBase}/auth/login`)).json<{
      oidc_providers: object[]
    }>()
    assert.deepEqual(offered, [
      { id: 'down', name: 'Provider down', color: '', icon: '' },
      { id: 'mysso', name: 'Provider mysso', color: '#2a6df4', icon: 'key' },
    ])
  })

  it('are links on the page, without a script', async () => {
    const { body } = await visitor().ask(loginPage)
    assert.match(body, /<a class="button" href="\/semaphore\/api\/auth\/oidc\/mysso\/login">/)
    assert.ok(
      body.includes('Sign in with Provider mysso') && !body.includes('switched-off') && !body.includes('<script'),
    )
  })
})

describe('a sign-in through a provider', () => {
  it('leaves with one flow cookie and comes back with one session cookie, to the site root', async () => {
    const at = visitor()
    const begun = await at.ask(login)
    assertCommon(begun)
    assert.equal(begun.statusCode, 302)
    assert.match(onlyCookie(begun), /^gatehouse-flow-mysso=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)
    const asked = new URL(String(begun.headers['location'])).searchParams
    assert.equal(asked.get('redirect_uri'), `${publicUrl}${semaphoreBase}/auth/oidc/mysso/redirect`)
    assert.equal(asked.get('code_challenge_method'), 'S256')
    for (const name of ['state', 'nonce', 'code_challenge']) assert.match(asked.get(name) ?? '', /^[\w-]{43}$/)
    const back = await at.walk(begun, 'ada')
    const done = await at.ask(`${back.pathname}${back.search}`)
    assert.deepEqual([done.statusCode, done.headers['location'], done.body], [302, '/semaphore', ''])
    assert.match(onlyCookie(done), /^semaphore=[^;]+; Path=\/semaphore; HttpOnly; SameSite=Lax$/)
    assert.equal(await whoIs(at), 'ada-of-sso')
    assert.match((await at.ask('/semaphore')).body, /Signed in as <strong>Ada of SSO<\/strong>/)
  })

  it('goes on in both of two tabs', async () => {
    const at = visitor()
    const tabs = [await at.ask(login), await at.ask(login)]
    for (const begun of tabs) {
      const back = await at.walk(begun, 'ada')
      const done = await at.ask(`${back.pathname}${back.search}`)
      assert.deepEqual([done.statusCode, done.headers['location']], [302, '/semaphore'])
    }
  })

  it('takes no secret of a browser that is spelled otherwise than ours, nor one of several', async () => {
    const cookie = (value: string): string => `gatehouse-flow-mysso=${value}`
    const given = async (...values: string[]): Promise<string> => {
      const headers = { cookie: values.map(cookie).join('; ') }
      return onlyCookie(await visitor().ask(login, { headers })).split(';')[0] ?? ''
    }
    const [own, other] = ['a'.repeat(43), 'b'.repeat(43)]
    assert.equal(await given(own), cookie(own))
    for (const values of [[own, other], ['short'], [`${own}b`], ['.'.repeat(43)]]) {
      assert.match(await given(...values), /^gatehouse-flow-mysso=(?!a{43}|b{43})[\w-]{43}$/, values.join())
    }
  })

  it('is the same person again', async () => {
    const [one, two] = [visitor(), visitor()]
    for (const at of [one, two]) await at.through(login, 'grace')
    const idOf = async (at: Visitor) => (await at.ask(`${semaphoreBase}/user`)).json<{ id: number }>().id
    assert.equal(await idOf(one), await idOf(two))
  })

  it('ends the session whose cookie comes along', async () => {
    const at = visitor()
    await at.through(login, 'ada')
    const before = at.jar.get('semaphore')
    await at.through(login, 'ada')
    const old = await house.app.inject({ url: `${semaphoreBase}/user`, headers: { cookie: `semaphore=${before}` } })
    assert.deepEqual([old.statusCode, await whoIs(at)], [401, 'ada-of-sso'])
  })

  it('sets Secure cookies with the prefix where the public address is https', async () => {
    const secure = await openTestHouse({ GATEHOUSE_PUBLIC_URL: 'https://localhost' })
    await addProvider(secure, openIdWish('mysso', provider.issuer))
    const begun = await secure.app.inject({ url: login })
    const form = /^__Host-gatehouse-flow-mysso=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=Lax$/
    assert.match(onlyCookie(begun), form)
    await secure.close()
  })
})

describe('the way back (O13)', () => {
  const within: readonly (readonly [string, string])[] = [
    ['return=/project/3?tab=x', '/semaphore/project/3?tab=x'],
    ['redirect=/project/3', '/semaphore/project/3'],
    ['return=/semaphore/project/3', '/semaphore/project/3'],
    ['return=/a/../b', '/semaphore/b'],
  ]
  const outside = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/%09/evil.example',
    '/%0d%0aSet-Cookie:x=1',
    'https:evil.example',
    'https://localhost@evil.example',
    'http://localhost.evil.example',
    'javascript:alert(1)',
    '／／evil.example',
    '/.//evil.example',
    '/a\tb',
    '\\\\evil.example',
    'project',
  ]
  const endOf = async (query: string): Promise<unknown> => {
    const done = await visitor().through(`${login}?${query}`, 'ada')
    assert.equal(setCookies(done).length, 1)
    return done.headers['location']
  }

  for (const [query, location] of within) {
    it(`leads to ${location} for ${query}`, async () => assert.equal(await endOf(query), location))
  }
  for (const text of outside) {
    const shown = JSON.stringify(text)
    it(`leads to the site root for ${shown}`, async () => {
      assert.equal(await endOf(`return=${encodeURIComponent(text)}`), '/semaphore')
    })
  }
  it('leads to the site root for several of the name', async () => {
    assert.equal(await endOf('return=/a&return=//evil.example'), '/semaphore')
  })
})

describe('the redirect address (O14)', () => {
  it('is the public one, whatever a request says of itself', async () => {
    const poisons = [
      { host: '127.0.0.1:9999' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { forwarded: 'host=evil.example' },
      { origin: 'https://evil.example' },
    ]
    for (const headers of poisons) {
      const begun = await visitor().ask(login, { headers })
      const asked = new URL(String(begun.headers['location']))
      assert.equal(asked.origin, provider.issuer)
      assert.equal(asked.searchParams.get('redirect_uri'), `${publicUrl}${semaphoreBase}/auth/oidc/mysso/redirect`)
    }
  })

  it('is missing without a public address: nothing is offered, the page says which setting, the flow does not begin', async () => {
    const plain = await openTestHouse()
    await addProvider(plain, openIdWish('mysso', provider.issuer))
    const offered = await plain.app.inject({ url: `${semaphoreBase}/auth/login` })
    assert.deepEqual(offered.json<{ oidc_providers: object[] }>().oidc_providers, [])
    assert.match((await plain.app.inject({ url: loginPage })).body, /GATEHOUSE_PUBLIC_URL/)
    const begun = await plain.app.inject({ url: login })
    assert.deepEqual([begun.statusCode, begun.headers['location'], setCookies(begun)], [302, loginPage, []])
    await plain.close()
  })

  it('is that of its own listener there, and only with its own public address', async () => {
    const own = await house.own('semaphore').inject({ url: '/api/auth/oidc/mysso/login' })
    assert.deepEqual([own.statusCode, own.headers['location']], [302, '/auth/login'])
    const set = await openTestHouse({
      GATEHOUSE_SEMAPHORE_LISTEN: '127.0.0.1:3000',
      GATEHOUSE_SEMAPHORE_PUBLIC_URL: publicUrl,
    })
    await addProvider(set, openIdWish('mysso', provider.issuer))
    const at = openVisitor(set.own('semaphore'))
    const done = await at.through('/api/auth/oidc/mysso/login?return=/x', 'ada')
    assert.deepEqual([done.statusCode, done.headers['location']], [302, '/x'])
    assert.match(onlyCookie(done), /^semaphore=[^;]+; Path=\/; /)
    await set.close()
  })
})

describe('what is wrong', () => {
  const begins: readonly (readonly [string, string, RegExp])[] = [
    ['a provider that nobody knows', 'nobody', /no enabled provider "nobody"/],
    ['one that is switched off', 'switched-off', /no enabled provider "switched-off"/],
    ['one that does not answer', 'down', /./],
    ['a name that is none', 'my%2Fsso%0d%0aX:1', /no enabled provider/],
  ]
  for (const [what, name, reason] of begins) {
    it(`leads to the login page from the beginning: ${what}`, async () => {
      const answer = await visitor().ask(`${semaphoreBase}/auth/oidc/${name}/login`)
      assert.match(await assertSentToLogin(answer), reason)
    })
  }

  it('leads to the login page from the way back: each thing bent alone, and right with nothing bent', async () => {
    const bends: readonly (readonly [string, (at: Visitor, back: URL) => void, RegExp])[] = [
      ['nothing', () => {}, /^$/],
      ['no cookie', ({ jar }) => jar.clear(), /another browser/],
      ["another browser's", ({ jar }) => jar.set('gatehouse-flow-mysso', 'x'.repeat(43)), /another browser/],
      ['no state', (_, back) => back.searchParams.delete('state'), /no state/],
      ['another state', (_, back) => back.searchParams.set('state', 'x'.repeat(43)), /unknown/],
      ['two states', (_, back) => back.searchParams.append('state', 'x'.repeat(43)), /several/],
      ['another code', (_, back) => back.searchParams.set('code', 'guessed'), /./],
      ['another issuer', (_, back) => back.searchParams.set('iss', 'https://evil.example'), /for another flow/],
      [
        "another provider's path",
        (_, back) => {
          back.pathname = back.pathname.replace('mysso', 'down')
        },
        /unknown|another/,
      ],
    ]
    for (const [what, bend, reason] of bends) {
      const at = visitor()
      const back = await at.walk(await at.ask(login), 'ada')
      bend(at, back)
      const answer = await at.ask(`${back.pathname}${back.search}`)
      if (what === 'nothing') assert.equal(answer.headers['location'], '/semaphore')
      else assert.match(await assertSentToLogin(answer), reason, what)
      assert.equal(await whoIs(at), what === 'nothing' ? 'ada-of-sso' : 401, what)
    }
  })

  it('leads to the login page for the same way back a second time', async () => {
    const at = visitor()
    const back = await at.walk(await at.ask(login), 'ada')
    const url = `${back.pathname}${back.search}`
    assert.equal((await at.ask(url)).headers['location'], '/semaphore')
    assert.match(await assertSentToLogin(await at.ask(url)), /used/)
    assert.equal(await whoIs(at), 'ada-of-sso')
  })

  it('leads to the login page for whoever the provider turns away', async () => {
    assert.match(await assertSentToLogin(await visitor().through(login, 'nobody-there')), /access_denied/)
  })

  it('leads to the login page for a provider that is switched off on the way (O18)', async () => {
    await addProvider(house, openIdWish('brief', provider.issuer))
    const wish = openIdWish('brief', provider.issuer)
    const begun = await visitor().ask(`${semaphoreBase}/auth/oidc/brief/login`)
    assert.equal(new URL(String(begun.headers['location'])).origin, provider.issuer)
    await house.house.core.providers.change({ ...wish, isEnabled: false }, undefined, byCommand)
    const state = new URL(String(begun.headers['location'])).searchParams.get('state')
    const answer = await visitor().ask(`${semaphoreBase}/auth/oidc/brief/redirect?code=x&state=${state}`)
    assert.match(await assertSentToLogin(answer), /no enabled provider/)
  })

  it('leaves everybody else signed in', async () => {
    const at = visitor()
    await at.through(login, 'ada')
    await at.ask(`${semaphoreBase}/auth/oidc/mysso/redirect?code=a`)
    assert.equal(await whoIs(at), 'ada-of-sso')
  })
})
