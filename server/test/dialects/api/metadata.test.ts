// GET /.well-known/oauth-authorization-server (RFC 8414): just what is offered, under the address that callers use.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setCookies } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

const url = '/.well-known/oauth-authorization-server'

async function withHouse(settings: Record<string, string>, work: (house: TestHouse) => Promise<void>): Promise<void> {
  const house = await openTestHouse(settings)
  try {
    await work(house)
  } finally {
    await house.close()
  }
}

const metadataAt = (base: string, issuer: string) => ({
  issuer,
  jwks_uri: `${base}/.well-known/jwks.json`,
  introspection_endpoint: `${base}/oauth/introspect`,
  revocation_endpoint: `${base}/oauth/revoke`,
  introspection_endpoint_auth_methods_supported: ['Bearer'],
  response_types_supported: [],
  scopes_supported: ['default', 'read', 'introspect'],
  service_documentation: `${base}/openapi/api.json`,
})

describe('GET /.well-known/oauth-authorization-server', () => {
  it('is 200 for anybody, for five minutes in a cache, without a cookie', async () => {
    await withHouse({}, async (house) => {
      const answer = await house.app.inject({ url })
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
      assert.equal(answer.headers['cache-control'], 'public, max-age=300')
      assert.deepEqual(setCookies(answer), [])
    })
  })

  it('has the public URL as issuer and in every address, whatever Host says', async () => {
    await withHouse(
      { GATEHOUSE_PUBLIC_URL: 'https://gate.example', GATEHOUSE_HOSTS: 'other.example' },
      async (house) => {
        for (const host of ['gate.example', 'other.example', '127.0.0.1:8080']) {
          const answer = await house.app.inject({ url, headers: { host } })
          assert.deepEqual(answer.json(), metadataAt('https://gate.example', 'https://gate.example'))
        }
      },
    )
  })

  it('has without one the installation as issuer, and the host that was asked, which must be ours', async () => {
    await withHouse({}, async (house) => {
      const answer = await house.app.inject({ url, headers: { host: '127.0.0.1:8080' } })
      assert.deepEqual(
        answer.json(),
        metadataAt('http://127.0.0.1:8080', `urn:uuid:${house.house.core.installationId}`),
      )
      assert.equal((await house.app.inject({ url, headers: { host: 'evil.example' } })).statusCode, 400)
    })
  })

  it('names addresses that answer, and none that is not there', async () => {
    await withHouse({}, async (house) => {
      const metadata = (await house.app.inject({ url })).json<Record<string, string>>()
      const status = async (address = '', method: 'GET' | 'POST' = 'GET') =>
        (await house.app.inject({ method, url: new URL(address).pathname })).statusCode
      assert.equal(await status(metadata['jwks_uri']), 200)
      assert.equal(await status(metadata['service_documentation']), 200)
      assert.equal(await status(metadata['introspection_endpoint'], 'POST'), 401)
      assert.equal(await status(metadata['revocation_endpoint'], 'POST'), 401)
      for (const path of ['/authorize', '/token', '/oauth/token', '/.well-known/openid-configuration']) {
        assert.equal((await house.app.inject({ url: path })).statusCode, 404)
      }
    })
  })
})
