// What the house understands of a real, certified OpenID provider (oidc-provider).
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createProviderClient } from '../../../src/adapters/provider-client.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { clientSecret, flowProvider, redirectUri, refusedWith, walkFlow } from '../../_kit/flow-providers.ts'
import { type OpenIdProvider, openIdWish, startOpenIdProvider } from '../../_kit/openid-provider.ts'
import { openBrowser } from '../../_kit/provider-browser.ts'

const alice = {
  preferred_username: 'alice',
  name: 'Alice A.',
  email: 'alice@example.org',
  email_verified: true,
  groups: ['x'],
}

describe('a real OpenID provider', () => {
  let real: OpenIdProvider

  before(async () => {
    const logoutUri = 'http://127.0.0.1:1/logout'
    real = await startOpenIdProvider({ people: { 'subject-a': alice }, redirectUris: [redirectUri], logoutUri })
  })
  after(() => real.close())

  test('says who somebody is, with what userinfo adds', async () => {
    const client = createProviderClient()
    const flow = await walkFlow(client, flowProvider(openIdWish('real', real.issuer)), { as: 'subject-a' })
    const { subject, claims, session } = await flow.answer()
    assert.equal(subject, 'subject-a')
    assert.deepEqual({ ...claims, ...alice }, claims)
    assert.match(session ?? '', /^\S{10,}$/)
  })

  test('sends S256, state and nonce, and never the verifier', async () => {
    const flow = await walkFlow(createProviderClient(), flowProvider(openIdWish('real', real.issuer)), {
      as: 'subject-a',
    })
    await assert.rejects(
      flow.answer({ verifier: 'another-verifier-another-verifier-another-verifier' }),
      refusedWith('provider-code', /invalid_grant/),
    )
  })

  test('says no when somebody is not let in there', async () => {
    const flow = await walkFlow(createProviderClient(), flowProvider(openIdWish('real', real.issuer)), { as: 'nobody' })
    await assert.rejects(flow.answer(), refusedWith('provider-code', /access_denied/))
  })

  test('takes a code once', async () => {
    const flow = await walkFlow(createProviderClient(), flowProvider(openIdWish('real', real.issuer)), {
      as: 'subject-a',
    })
    await flow.answer()
    await assert.rejects(flow.answer(), refusedWith('provider-code', /invalid_grant/))
  })

  test('is asked with explicit endpoints in place of discovery', async () => {
    const endpoints = {
      authorization: `${real.issuer}/auth`,
      token: `${real.issuer}/token`,
      keys: `${real.issuer}/jwks`,
    }
    const provider = flowProvider(openIdWish('real', real.issuer, { endpoints, authStyle: 'header' }))
    const { subject, claims } = await (await walkFlow(createProviderClient(), provider, { as: 'subject-a' })).answer()
    assert.deepEqual([subject, claims['email']], ['subject-a', undefined])
  })

  test('holds a bare code to the verifier and the nonce of its bound flow, and needs neither without one', async () => {
    const [client, provider] = [createProviderClient(), flowProvider(openIdWish('real', real.issuer))]
    const bound = { nonce: crypto.randomUUID(), verifier: `${crypto.randomUUID()}${crypto.randomUUID()}` }
    const begin = async (request: { redirectUri: string; bound?: typeof bound }) => {
      const location = `${await client.authorizationUrl(provider, request)}&state=of-the-program`
      const back = await openBrowser().walk(location, 'subject-a')
      return new Secret(back.searchParams.get('code') ?? '')
    }
    const answer = async (begun: typeof bound | undefined, shown: typeof bound | undefined) => {
      const code = await begin({ redirectUri, ...(begun && { bound: begun }) })
      return client.answer(provider, clientSecret, { code, redirectUri, ...(shown && { bound: shown }) })
    }
    assert.equal((await answer(bound, bound)).subject, 'subject-a')
    assert.equal((await answer(undefined, undefined)).subject, 'subject-a')
    await assert.rejects(answer(bound, { ...bound, nonce: crypto.randomUUID() }), refusedWith('provider-code', /nonce/))
    await assert.rejects(
      answer(bound, { ...bound, verifier: 'x'.repeat(43) }),
      refusedWith('provider-code', /invalid_grant/),
    )
    await assert.rejects(answer(bound, undefined), refusedWith('provider-code', /invalid_grant/))
    await assert.rejects(answer(undefined, bound), refusedWith('provider-code', /./))
  })

  test('is found well by a check, and a wrong secret is not', async () => {
    const [client, provider] = [createProviderClient(), flowProvider(openIdWish('real', real.issuer))]
    const findings = await client.check(provider, clientSecret)
    assert.deepEqual(
      findings.filter(({ level }) => level !== 'ok'),
      [],
    )
    const whats = ['discovery', 'PKCE', 'keys', 'clock', 'token endpoint', 'userinfo', 'redirect URI', 'private hosts']
    assert.deepEqual(
      findings.map(({ what }) => what),
      whats,
    )
    const addresses = findings.find(({ what }) => what === 'redirect URI')?.seen
    assert.match(addresses ?? '', /^for Semaphore .+\/api\/auth\/oidc\/real\/redirect$/)
    const [of] = (await client.check(flowProvider(openIdWish('real', real.issuer, { redirectUri })), clientSecret))
      .filter(({ what }) => what === 'redirect URI')
      .map(({ seen }) => seen)
    assert.equal(of, `${redirectUri}; ${addresses}`)
    const wrong = await client.check(provider, new Secret('another secret'))
    assert.deepEqual(
      wrong.filter(({ level }) => level === 'failure').map(({ what }) => what),
      ['token endpoint'],
    )
    assert.ok(!JSON.stringify([findings, wrong]).includes('secret of the tests'))
  })
})
