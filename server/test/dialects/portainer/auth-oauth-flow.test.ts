// POST /auth/oauth/validate and GET /settings/public with a provider: the code of a flow that Portainer's page began
// (contract 3.7, 3.10), and with GATEHOUSE_PORTAINER_OAUTH_FLOW=bound only of this very browser (attacks O04, O05, O24).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../../src/core/audit/audit.ts'
import { type Answer, assertSaid, onlyCookie, portainerBase, setCookies } from '../../_kit/clients.ts'
import { startHostileProvider } from '../../_kit/hostile-provider.ts'
import { adminName, adminPassword, openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { type Answering, nuisances } from '../../_kit/loopback.ts'
import { type OAuthServer, oauthWish, startOAuthServer } from '../../_kit/oauth-server.ts'
import { type OpenIdProvider, openIdWish, startOpenIdProvider } from '../../_kit/openid-provider.ts'
import { ldapSettings } from '../../_kit/provider-settings.ts'
import { addProvider, openVisitor, publicUrl, type Visitor } from '../../_kit/through-provider.ts'

const redirectUri = `${publicUrl}/`
const validate = `${portainerBase}/auth/oauth/validate`
const publicSettings = `${portainerBase}/settings/public`
const failed = ['Unable to authenticate through OAuth', 'Unauthorized'] as const

let server: OAuthServer
let house: TestHouse
before(async () => {
  server = await startOAuthServer()
  house = await openTestHouse()
  await addProvider(house, oauthWish('portainer', server.origin, { redirectUri }))
})
after(async () => {
  await house.close()
  await server.close()
})

const post = (at: TestHouse, code: string, headers = {}): Promise<Answer> =>
  at.app.inject({ method: 'POST', url: validate, headers, payload: { code } })
const settingsOf = async (at: TestHouse) =>
  (await at.app.inject({ url: publicSettings })).json<Record<string, unknown>>()

describe('POST /auth/oauth/validate with a code of the provider', () => {
  it('is 200 with the JWT and a cookie like POST /auth', async () => {
    const answer = await post(house, server.code(redirectUri))
    assert.equal(answer.statusCode, 200, answer.body)
    const { jwt } = answer.json<{ jwt: string }>()
    assert.match(
      onlyCookie(answer),
      /^portainer_api_key=[^;]+; Path=\/portainer; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    )
    const me = await house.app.inject({ url: `${portainerBase}/users/me`, headers: { authorization: `Bearer ${jwt}` } })
    assert.equal(me.json<{ Username: string }>().Username, 'olivia')
  })

  it('takes the code as it stood in an address', async () => {
    const code = server.code(redirectUri)
    assert.equal((await post(house, code.replaceAll('-', '%2D'))).statusCode, 200)
  })

  it('is 422 for a code a second time, for one that nobody issued, and one of another redirect address', async () => {
    const code = server.code(redirectUri)
    assert.equal((await post(house, code)).statusCode, 200)
    assertSaid(await post(house, code), 422, ...failed)
    assertSaid(await post(house, 'guessed'), 422, ...failed)
    assertSaid(await post(house, server.code('https://other.example/')), 422, ...failed)
  })

  it('of one code sent twenty times at once makes one session', async () => {
    const code = server.code(redirectUri)
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(house, code)))
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
  })

  it('is 422 for somebody whom nobody here knows, where people are not made', async () => {
    const strict = await openTestHouse()
    await addProvider(strict, oauthWish('portainer', server.origin, { redirectUri, createsPeople: false }))
    assertSaid(await post(strict, server.code(redirectUri)), 422, ...failed)
    await strict.close()
  })

  it('makes nobody who has a name of somebody here: the first administrator stays who they are', async () => {
    server.be({ resource: { login: adminName } })
    assertSaid(await post(house, server.code(redirectUri)), 422, ...failed)
    server.be({})
    assert.equal((await post(house, server.code(redirectUri))).statusCode, 200)
  })

  it('is 503 with Retry-After when the provider does not answer, and 200 again when it does', async () => {
    const down = await openTestHouse()
    await addProvider(down, oauthWish('portainer', 'http://127.0.0.1:1', { redirectUri }))
    const answer = await post(down, 'any')
    assert.equal(answer.statusCode, 503, answer.body)
    assert.ok(Number(answer.headers['retry-after']) >= 1)
    await down.close()
    assert.equal((await post(house, server.code(redirectUri))).statusCode, 200)
  })

  it('lets others in while somebody makes the provider stumble over codes of their own', async () => {
    const stumbling: Answering = (asked, response) =>
      asked.body.includes('garbage') ? nuisances.failing(asked, response) : server.answer(asked, response)
    server.be({ answers: { token: stumbling } })
    for (let times = 0; times < 12; times += 1) assert.equal((await post(house, `garbage-${times}`)).statusCode, 503)
    assert.equal((await post(house, server.code(redirectUri))).statusCode, 200)
    server.be({})
  })

  it('is 400 without a code whatever the mode is, and 403 for a provider that is off or has no redirect address', async () => {
    assertSaid(await post(house, ''), 400, 'Invalid request payload', 'Invalid OAuth authorization code')
    const off = 'OAuth authentication is not enabled'
    for (const wish of [
      { ...oauthWish('portainer', server.origin, { redirectUri }), isEnabled: false },
      oauthWish('portainer', server.origin),
      oauthWish('another', server.origin, { redirectUri }),
    ]) {
      const at = await openTestHouse()
      await addProvider(at, wish)
      assertSaid(await post(at, server.code(redirectUri)), 403, off, off)
      await at.close()
    }
  })

  it('asks the provider that GATEHOUSE_PORTAINER_PROVIDER names', async () => {
    const named = await openTestHouse({ GATEHOUSE_PORTAINER_PROVIDER: 'another' })
    await addProvider(named, oauthWish('another', server.origin, { redirectUri }))
    assert.equal((await post(named, server.code(redirectUri))).statusCode, 200)
    await named.close()
  })
})

