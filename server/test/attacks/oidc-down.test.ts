// O10, O20 and R10: a provider that is down, slow, lying or wrongly configured takes only itself away. The pages and the
// local password keep working while it is asked, nobody is let in, and its own words reach nobody.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { OidcSettings } from '../../src/core/federation/provider.ts'
import { auditRows } from '../_kit/attack-doors.ts'
import { password } from '../_kit/clients.ts'
import { fresh } from '../_kit/facts.ts'
import { type FederatedHouse, openFederatedHouse } from '../_kit/federated-house.ts'
import { type HostileProvider, startHostileProvider } from '../_kit/hostile-provider.ts'
import { type Answering, nuisances, redirecting, sendJson } from '../_kit/loopback.ts'
import { openIdWish } from '../_kit/openid-provider.ts'
import { openBrowser } from '../_kit/provider-browser.ts'

const headers = { host: 'gatehouse.example' }
const loginPage = '/semaphore/auth/login'
let house: FederatedHouse
let liar: HostileProvider

before(async () => {
  ;[house, liar] = await Promise.all([openFederatedHouse(), startHostileProvider()])
  await house.addPerson('local', password)
})
after(() => Promise.all([house.close(), liar.close()]))
beforeEach(() => liar.lie())

/** A provider that nothing is remembered of yet. */
async function provider(more: Partial<OidcSettings> = {}): Promise<string> {
  const name = fresh('idp').toLowerCase()
  await house.addProvider(openIdWish(name, liar.issuer, more))
  return name
}

async function begin(name: string): Promise<string> {
  const answer = await house.app.inject({ url: `/semaphore/api/auth/oidc/${name}/login`, headers })
  assert.equal(answer.statusCode, 302)
  return String(answer.headers.location)
}

async function assertHouseStands(): Promise<void> {
  const payload = { auth: 'local', password }
  const login = await house.app.inject({ method: 'POST', url: '/semaphore/api/auth/login', headers, payload })
  assert.equal(login.statusCode, 204)
  assert.equal((await house.app.inject({ url: loginPage, headers })).statusCode, 200)
}

async function assertHonestWayIn(name: string): Promise<void> {
  const subject = fresh('honest').toLowerCase()
  liar.lie({ subject })
  assert.equal(await house.whoIs(await house.signIn(name)), subject)
}

const words = '<b>stack trace of the other side</b>'
const wrongAnswers: readonly (readonly [string, Answering])[] = [
  ['an error', (_, response) => void response.writeHead(500).end(words)],
  ['an error of its own', (_, response) => sendJson(response, { error: words, error_description: words }, 400)],
  ['a page', (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(words)],
  ['nothing', nuisances.empty],
  ['20 MB', nuisances.huge],
  ['a redirect to the inside', redirecting('http://169.254.169.254/latest/meta-data')],
  ['a list', (_, response) => sendJson(response, [words])],
  ['an empty object', (_, response) => sendJson(response, {})],
]

for (const endpoint of ['discovery', 'token', 'keys', 'userinfo'] as const) {
  for (const [what, answer] of wrongAnswers) {
    test(`O10: ${what} from ${endpoint} lets nobody in, shows no word of it, and spoils nothing`, async () => {
      const name = await provider()
      liar.lie({ answers: { [endpoint]: answer } })
      const location = await begin(name)
      if (endpoint === 'discovery') assert.equal(location, loginPage)
      else {
        const back = await house.signIn(name)
        assert.deepEqual([back.statusCode, back.headers.location, back.body], [302, loginPage, ''])
        assert.equal(await house.whoIs(back), undefined)
      }
      await assertHouseStands()
      await assertHonestWayIn(name)
    })
  }
}

test('R10: while a provider keeps everybody waiting, others are served, and then it keeps nobody waiting', async () => {
  const name = await provider()
  const { location, cookie } = await house.leave(name)
  const back = (await openBrowser().walk(location)).search.slice(1)
  let release: (() => void) | undefined
  const arrived = new Promise<void>((resolve) => {
    liar.lie({
      answers: {
        token: (_, response) => {
          release = () => void response.destroy()
          resolve()
        },
      },
    })
  })
  const waiting = house.comeBack(name, back, cookie)
  await arrived
  await assertHouseStands()
  release?.()
  assert.equal((await waiting).headers.location, loginPage)
  liar.lie({ answers: { token: nuisances.hangingUp } })
  const before = liar.count('token')
  for (let times = 0; times < 10; times += 1) assert.equal(await house.whoIs(await house.signIn(name)), undefined)
  assert.equal(liar.count('token') - before, 4)
  await assertHouseStands()
})

test('O20: a provider that is wrongly configured lets nobody in', async () => {
  const wrong: readonly (readonly [Partial<OidcSettings>, RegExp])[] = [
    [{ issuer: 'http://127.0.0.1:1' }, /refuses connections/],
    [{ issuer: `${liar.issuer}/other` }, /another status/],
    [{ privateHosts: ['localhost'], issuer: 'https://127.0.0.1' }, /no public address/],
    [{ issuer: 'https://169.254.169.254' }, /no public address/],
  ]
  for (const [settings, reason] of wrong) {
    assert.equal(await begin(await provider(settings)), loginPage)
    const told = (await auditRows(house)).findLast(({ event }) => event === 'provider.failed')
    assert.match(JSON.stringify(told), reason)
    await assertHouseStands()
  }
  assert.equal(await begin('never-configured'), loginPage)
  await assertHonestWayIn(await provider())
})

test('O20: nor one without its secret, or with another client’s', async () => {
  const name = await provider()
  const { providers } = house.house.core
  liar.lie({ answers: { token: (_, response) => sendJson(response, { error: 'invalid_client' }, 401) } })
  await providers.change(openIdWish(name, liar.issuer), null, byCommand)
  assert.equal(await house.whoIs(await house.signIn(name)), undefined)
  const shown = liar.asked.findLast(({ url }) => url.pathname === '/token')
  assert.equal(shown?.headers.authorization, undefined)
  await assertHonestWayIn(name)
})

test('a provider’s words, tokens and our secret are in no log and no audit row', async () => {
  const name = await provider()
  liar.lie({ answers: { token: (_, response) => sendJson(response, { error: words, error_description: words }, 400) } })
  assert.equal(await house.whoIs(await house.signIn(name)), undefined)
  await assertHonestWayIn(name)
  const kept = JSON.stringify([house.logged, await auditRows(house)])
  for (const text of ['stack trace of', 'guards nothing', 'for honest', 'eyJ']) assert.ok(!kept.includes(text), text)
  assert.ok(kept.includes('no word of OAuth'))
})
