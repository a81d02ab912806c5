// A logout token ends sessions, and anybody can post one: it is read only if it is the provider's, for us, fresh, and no
// ID token.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { createProviderClient } from '../../../src/adapters/provider-client.ts'
import { Unavailable } from '../../../src/lib/unavailable.ts'
import { oidcProvider, refusedWith } from '../../_kit/flow-providers.ts'
import { type HostileProvider, type Lies, startHostileProvider } from '../../_kit/hostile-provider.ts'
import { nuisances } from '../../_kit/loopback.ts'
import { openIdClient, openIdWish } from '../../_kit/openid-provider.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const now = (): number => Math.floor(Date.now() / 1000)

describe('a logout token', () => {
  let liar: HostileProvider

  before(async () => {
    liar = await startHostileProvider()
  })
  after(() => liar.close())
  beforeEach(() => liar.lie())

  const client = createProviderClient({ patience: 1000 })
  const good = () => ({
    iss: liar.issuer,
    aud: openIdClient.id,
    iat: now(),
    exp: now() + 120,
    jti: crypto.randomUUID(),
    sub: 'mallory',
    sid: 'session',
    events: { [event]: {} },
  })
  const read = async (lies: Lies = {}, header: Record<string, unknown> = { typ: 'logout+jwt' }) => {
    liar.lie(lies)
    return client.readLogout(oidcProvider(openIdWish('liar', liar.issuer)), await liar.sign(good(), header))
  }

  test('names a session, a subject, or both', async () => {
    const { id, ...both } = await read()
    assert.match(id, /^[\w-]{36}$/)
    assert.deepEqual(both, { session: 'session', subject: 'mallory' })
    const { id: _, ...subject } = await read({ claims: ({ sid: _, ...c }) => c })
    assert.deepEqual(subject, { subject: 'mallory' })
    const { id: __, ...session } = await read({ claims: ({ sub: _, ...c }) => c })
    assert.deepEqual(session, { session: 'session' })
    for (const typ of [undefined, 'JWT', 'application/logout+jwt', 'LOGOUT+JWT']) await read({}, { typ })
  })

  const lies: readonly (readonly [string, Lies])[] = [
    ['signed by another key', { signature: 'other-key' }],
    ['with a bent signature', { signature: 'bent' }],
    ['signed by nobody', { signature: 'none' }],
    ['signed with the client secret', { signature: 'client-secret' }],
    ['of another type', { header: { typ: 'at+jwt' } }],
    ['of another issuer', { claims: (c) => ({ ...c, iss: 'https://other.example' }) }],
    ['for another client', { claims: (c) => ({ ...c, aud: 'other' }) }],
    ['that is old', { claims: (c) => ({ ...c, iat: now() - 3600 }) }],
    ['that is over', { claims: (c) => ({ ...c, exp: now() - 600 }) }],
    ['of the future', { claims: (c) => ({ ...c, iat: now() + 3600 }) }],
    ['without a time', { claims: ({ iat: _, ...c }) => c }],
    ['without an id', { claims: ({ jti: _, ...c }) => c }],
    ['with an endless id', { claims: (c) => ({ ...c, jti: 'x'.repeat(300) }) }],
    ['with a nonce, as an ID token has', { claims: (c) => ({ ...c, nonce: 'n' }) }],
    ['without an event', { claims: ({ events: _, ...c }) => c }],
    ['with another event', { claims: (c) => ({ ...c, events: { other: {} } }) }],
    ['with an event that is none', { claims: (c) => ({ ...c, events: { [event]: true } }) }],
    ['about nobody', { claims: ({ sub: _, sid: __, ...c }) => c }],
    ['that is endless', { claims: (c) => ({ ...c, more: 'x'.repeat(9000) }) }],
    ['of an unknown key', { header: { kid: 'unknown' } }],
    ['of a key that is there twice', { keys: ([k = {}]) => [k, k] }],
  ]
  for (const [name, lie] of lies) {
    test(`is refused ${name}`, async () => {
      await assert.rejects(read(lie), refusedWith('provider-code', /a logout token that is refused/))
      await read()
    })
  }

  test('is refused when it is none', async () => {
    const asked = oidcProvider(openIdWish('liar', liar.issuer))
    for (const token of ['', 'x', 'a.b.c', '..', '{}', `${await liar.sign(good())}.x`]) {
      await assert.rejects(client.readLogout(asked, token), refusedWith('provider-code', /refused/), token)
    }
  })

  test('is unavailable while the keys are', async () => {
    await assert.rejects(read({ answers: { keys: nuisances.failing } }), Unavailable)
    await assert.rejects(read({ answers: { keys: nuisances.silent } }), Unavailable)
    await read()
  })

  test('makes nobody fetch keys again and again', async () => {
    const asked = oidcProvider(openIdWish('liar', liar.issuer))
    await client.readLogout(asked, await liar.sign(good()))
    const before = liar.count('keys')
    for (let times = 0; times < 10; times += 1) {
      liar.lie({ header: { kid: `unknown ${times}` } })
      await assert.rejects(client.readLogout(asked, await liar.sign(good())), refusedWith('provider-code', /refused/))
    }
    assert.equal(liar.count('keys'), before)
  })
})
