// The JWT of POST /auth (model.md "JWT"): ES256 with `typ: at+jwt`, the claims for readers, and the signature that
// the published key set verifies. It is a token like any other: what it says about itself lets nobody in.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeProtectedHeader,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from 'jose'
import { newcomer, portainerBase, signInPortainer } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'

let house: TestHouse

before(async () => {
  house = await openTestHouse()
})
after(() => house.close())

const published = async () => (await house.app.inject({ url: '/.well-known/jwks.json' })).json<JSONWebKeySet>()
const meStatus = async (jwt: string) =>
  (await house.app.inject({ url: `${portainerBase}/users/me`, headers: { authorization: jwt } })).statusCode

describe('the JWT of POST /auth', () => {
  it('has the header of an access token and the key’s thumbprint', async () => {
    const { jwt } = await signInPortainer(house.app, (await newcomer(house)).username)
    const { kid, ...rest } = decodeProtectedHeader(jwt)
    assert.deepEqual(rest, { alg: 'ES256', typ: 'at+jwt' })
    const signer = (await published()).keys.find((key) => key.kid === kid)
    assert.ok(signer !== undefined)
    assert.equal(kid, await calculateJwkThumbprint(signer))
  })

  it('is verified by the published key set, with issuer and audience', async () => {
    const { jwt } = await signInPortainer(house.app, (await newcomer(house)).username)
    const { payload } = await jwtVerify(jwt, createLocalJWKSet(await published()), {
      issuer: `urn:uuid:${house.house.core.installationId}`,
      audience: 'portainer',
      typ: 'at+jwt',
      algorithms: ['ES256'],
    })
    assert.equal(payload.exp, Number(payload.iat) + 28_800)
  })

  it('carries exactly the common claims and Portainer’s own', async () => {
    const person = await newcomer(house)
    const { jwt } = await signInPortainer(house.app, person.username)
    const { payload } = await jwtVerify(jwt, createLocalJWKSet(await published()))
    const { jti, iat, exp, ...rest } = payload
    assert.deepEqual(rest, {
      iss: `urn:uuid:${house.house.core.installationId}`,
      aud: 'portainer',
      sub: person.uuid,
      client_id: 'portainer',
      id: person.id,
      username: person.username,
      role: 2,
      scope: 'default',
      forceChangePassword: false,
    })
    assert.match(String(jti), /^[\w-]{22}$/)
    assert.ok(Number.isInteger(iat) && Number.isInteger(exp))
  })

  it('calls an operator role 1, and never repeats its id', async () => {
    const operator = await newcomer(house, 'operator', true)
    const keys = createLocalJWKSet(await published())
    const sign = async () => (await jwtVerify((await signInPortainer(house.app, operator.username)).jwt, keys)).payload
    const [one, two] = [await sign(), await sign()]
    assert.deepEqual([one['role'], two['role']], [1, 1])
    assert.notEqual(one.jti, two.jti)
  })

  it('names the public URL as issuer where there is one', async () => {
    const public_ = await openTestHouse({ GATEHOUSE_PUBLIC_URL: 'https://gate.example' })
    try {
      const { username } = await newcomer(public_)
      const request = { method: 'POST', url: `${portainerBase}/auth`, headers: { host: 'gate.example' } } as const
      const answer = await public_.app.inject({ ...request, payload: { username, password: 'plain words in a row' } })
      const { jwt } = answer.json<{ jwt: string }>()
      const payload = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { iss: string }
      assert.equal(payload.iss, 'https://gate.example')
    } finally {
      await public_.close()
    }
  })

  it('stays good when the keys rotate, and readers know the next key already', async () => {
    const person = await newcomer(house)
    const old = await signInPortainer(house.app, person.username)
    const fetchedBefore = createLocalJWKSet(await published())
    assert.equal(await house.house.core.keys.rotate(), true)
    await jwtVerify(old.jwt, createLocalJWKSet(await published()))
    assert.equal(await meStatus(old.jwt), 200)
    const next = await signInPortainer(house.app, person.username)
    assert.notEqual(decodeProtectedHeader(next.jwt).kid, decodeProtectedHeader(old.jwt).kid)
    await jwtVerify(next.jwt, fetchedBefore)
  })

  it('is not let in when it is only well signed, altered, or signed by another', async () => {
    const { jwt } = await signInPortainer(house.app, (await newcomer(house)).username)
    const [header = '', payload = '', signature = ''] = jwt.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
    const raised = Buffer.from(JSON.stringify({ ...claims, id: 1, role: 1 })).toString('base64url')
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
    const { privateKey } = await generateKeyPair('ES256')
    const forged = await new SignJWT({ ...claims, id: 1, role: 1 })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: String(decodeProtectedHeader(jwt).kid) })
      .sign(privateKey)
    const signedHere = await house.house.core.keys.sign(claims)
    for (const wrong of [
      `${header}.${raised}.${signature}`,
      `${none}.${payload}.`,
      `${header}.${payload}`,
      forged,
      signedHere,
    ]) {
      assert.equal(await meStatus(wrong), 401)
    }
    assert.equal(await meStatus(jwt), 200)
  })
})
