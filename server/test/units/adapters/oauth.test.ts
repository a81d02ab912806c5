// Plain OAuth 2.0 as Portainer configures it: whoever the resource says, in every spelling that such servers use.
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { createProviderClient } from '../../../src/adapters/provider-client.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { Unavailable } from '../../../src/lib/unavailable.ts'
import { clientSecret, flowProvider, redirectUri, refusedWith, walkFlow } from '../../_kit/flow-providers.ts'
import { nuisances, redirecting, sendJson } from '../../_kit/loopback.ts'
import { type OAuthServer, type OAuthWays, oauthWish, startOAuthServer } from '../../_kit/oauth-server.ts'

describe('a plain OAuth 2.0 server', () => {
  let server: OAuthServer

  before(async () => {
    server = await startOAuthServer()
  })
  after(() => server.close())

  const provider = (more = {}) => flowProvider(oauthWish('plain', server.origin, more))
  const answerTo = async (ways: OAuthWays, asked = provider(), client = createProviderClient()) => {
    server.be(ways)
    return (await walkFlow(client, asked)).answer()
  }

  test('says who somebody is by its resource', async () => {
    const { subject, claims, session } = await answerTo({})
    assert.deepEqual([subject, claims, session], ['olivia', { login: 'olivia', name: 'Olivia' }, undefined])
    const begun = server.asked.findLast(({ url }) => url.pathname === '/authorize')?.url.searchParams
    assert.equal(begun?.get('code_challenge_method'), 'S256')
    assert.deepEqual([begun?.get('nonce'), begun?.get('scope'), begun?.get('response_type')], [null, 'profile', 'code'])
  })

  test('is understood in JSON, forms and text', async () => {
    for (const spelling of ['json', 'form', 'text'] as const) {
      assert.equal((await answerTo({ spelling })).subject, 'olivia', spelling)
    }
  })

  test('names people by a number as well, at a path', async () => {
    const resource = { id: 42, user: { 'login name': 'o', id: 0 } }
    const by = (userIdentifier: string) => answerTo({ resource }, provider({ userIdentifier }))
    assert.equal((await by('id')).subject, '42')
    assert.equal((await by('user."login name"')).subject, 'o')
    for (const path of ['user', 'user.id', 'missing', '__proto__', 'constructor.name']) {
      await assert.rejects(by(path), refusedWith('provider-code', /nobody/), path)
    }
    for (const login of ['half \ud800', 'a\0b']) {
      await assert.rejects(answerTo({ resource: { login } }), refusedWith('provider-code', /nobody/), escape(login))
    }
    const endless = answerTo({ resource: { login: 'x'.repeat(300) } })
    await assert.rejects(endless, refusedWith('provider-code', /nobody/))
  })

  test('gets the secret in the header, or in the body where it wants that, which is remembered', async () => {
    for (const secret of ['header', 'params'] as const) {
      const [client, asked] = [createProviderClient(), provider()]
      const before = tokens()
      assert.equal((await answerTo({ secret }, asked, client)).subject, 'olivia')
      assert.equal((await answerTo({ secret }, asked, client)).subject, 'olivia')
      assert.equal(tokens() - before, secret === 'header' ? 2 : 3, secret)
    }
    const [header, params] = [provider({ authStyle: 'header' }), provider({ authStyle: 'params' })]
    await assert.rejects(answerTo({ secret: 'params' }, header), refusedWith('provider-code', /invalid_client/))
    await assert.rejects(answerTo({ secret: 'header' }, params), refusedWith('provider-code', /invalid_client/))
    assert.equal((await answerTo({ secret: 'params' }, params)).subject, 'olivia')
  })

  test('knows a client in the header without undoing an encoding, unless it has to', async () => {
    const shownBy = async (clientId: string, shown: Secret) => {
      const client = createProviderClient()
      const callback = { code: new Secret(server.code(redirectUri)), redirectUri }
      server.be({})
      await assert.rejects(client.answer(provider({ clientId, authStyle: 'header' }), shown, callback))
      const sent = server.asked.findLast(({ url }) => url.pathname === '/token')?.headers.authorization ?? ''
      return atob(sent.replace(/^Basic /, ''))
    }
    const plain = 'f84b4e3a-63f2-4484-b548-5490cd4a9277'
    assert.equal(await shownBy(plain, new Secret('gto_a.b-c_d*')), `${plain}:gto_a.b-c_d*`)
    assert.equal(await shownBy('a:b', new Secret('c d%+&=é')), 'a%3Ab:c+d%25%2B%26%3D%C3%A9')
  })

  const tokens = (): number => server.asked.filter(({ url }) => url.pathname === '/token').length

  test('is not believed about an ID token that comes along', async () => {
    for (const id_token of ['nonsense', 5, { a: 1 }]) {
      assert.equal((await answerTo({ token: { id_token } })).subject, 'olivia')
    }
  })

  test('is asked for a bare code with the redirect URI to the letter, and once', async () => {
    const [client, asked] = [createProviderClient(), provider()]
    server.be({})
    for (const redirectUri of ['https://portainer.example', 'https://portainer.example/?x=1', 'https://P.example/']) {
      const callback = { code: new Secret(server.code(redirectUri)), redirectUri }
      assert.equal((await client.answer(asked, clientSecret, callback)).subject, 'olivia', redirectUri)
      await assert.rejects(client.answer(asked, clientSecret, callback), refusedWith('provider-code', /invalid_grant/))
      const shown = new URLSearchParams(server.asked.findLast(({ url }) => url.pathname === '/token')?.body)
      assert.deepEqual([shown.get('redirect_uri'), shown.get('code_verifier')], [redirectUri, null])
    }
  })

  test('is not understood otherwise', async () => {
    const refused = async (answers: OAuthWays['answers'], reason: RegExp) => {
      await assert.rejects(answerTo({ answers: answers ?? {} }), refusedWith('provider-code', reason))
    }
    await refused({ token: (_, r) => sendJson(r, { error: '<b>' }, 400) }, /no word of OAuth/)
    await refused({ token: (_, r) => sendJson(r, { access_token: 5 }) }, /no word of OAuth/)
    await refused({ token: (_, r) => sendJson(r, ['x']) }, /no word of OAuth/)
    await refused({ token: (_, r) => sendJson(r, { access_token: 'a\r\nb: c' }) }, /could not be used/)
    await refused({ token: redirecting('http://127.0.0.1:1/') }, /redirects/)
    await refused({ resource: redirecting('http://127.0.0.1:1/') }, /redirects/)
    await refused({ resource: (_, r) => sendJson(r, {}, 403) }, /answered 403/)
    await refused({ resource: (_, r) => sendJson(r, ['olivia']) }, /neither/)
    await refused({ resource: nuisances.notJson }, /neither/)
    await refused({ resource: nuisances.empty }, /neither/)
    await refused({ resource: nuisances.huge }, /bytes/)
    assert.equal((await answerTo({})).subject, 'olivia')
  })

  test('is unavailable when it fails', async () => {
    for (const endpoint of ['token', 'resource'] as const) {
      await assert.rejects(answerTo({ answers: { [endpoint]: nuisances.failing } }), Unavailable)
    }
  })

  test('is told of in findings', async () => {
    const client = createProviderClient()
    const levels = async (ways: OAuthWays, asked = provider()) => {
      server.be(ways)
      const findings = await client.check(asked, clientSecret)
      return findings.map(({ what, level }) => `${what}: ${level}`)
    }
    const rest = ['redirect URI: ok', 'private hosts: ok']
    assert.deepEqual(await levels({}), ['token endpoint: ok', 'resource: ok', ...rest])
    assert.deepEqual(await levels({ secret: 'params' }), ['token endpoint: ok', 'resource: ok', ...rest])
    const wrong = await levels({ secret: 'params' }, provider({ authStyle: 'header' }))
    assert.deepEqual(wrong, ['token endpoint: failure', 'resource: ok', ...rest])
    for (const [status, level] of [
      [400, 'warning'],
      [401, 'failure'],
    ] as const) {
      const said = { token: (_: unknown, r: ServerResponse) => sendJson(r, { error: 'unauthorized_client' }, status) }
      assert.deepEqual(await levels({ answers: said }), [`token endpoint: ${level}`, 'resource: ok', ...rest])
    }
    const down = { token: nuisances.failing, resource: nuisances.failing }
    assert.deepEqual(await levels({ answers: down }), ['token endpoint: failure', 'resource: failure', ...rest])
  })

  test('without a secret is a public client', async () => {
    server.be({ answers: { token: (_, r) => sendJson(r, { error: 'invalid_grant' }, 400) } })
    const callback = { code: new Secret('code'), redirectUri }
    await assert.rejects(createProviderClient().answer(provider(), undefined, callback), /invalid_grant/)
    const shown = server.asked.findLast(({ url }) => url.pathname === '/token')
    assert.equal(shown?.headers.authorization, undefined)
    assert.deepEqual(new URLSearchParams(shown?.body).get('client_secret'), null)
  })
})
