// Codes that programs bring, over two nodes on one database, on both engines: one code is one session wherever it comes,
// a code that is sent on stands once, and a bound flow is its browser's at either node (attacks O04, O05, O24).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { setCookies } from '../_kit/clients.ts'
import type { FederatedHouse } from '../_kit/federated-house.ts'
import { atBoth, type FederatedNodes, openFederatedNodes } from '../_kit/federated-nodes.ts'
import { type HostileProvider, startHostileProvider } from '../_kit/hostile-provider.ts'
import { type OAuthServer, oauthWish, startOAuthServer } from '../_kit/oauth-server.ts'
import { openIdWish } from '../_kit/openid-provider.ts'
import { openBrowser } from '../_kit/provider-browser.ts'
import { eachEngine } from '../_kit/stores.ts'

const redirectUri = 'https://console.example.org/'
const headers = { host: 'gatehouse.example' }
const [latest, v5] = ['/cloudendure/api/latest/login', '/cloudendure/api/v5/login'] as const
/** Codes that come twice are wrong ones, too. */
const patient = {
  GATEHOUSE_THROTTLE_FREE_FAILURES: '100',
  GATEHOUSE_THROTTLE_IN_FLIGHT: '1000',
  GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE: '1000',
}
const validate = '/portainer/api/auth/oauth/validate'

for (const engine of eachEngine) {
  describe(`codes at two nodes on ${engine.kind}`, () => {
    let nodes: FederatedNodes
    let server: OAuthServer
    before(async () => {
      ;[nodes, server] = await Promise.all([openFederatedNodes(engine, patient), startOAuthServer()])
      for (const name of ['portainer', 'google']) {
        await nodes.here.addProvider(oauthWish(name, server.origin, { redirectUri }))
      }
    })
    after(() => Promise.all([nodes.close(), server.close()]))

    const post = (url: string, payload: object) => async (node: FederatedHouse) =>
      (await node.app.inject({ method: 'POST', url, headers, payload })).statusCode
    const succeeded = (statuses: readonly number[]) => statuses.filter((status) => status === 200).length

    for (const [url, member] of [
      [validate, 'code'],
      [latest, 'googleOauthCode'],
    ] as const) {
      it(`of one code at ${url}, at both at once, is made one session, and none later`, async () => {
        server.be({ resource: { login: `olivia-by-${member}` } })
        const send = post(url, { [member]: server.code(redirectUri) })
        assert.equal(succeeded(await atBoth(nodes, 12, send)), 1)
        assert.equal(succeeded(await atBoth(nodes, 2, send)), 0)
        assert.equal(succeeded([await post(url, { [member]: server.code(redirectUri) })(nodes.there)]), 1)
      })
    }

    it('a code that is sent on to a region stands there once, at whichever node it comes', async () => {
      server.be({ resource: { login: 'traveller' } })
      assert.equal(await post(latest, { googleOauthCode: server.code(redirectUri) })(nodes.here), 200)
      const { accounts, memberships } = nodes.here.house.core
      await accounts.create({ identifier: 'in-europe', region: 'eu' }, byCommand)
      await memberships.add({ account: 'in-europe', person: 'traveller', role: 'member', becomesHome: true }, byCommand)
      const code = { googleOauthCode: server.code(redirectUri) }
      assert.equal(await post(latest, code)(nodes.there), 307)
      assert.equal(succeeded(await atBoth(nodes, 12, post(v5, code))), 1)
      assert.equal(succeeded(await atBoth(nodes, 2, post(v5, code))), 0)
    })
  })

  describe(`bound flows at two nodes on ${engine.kind}`, () => {
    let nodes: FederatedNodes
    let provider: HostileProvider
    before(async () => {
      const bound = { ...patient, GATEHOUSE_PORTAINER_OAUTH_FLOW: 'bound' }
      ;[nodes, provider] = await Promise.all([openFederatedNodes(engine, bound), startHostileProvider()])
      await nodes.here.addProvider(openIdWish('portainer', provider.issuer, { redirectUri }))
    })
    after(() => Promise.all([nodes.close(), provider.close()]))

    /** As Portainer's page does it, at one node. */
    async function begin({ app }: FederatedHouse) {
      const page = await app.inject({ url: '/portainer/api/settings/public', headers })
      const [cookie = ''] = (setCookies(page)[0] ?? '').split(';')
      const { OAuthLoginURI } = page.json<{ OAuthLoginURI: string }>()
      const back = await openBrowser().walk(`${OAuthLoginURI}&state=of-the-page`)
      return { cookie, code: back.searchParams.get('code') ?? '' }
    }
    const send = (code: string, cookie: string) => async (node: FederatedHouse) =>
      (await node.app.inject({ method: 'POST', url: validate, headers: { ...headers, cookie }, payload: { code } }))
        .statusCode

    it('begun at one are finished at the other, once, and by their own browser', async () => {
      const [own, foreign] = [await begin(nodes.here), await begin(nodes.there)]
      assert.equal(await send(own.code, foreign.cookie)(nodes.there), 422)
      const again = await begin(nodes.here)
      const statuses = await atBoth(nodes, 8, send(again.code, again.cookie))
      assert.deepEqual(statuses.toSorted(), [200, ...Array<number>(7).fill(422)])
    })
  })
}
