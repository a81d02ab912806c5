// Back-channel logout: a provider's word ends exactly the sessions that it names, once; a forged, old or replayed one,
// and one of another provider's, ends nothing. What a token must be is in units/adapters/logout-token.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { setCookies } from '../_kit/clients.ts'
import { fresh } from '../_kit/facts.ts'
import { type FederatedHouse, openFederatedHouse, returnAddress } from '../_kit/federated-house.ts'
import { type HostileProvider, startHostileProvider } from '../_kit/hostile-provider.ts'
import { nuisances, serveLoopback } from '../_kit/loopback.ts'
import { openIdClient, openIdWish, startOpenIdProvider } from '../_kit/openid-provider.ts'
import { openBrowser } from '../_kit/provider-browser.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
let house: FederatedHouse
let liar: HostileProvider
let other: HostileProvider

before(async () => {
  ;[house, liar, other] = await Promise.all([openFederatedHouse(), startHostileProvider(), startHostileProvider()])
  await house.addProvider(openIdWish('liar', liar.issuer))
  await house.addProvider(openIdWish('other', other.issuer))
})
after(() => Promise.all([house.close(), liar.close(), other.close()]))
beforeEach(() => liar.lie())

/** Somebody new, twice signed in: in one session of the provider's, and in another. */
async function twoSessions() {
  const subject = fresh('leaving').toLowerCase()
  const signInAs = async (sid: string): Promise<LightMyRequestResponse> => {
    liar.lie({ subject, claims: (honest) => ({ ...honest, sid }) })
    const answer = await house.signIn('liar')
    assert.equal(await house.whoIs(answer), subject)
    liar.lie()
    return answer
  }
  const sids = { first: fresh('sid'), second: fresh('sid') } as const
  const [first, second] = [await signInAs(sids.first), await signInAs(sids.second)]
  const living = async () => [(await house.whoIs(first)) !== undefined, (await house.whoIs(second)) !== undefined]
  return { subject, sids, living }
}

function logoutToken(more: object, by = liar): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  const whole = { iss: by.issuer, aud: openIdClient.id, iat, exp: iat + 120, jti: crypto.randomUUID() }
  return by.sign({ ...whole, events: { [event]: {} }, ...more }, { typ: 'logout+jwt' })
}

async function tell(token: string, name = 'liar'): Promise<number> {
  const answer = await house.app.inject({
    method: 'POST',
    url: `/api/v1/providers/${name}/backchannel-logout`,
    headers: { host: 'gatehouse.example', 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ logout_token: token }).toString(),
  })
  assert.deepEqual(setCookies(answer), [])
  return answer.statusCode
}

test('ends the one session that it names', async () => {
  const { sids, living } = await twoSessions()
  assert.deepEqual(await living(), [true, true])
  assert.equal(await tell(await logoutToken({ sid: sids.first })), 200)
  assert.deepEqual(await living(), [false, true])
})

test('ends all of a subject that it names without a session', async () => {
  const [leaving, staying] = [await twoSessions(), await twoSessions()]
  assert.equal(await tell(await logoutToken({ sub: leaving.subject })), 200)
  assert.deepEqual(await leaving.living(), [false, false])
  assert.deepEqual(await staying.living(), [true, true])
})

test('ends with the session those of its subject that came without a name for theirs, and no other', async () => {
  const { subject, sids, living } = await twoSessions()
  liar.lie({ subject, claims: ({ sid: _, ...honest }) => honest })
  const nameless = await house.signIn('liar')
  liar.lie()
  assert.equal(await tell(await logoutToken({ sid: sids.first })), 200)
  assert.equal(await house.whoIs(nameless), subject)
  assert.equal(await tell(await logoutToken({ sid: sids.first, sub: subject })), 200)
  assert.equal(await house.whoIs(nameless), undefined)
  assert.deepEqual(await living(), [false, true])
})

test('ends nothing that it does not name, and is taken all the same', async () => {
  const { living } = await twoSessions()
  assert.equal(await tell(await logoutToken({ sid: 'unknown' })), 200)
  assert.equal(await tell(await logoutToken({ sub: 'unknown' })), 200)
  assert.equal(await tell(await logoutToken({ sub: '%' })), 200)
  assert.deepEqual(await living(), [true, true])
})

test('forged, it ends nothing', async () => {
  const { subject, sids, living } = await twoSessions()
  for (const signature of ['other-key', 'none', 'client-secret', 'bent'] as const) {
    liar.lie({ signature })
    assert.equal(await tell(await logoutToken({ sid: sids.first, sub: subject })), 400, signature)
  }
  liar.lie()
  assert.equal(await tell(await logoutToken({ sid: sids.first, aud: 'other' })), 400)
  assert.equal(await tell(await logoutToken({ sid: sids.first, events: {} })), 400)
  assert.equal(await tell(''), 400)
  assert.deepEqual(await living(), [true, true])
  assert.equal(await tell(await logoutToken({ sid: sids.first })), 200)
  assert.deepEqual(await living(), [false, true])
})

test('replayed, it is refused', async () => {
  const { subject, living } = await twoSessions()
  const token = await logoutToken({ sub: subject })
  const answers = await Promise.all(Array.from({ length: 5 }, () => tell(token)))
  assert.deepEqual(answers.toSorted(), [200, 400, 400, 400, 400])
  assert.deepEqual(await living(), [false, false])
})

test('of another provider, it ends nothing', async () => {
  const { subject, sids, living } = await twoSessions()
  const foreign = { sub: subject, sid: sids.first }
  assert.equal(await tell(await logoutToken(foreign, other), 'liar'), 400)
  assert.equal(await tell(await logoutToken({ ...foreign, iss: liar.issuer }, other), 'liar'), 400)
  assert.equal(await tell(await logoutToken(foreign, other), 'other'), 200)
  assert.equal(await tell(await logoutToken(foreign), 'nobody'), 400)
  assert.deepEqual(await living(), [true, true])
})

test('is unavailable, and may be sent again, while the keys are', async () => {
  await house.addProvider(openIdWish('keyless', liar.issuer))
  liar.lie({ answers: { keys: nuisances.failing } })
  const token = await logoutToken({ sub: 'somebody' })
  assert.equal(await tell(token, 'keyless'), 503)
  liar.lie()
  assert.equal(await tell(token, 'keyless'), 200)
})

test('comes from a real provider when somebody signs out there', async () => {
  const told: string[] = []
  const ear = await serveLoopback(({ body }, response) => {
    told.push(new URLSearchParams(body).get('logout_token') ?? '')
    response.end()
  })
  const people = { 'sub-r': { preferred_username: 'really-leaving' } }
  const redirectUris = [returnAddress('real')]
  const real = await startOpenIdProvider({ people, redirectUris, logoutUri: `${ear.origin}/logout` })
  try {
    await house.addProvider(openIdWish('real', real.issuer))
    const browser = openBrowser()
    const session = await house.signIn('real', 'sub-r', browser)
    assert.equal(await house.whoIs(session), 'really-leaving')
    await browser.signOut(real.issuer)
    const [token = ''] = told
    assert.equal(await tell(token, 'real'), 200)
    assert.equal(await house.whoIs(session), undefined)
    assert.equal(await tell(token, 'real'), 400)
  } finally {
    await Promise.all([real.close(), ear.close()])
  }
})