describe('GET /settings/public', () => {
  it('says OAuth, and where it begins: no state, which the page adds', async () => {
    const settings = await settingsOf(house)
    assert.equal(settings['AuthenticationMethod'], 3)
    const uri = new URL(String(settings['OAuthLoginURI']))
    assert.equal(`${uri.origin}${uri.pathname}`, `${server.origin}/authorize`)
    assert.deepEqual(Object.fromEntries(uri.searchParams), {
      client_id: 'gatehouse',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'profile',
    })
    assert.deepEqual(setCookies(await house.app.inject({ url: publicSettings })), [])
    assert.equal(settings['OAuthLogoutURI'], '')
  })

  it('says where the browser goes after the sign-out, when that is configured, in bound flows too', async () => {
    const logoutUri = `${server.origin}/logout?client_id=gatehouse`
    for (const flow of ['any', 'bound']) {
      const at = await openTestHouse({ GATEHOUSE_PORTAINER_OAUTH_FLOW: flow })
      await addProvider(at, oauthWish('portainer', server.origin, { redirectUri, logoutUri }))
      assert.equal((await settingsOf(at))['OAuthLogoutURI'], logoutUri)
      await at.close()
    }
  })

  it('says internal without a provider, LDAP with a directory, with every key that the page reads', async () => {
    const plain = await openTestHouse({ GATEHOUSE_PASSWORD_MIN: '17' })
    const settings = await settingsOf(plain)
    assert.deepEqual(settings, {
      LogoURL: '',
      AuthenticationMethod: 1,
      RequiredPasswordLength: 17,
      GlobalDeploymentOptions: { hideStacksFunctionality: false },
      EnableEdgeComputeFeatures: false,
      EnableTelemetry: false,
      Features: {},
      OAuthLoginURI: '',
      OAuthLogoutURI: '',
      KubeconfigExpiry: '0',
      TeamSync: false,
      Edge: { PingInterval: 0, SnapshotInterval: 0, CommandInterval: 0, CheckinInterval: 0 },
      IsDockerDesktopExtension: false,
      IsAMTEnabled: false,
    })
    const directory = { name: 'directory', kind: 'ldap', settings: ldapSettings } as const
    await plain.house.core.providers.add(directory, undefined, byCommand)
    assert.equal((await settingsOf(plain))['AuthenticationMethod'], 2)
    await addProvider(plain, oauthWish('portainer', server.origin, { redirectUri }))
    assert.equal((await settingsOf(plain))['AuthenticationMethod'], 3)
    await plain.close()
  })

  it('says internal for an OpenID provider that cannot be reached, so that the form for a password comes', async () => {
    const down = await openTestHouse()
    await addProvider(down, openIdWish('portainer', 'http://127.0.0.1:1', { redirectUri }))
    const settings = await settingsOf(down)
    assert.deepEqual([settings['AuthenticationMethod'], settings['OAuthLoginURI']], [1, ''])
    const url = `${portainerBase}/auth`
    const payload = { username: adminName, password: adminPassword }
    assert.equal((await down.app.inject({ method: 'POST', url, payload })).statusCode, 200)
    await down.close()
  })
})

describe('GET /settings/public beside a provider that is silent', () => {
  it('comes while the provider is still being asked, and says OAuth once it has answered', async () => {
    const silent = await startHostileProvider()
    const at = await openTestHouse()
    await addProvider(at, openIdWish('portainer', silent.issuer, { redirectUri }))
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const discovery: Answering = (asked, response) => void released.then(() => silent.answer(asked, response))
    silent.lie({ answers: { discovery } })
    assert.equal((await settingsOf(at))['AuthenticationMethod'], 1)
    assert.equal(silent.count('discovery'), 1)
    release()
    let method: unknown
    for (let pages = 0; pages < 20 && method !== 3; pages += 1) method = (await settingsOf(at))['AuthenticationMethod']
    assert.equal(method, 3)
    assert.equal(silent.count('discovery'), 1)
    await at.close()
    await silent.close()
  })
})

