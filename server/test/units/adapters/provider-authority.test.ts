// A provider whose certificate an authority of one's own has signed: the check says what to mend, and the setting mends it
// for OpenID providers and OAuth 2.0 servers alike.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createProviderClient } from '../../../src/adapters/provider-client.ts'
import { flowProvider } from '../../_kit/flow-providers.ts'
import { certificate, privateKey } from '../../_kit/localhost-certificate.ts'
import { oauthWish } from '../../_kit/oauth-server.ts'
import { openIdWish } from '../../_kit/openid-provider.ts'

let server: Server
let origin: string
before(async () => {
  server = createServer({ cert: certificate, key: privateKey }, ({ url }, response) => {
    const at = (path: string) => `${origin}${path}`
    const metadata = { issuer: origin, authorization_endpoint: at('/auth'), token_endpoint: at('/token') }
    const body = url?.endsWith('/openid-configuration') === true ? { ...metadata, jwks_uri: at('/keys') } : {}
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `https://localhost:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

const privateHosts = ['localhost']
const kinds = {
  discovery: (more: object) => openIdWish('own', origin, { privateHosts, ...more }),
  'token endpoint': (more: object) => oauthWish('own', origin, { privateHosts, ...more }),
} as const

for (const [what, wish] of Object.entries(kinds)) {
  test(`an authority of one's own is named by a setting (${what})`, async () => {
    const check = async (more: object) => {
      const findings = await createProviderClient().check(flowProvider(wish(more)), undefined)
      return findings.find((finding) => finding.what === what)
    }
    const untrusted = await check({})
    assert.equal(untrusted?.level, 'failure')
    assert.match(untrusted.mend ?? '', /^Set certificateAuthority to the PEM/)
    assert.equal((await check({ certificateAuthority: certificate }))?.level, 'ok')
  })
}
