// The JWT of POST /login (model.md "JWT"; contract 3.2): ES256, upstream's claims for readers. They say what was so when
// it was made; nothing here acts on them.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { newcomer } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { bearer, memberAs, meStatus, signIn } from './kit.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

async function claimsOf(token: string): Promise<Record<string, unknown>> {
  const keys = (await house.app.inject({ url: '/.well-known/jwks.json' })).json<JSONWebKeySet>()
  const expected = {
    issuer: `urn:uuid:${house.house.core.installationId}`,
    audience: 'extremecloudiq',
    typ: 'at+jwt',
    algorithms: ['ES256'],
  }
  return (await jwtVerify(token, createLocalJWKSet(keys), expected)).payload
}

describe('the JWT of POST /login', () => {
  it('carries exactly the common claims and ExtremeCloudIQ’s own', async () => {
    const { person, account } = await memberAs(house, 'owner', { region: 'US_West', quota: 12_000 })
    const token = await signIn(house.app, person.username)
    assert.equal(decodeProtectedHeader(token).alg, 'ES256')
    const { jti, iat, exp, ...rest } = await claimsOf(token)
    assert.deepEqual(rest, {
      iss: `urn:uuid:${house.house.core.installationId}`,
      aud: 'extremecloudiq',
      sub: person.username,
      client_id: 'extremecloudiq',
      user_id: person.id,
      role: 'Administrator',
      customer_id: account.id,
      owner_id: account.id,
      org_id: 0,
      data_center: 'US_West',
      quota: '12000;w=3600',
    })
    assert.match(String(jti), /^[\w-]{22}$/)
    assert.equal(Number(exp) - Number(iat), 86_400)
  })

  it('has upstream’s quota and no region where the account has none', async () => {
    const { person } = await memberAs(house, 'member')
    const claims = await claimsOf(await signIn(house.app, person.username))
    assert.deepEqual([claims['quota'], claims['data_center']], ['7500;w=3600', 'local'])
  })

  it('shows the role as people read it', async () => {
    for (const [role, shown] of [
      ['admin', 'Administrator'],
      ['member', 'Operator'],
      ['read-only', 'Monitor'],
    ] as const) {
      const { person } = await memberAs(house, role)
      assert.equal((await claimsOf(await signIn(house.app, person.username)))['role'], shown)
    }
  })

  it('names the login name, whichever name signed in, and is never the same twice', async () => {
    const { username } = await newcomer(house)
    const [one, two] = [await signIn(house.app, `${username}@example.org`), await signIn(house.app, username)]
    const [first, second] = [await claimsOf(one), await claimsOf(two)]
    assert.deepEqual([first['sub'], second['sub']], [username, username])
    assert.notEqual(first['jti'], second['jti'])
  })

  it('is not let in for being well signed, nor altered', async () => {
    const token = await signIn(house.app, (await newcomer(house)).username)
    const [header = '', payload = '', signature = ''] = token.split('.')
    const raised = { ...(await claimsOf(token)), user_id: 1, role: 'Administrator' }
    const altered = Buffer.from(JSON.stringify(raised)).toString('base64url')
    const signedHere = await house.house.core.keys.sign(raised)
    const wrong = [`${header}.${altered}.${signature}`, `${header}.${payload}`, `${header}.${payload}.`, signedHere]
    for (const one of wrong) assert.equal(await meStatus(house.app, bearer(one)), 401)
    assert.equal(await meStatus(house.app, bearer(token)), 200)
  })
})