describe('with bound flows only', () => {
  const people = { ada: { preferred_username: 'ada-of-sso' }, mallory: { preferred_username: 'mallory' } }
  let provider: OpenIdProvider
  let bound: TestHouse
  before(async () => {
    provider = await startOpenIdProvider({ people, redirectUris: [redirectUri] })
    bound = await openTestHouse({ GATEHOUSE_PORTAINER_OAUTH_FLOW: 'bound' })
    await addProvider(bound, openIdWish('portainer', provider.issuer, { redirectUri }))
  })
  after(async () => {
    await bound.close()
    await provider.close()
  })

  /** As the page does: asks for the settings, adds a state, comes back with a code. */
  async function codeOf(at: Visitor, as: string): Promise<string> {
    const settings = await at.ask(publicSettings)
    assert.match(
      onlyCookie(settings),
      /^gatehouse-flow-portainer=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
    )
    const { OAuthLoginURI } = settings.json<{ OAuthLoginURI: string }>()
    const asked = new URL(OAuthLoginURI).searchParams
    assert.deepEqual([asked.get('state'), asked.get('code_challenge_method')], [null, 'S256'])
    const back = await at.walk(`${OAuthLoginURI}&state=of-the-page`, as)
    assert.equal(back.searchParams.get('state'), 'of-the-page')
    return back.searchParams.get('code') ?? ''
  }
  const send = (at: Visitor, code: string) => at.ask(validate, { method: 'POST', payload: { code } })

  it('takes the code of this browser, once', async () => {
    const at = openVisitor(bound.app)
    const code = await codeOf(at, 'ada')
    const answer = await send(at, code)
    assert.equal(answer.statusCode, 200, answer.body)
    assertSaid(await send(at, code), 422, ...failed)
  })

  it('takes the codes of two tabs of a page that asks for the settings before it brings one', async () => {
    const at = openVisitor(bound.app)
    const ask = async () => (await at.ask(publicSettings)).json<{ OAuthLoginURI: string }>()
    for (const { OAuthLoginURI } of [await ask(), await ask()]) {
      const back = await at.walk(`${OAuthLoginURI}&state=of-the-page`, 'ada')
      await ask()
      const answer = await send(at, back.searchParams.get('code') ?? '')
      assert.equal(answer.statusCode, 200, answer.body)
    }
  })

  it('refuses a code without the cookie, and by the cookie of a flow that is over', async () => {
    const at = openVisitor(bound.app)
    const code = await codeOf(at, 'ada')
    assertSaid(await send(openVisitor(bound.app), code), 422, ...failed)
    assert.equal((await send(at, code)).statusCode, 200)
    assertSaid(await send(at, await codeOfProvider(at)), 422, ...failed)
  })

  it("refuses the code of somebody else's browser in a victim's (O05, O12)", async () => {
    const [attacker, victim] = [openVisitor(bound.app), openVisitor(bound.app)]
    const code = await codeOf(attacker, 'mallory')
    await codeOf(victim, 'ada')
    assertSaid(await send(victim, code), 422, ...failed)
    const own = openVisitor(bound.app)
    assert.equal((await send(own, await codeOf(own, 'mallory'))).statusCode, 200)
  })

  it('says internal to a network that began too many flows, so that the form for a password comes', async () => {
    const at = await openTestHouse({ GATEHOUSE_PORTAINER_OAUTH_FLOW: 'bound' })
    await addProvider(at, openIdWish('portainer', provider.issuer, { redirectUri }))
    assert.equal((await settingsOf(at))['AuthenticationMethod'], 3)
    const client = { dialect: 'portainer', address: '127.0.0.1', agent: '', requestId: 'many' } as const
    const { beginForProgram } = at.house.core.federation
    await Promise.all(Array.from({ length: 299 }, () => beginForProgram('portainer', [], client)))
    await assert.rejects(beginForProgram('portainer', [], client), { code: 'throttled' })
    const full = await at.app.inject({ url: publicSettings })
    assert.deepEqual([full.statusCode, setCookies(full)], [200, []])
    assert.deepEqual([full.json()['AuthenticationMethod'], full.json()['OAuthLoginURI']], [1, ''])
    await at.close()
  })

  /** A code without anything bound to it. */
  async function codeOfProvider(at: Visitor): Promise<string> {
    const query = new URLSearchParams({ client_id: 'gatehouse', redirect_uri: redirectUri, response_type: 'code' })
    const location = `${provider.issuer}/auth?${query}&scope=openid&state=x`
    const back = await at.walk(location, 'ada')
    return back.searchParams.get('code') ?? ''
  }
})
