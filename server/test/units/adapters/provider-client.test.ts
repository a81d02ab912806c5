// What the house believes of an OpenID provider that is honest, and nothing that is bent in one thing (O05–O08, O10, O11,
// O20, O23).
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { createProviderClient } from '../../../src/adapters/provider-client.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { Unavailable } from '../../../src/lib/unavailable.ts'
import { clientSecret, flowProvider, redirectUri, refusedWith, walkFlow } from '../../_kit/flow-providers.ts'
import { type HostileProvider, type Lies, startHostileProvider } from '../../_kit/hostile-provider.ts'
import { type Answering, nuisances, redirecting, sendJson } from '../../_kit/loopback.ts'
import { openIdWish } from '../../_kit/openid-provider.ts'

describe('a lying OpenID provider', () => {
  let liar: HostileProvider

  before(async () => {
    liar = await startHostileProvider()
  })
  after(() => liar.close())
  beforeEach(() => liar.lie())

  const provider = (more = {}) => flowProvider(openIdWish('liar', liar.issuer, more))
  const answerTo = async (lies: Lies, client = createProviderClient(), asked = provider()) => {
    liar.lie(lies)
    return (await walkFlow(client, asked)).answer()
  }

  test('is believed while it is honest', async () => {
    const { subject, claims, session } = await answerTo({})
    assert.deepEqual([subject, claims['email'], session], ['mallory', 'mallory@example.org', 'session of mallory'])
    const several = { claims: (claims: object) => ({ ...claims, aud: ['gatehouse', 'other'], azp: 'gatehouse' }) }
    assert.equal((await answerTo(several)).subject, 'mallory')
  })

  const past = Math.floor(Date.now() / 1000) - 3600
  const lies: readonly (readonly [string, Lies, RegExp])[] = [
    ['signed by another key', { signature: 'other-key' }, /could not be used|cannot be read|lacks/],
    ['with a bent signature', { signature: 'bent' }, /lacks/],
    ['signed by nobody (alg none)', { signature: 'none' }, /signed by none/],
    ['signed with the client secret (HS256)', { signature: 'client-secret' }, /signed by HS256/],
    ['of another issuer', { claims: (c) => ({ ...c, iss: 'https://other.example' }) }, /iss/],
    ['for another client', { claims: (c) => ({ ...c, aud: 'other' }) }, /aud/],
    ['for several without a party', { claims: (c) => ({ ...c, aud: ['gatehouse', 'other'] }) }, /aud/],
    ['for several, made for another', { claims: (c) => ({ ...c, aud: ['gatehouse', 'b'], azp: 'b' }) }, /azp/],
    ['made for another', { claims: (c) => ({ ...c, azp: 'other' }) }, /azp/],
    ['with another nonce', { claims: (c) => ({ ...c, nonce: 'another' }) }, /nonce/],
    ['without a nonce', { claims: ({ nonce: _, ...c }) => c }, /lacks/],
    ['that is over', { claims: (c) => ({ ...c, iat: past, exp: past + 60 }) }, /exp/],
    ['without an end', { claims: ({ exp: _, ...c }) => c }, /lacks/],
    ['of the future', { claims: (c) => ({ ...c, iat: past + 7200 }) }, /iat/],
    ['not yet good', { claims: (c) => ({ ...c, nbf: past + 7200 }) }, /nbf/],
    ['without a subject', { claims: ({ sub: _, ...c }) => c }, /lacks/],
    ['with an empty subject', { claims: (c) => ({ ...c, sub: '' }), userinfo: (u) => ({ ...u, sub: '' }) }, /subject/],
    ['with a number for a subject', { claims: (c) => Object.assign({}, c, { sub: 5 }) }, /lacks/],
    ['with an endless subject', { subject: 'x'.repeat(256) }, /subject/],
    ['with an extension that must be known', { header: { crit: ['x'], x: 1 } }, /not taken|could not|lacks/],
    ['of an unknown key', { header: { kid: 'unknown' } }, /its keys/],
  ]
  for (const [name, lie, reason] of lies) {
    test(`is not believed with an ID token ${name}`, async () => {
      await assert.rejects(answerTo(lie), refusedWith('provider-code', reason))
    })
  }

  const answers: readonly (readonly [string, Lies, RegExp])[] = [
    ['userinfo about somebody else', { userinfo: (u) => ({ ...u, sub: 'alice' }) }, /sub/],
    ['userinfo about nobody', { userinfo: ({ sub: _, ...u }) => u }, /lacks/],
    [
      'userinfo refused',
      { answers: { userinfo: (_, r) => sendJson(r, {}, 403) } },
      /another status than it should: 403/,
    ],
    ['no ID token', { token: ({ id_token: _, ...t }) => t }, /lacks/],
    ['no access token', { token: ({ access_token: _, ...t }) => t }, /lacks/],
    ['a token of a type that nobody knows', { token: (t) => ({ ...t, token_type: 'mac' }) }, /not taken/],
    ['a token with a line break', { token: (t) => ({ ...t, access_token: 'a\r\nx: y' }) }, /could not be used/],
    ['an error in its own words', { answers: { token: (_, r) => sendJson(r, { error: '<b>X' }, 400) } }, /no word/],
    ['a page in place of a token', { answers: { token: nuisances.notJson } }, /something else than JSON/],
    ['a redirect in place of a token', { answers: { token: redirecting('http://127.0.0.1:1/') } }, /redirects/],
    ['the same key twice', { keys: ([k = {}]) => [k, k] }, /its keys/],
    ['no keys', { keys: () => [] }, /its keys/],
    ['a page in place of keys', { answers: { keys: nuisances.notJson } }, /something else than JSON/],
    ['20 MB in place of keys', { answers: { keys: nuisances.huge } }, /bytes/],
    ['keys of somewhere else', { answers: { keys: redirecting('http://169.254.169.254/') } }, /redirects/],
    [
      'another issuer in the callback (mix-up)',
      { callback: (u) => u.searchParams.set('iss', 'https://b.example') },
      /another flow/,
    ],
    ['no issuer in the callback, which it promised', { callback: (u) => u.searchParams.delete('iss') }, /another flow/],
    ['another state', { callback: (u) => u.searchParams.set('state', 'x') }, /another flow/],
    ['two codes', { callback: (u) => u.searchParams.append('code', 'x') }, /twice/],
    ['a token in the callback', { callback: (u) => u.searchParams.set('id_token', 'x') }, /not taken/],
  ]
  for (const [name, lie, reason] of answers) {
    test(`is not believed with ${name}`, async () => {
      await assert.rejects(answerTo(lie), refusedWith('provider-code', reason))
    })
  }

  const metadata: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['another issuer', { issuer: 'https://other.example' }, /issuer/],
    ['no issuer', { issuer: undefined }, /lacks|issuer/],
    ['PKCE without S256', { code_challenge_methods_supported: ['plain'] }, /S256/],
    ['MACs alone', { id_token_signing_alg_values_supported: ['HS256', 'none'] }, /public key/],
    ['no keys', { jwks_uri: undefined }, /jwks_uri/],
    ['an inner token endpoint', { token_endpoint: 'https://169.254.169.254/' }, /no public address/],
    ['keys in clear', { jwks_uri: 'http://other.example/' }, /in clear/],
    ['a script to send the browser to', { authorization_endpoint: 'javascript:alert(1)' }, /neither/],
  ]
  for (const [name, bend, reason] of metadata) {
    test(`is not gone to with metadata that say ${name}`, async () => {
      const lie = { metadata: (honest: object) => ({ ...honest, ...bend }) }
      await assert.rejects(answerTo(lie), refusedWith('provider-off', reason))
    })
  }

  test('is held to its issuer to the letter', async () => {
    const asked = provider({ issuer: `${liar.issuer}/` })
    await assert.rejects(answerTo({}, createProviderClient(), asked), refusedWith('provider-off', /another issuer/))
  })

  test('whose address is private is not asked unless that is allowed', async () => {
    const asked = provider({ privateHosts: [] })
    await assert.rejects(answerTo({}, createProviderClient(), asked), refusedWith('provider-off', /privateHosts/))
  })

  test('gets a challenge and the verifier, also when it does not look at them', async () => {
    const flow = await walkFlow(createProviderClient(), provider())
    liar.lie({ ignoresChallenge: true })
    await flow.answer()
    const begun = liar.asked.findLast(({ url }) => url.pathname === '/authorize')?.url.searchParams
    assert.equal(begun?.get('code_challenge_method'), 'S256')
    assert.notEqual(begun?.get('code_challenge'), flow.request.verifier)
    const shown = new URLSearchParams(liar.asked.findLast(({ url }) => url.pathname === '/token')?.body)
    assert.equal(shown.get('code_verifier'), flow.request.verifier)
    assert.equal(shown.get('redirect_uri'), redirectUri)
  })

  test('says nothing of an address by claiming another to be verified', async () => {
    const other = {
      claims: (c: object) => ({ ...c, email: 'own@example.org', email_verified: true }),
      userinfo: (u: object) => ({ sub: Object(u).sub, email: 'boss@example.org' }),
    }
    assert.equal((await answerTo(other)).claims['email_verified'], undefined)
    const same = { ...other, userinfo: (u: object) => ({ sub: Object(u).sub, email: 'own@example.org' }) }
    assert.equal((await answerTo(same)).claims['email_verified'], true)
  })

  test('is believed after its keys changed, and asked for them once in a while only', async () => {
    const [client, asked] = [createProviderClient(), provider()]
    await answerTo({}, client, asked)
    const [discoveries, keys] = [liar.count('discovery'), liar.count('keys')]
    await answerTo({}, client, asked)
    await assert.rejects(
      answerTo({ header: { kid: 'unknown' } }, client, asked),
      refusedWith('provider-code', /its keys/),
    )
    assert.deepEqual([liar.count('discovery'), liar.count('keys')], [discoveries, keys])
    await liar.rotateKeys()
    await answerTo({}, createProviderClient(), asked)
    assert.equal(liar.count('keys'), keys + 1)
  })

  test('that does not answer is asked five times, and then once in a while', async () => {
    let now = 0
    const client = createProviderClient({ now: () => now })
    const asked = provider()
    const silent = { answers: { token: nuisances.hangingUp } }
    for (let times = 0; times < 5; times += 1) await assert.rejects(answerTo(silent, client, asked), Unavailable)
    const before = liar.count('token')
    await assert.rejects(answerTo(silent, client, asked), /did not answer lately/)
    assert.equal(liar.count('token'), before)
    now += 10_001
    await assert.rejects(answerTo(silent, client, asked), /hung up/)
    await assert.rejects(answerTo({}, client, asked), /did not answer lately/)
    now += 10_001
    assert.equal((await answerTo({}, client, asked)).subject, 'mallory')
    assert.equal((await answerTo({}, client, asked)).subject, 'mallory')
  })

  for (const endpoint of ['token', 'userinfo'] as const) {
    test(`that stumbles over what one caller sent to ${endpoint} is there for all others`, async () => {
      const [client, asked] = [createProviderClient({ now: () => 0 }), provider()]
      const failing = { answers: { [endpoint]: nuisances.failing } }
      for (let times = 0; times < 12; times += 1) {
        await assert.rejects(answerTo(failing, client, asked), (error) => error instanceof Unavailable)
      }
      assert.equal((await answerTo({}, client, asked)).subject, 'mallory')
    })
  }

  for (const endpoint of ['discovery', 'keys'] as const) {
    test(`that says at ${endpoint}, where nobody sends anything, that it cannot is left alone`, async () => {
      const [client, asked] = [createProviderClient({ now: () => 0 }), provider()]
      const failing = { answers: { [endpoint]: nuisances.failing } }
      for (let times = 0; times < 5; times += 1) await assert.rejects(answerTo(failing, client, asked), /answered 500/)
      await assert.rejects(answerTo({}, client, asked), /did not answer lately/)
    })
  }

  test('that takes its time with every answer has the time of one for all of them', async () => {
    const client = createProviderClient({ patience: 600 })
    const slow: Answering = (asked, response) => void setTimeout(() => liar.answer(asked, response), 350)
    const answers = { token: slow, keys: slow, userinfo: slow }
    await assert.rejects(answerTo({ answers }, client), Unavailable)
    const patient = createProviderClient({ patience: 10_000 })
    assert.equal((await answerTo({ answers }, patient)).subject, 'mallory')
  })

  test('that fails is unavailable wherever it fails, and is not held for failing for long', async () => {
    const asked = provider()
    for (const endpoint of ['discovery', 'token', 'keys', 'userinfo'] as const) {
      const client = createProviderClient({ patience: 1000 })
      for (const answer of [nuisances.failing, nuisances.dripping]) {
        await assert.rejects(answerTo({ answers: { [endpoint]: answer } }, client, asked), Unavailable, endpoint)
      }
      assert.equal((await answerTo({}, client, asked)).subject, 'mallory')
    }
  })

  test('is told of in findings with what to do, and in none of its own words', async () => {
    const client = createProviderClient({ patience: 1000 })
    const bad = async (lies: Lies) => {
      liar.lie(lies)
      const findings = await client.check(provider(), clientSecret)
      assert.ok(findings.every(({ level, mend }) => level === 'ok' || (mend ?? '') !== ''))
      assert.ok(!JSON.stringify(findings).includes('<'))
      return findings.filter(({ level }) => level !== 'ok').map(({ what }) => what)
    }
    assert.deepEqual(await bad({ answers: { discovery: nuisances.failing } }), ['discovery'])
    assert.deepEqual(await bad({ metadata: ({ code_challenge_methods_supported: _, ...m }) => m }), ['PKCE'])
    assert.deepEqual(await bad({ keys: () => [] }), ['keys'])
    assert.deepEqual(await bad({ keys: ([k = {}]) => [k, k] }), ['keys'])
    assert.deepEqual(await bad({ answers: { token: nuisances.silent } }), ['token endpoint'])
    assert.deepEqual(await bad({ answers: { token: (_, r) => sendJson(r, { error: 'invalid_client' }, 401) } }), [
      'token endpoint',
    ])
    const late = (_: unknown, r: Parameters<typeof sendJson>[0]): void => {
      r.setHeader('date', new Date(Date.now() - 600_000).toUTCString())
      sendJson(r, { keys: [{ kty: 'EC', kid: 'one' }] })
    }
    assert.deepEqual(await bad({ answers: { keys: late } }), ['clock'])
  })

  test('is believed about a bare code, whose ID token is held to everything but a nonce', async () => {
    const [client, asked] = [createProviderClient(), provider()]
    const bare = async (lies: Lies) => {
      liar.lie({ ignoresChallenge: true, ...lies })
      const { back } = await walkFlow(client, asked)
      const code = new Secret(back.searchParams.get('code') ?? '')
      return client.answer(asked, clientSecret, { code, redirectUri })
    }
    const withoutNonce = ({ nonce: _, ...claims }: Record<string, unknown>) => claims
    assert.equal((await bare({ claims: withoutNonce })).subject, 'mallory')
    await assert.rejects(bare({ claims: withoutNonce, signature: 'none' }), refusedWith('provider-code', /lacks/))
    await assert.rejects(
      bare({ claims: (c) => ({ ...withoutNonce(c), aud: 'other' }) }),
      refusedWith('provider-code', /aud/),
    )
  })
})
