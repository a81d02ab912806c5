// /api/v1/me/identities: a signed-in person links an identity of a provider to themselves, in the browser that began it,
// and nobody else's by it (attack O17); unlinking ends what came by it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ageSessions } from '../../_kit/administration.ts'
import { assertProblem, bearer, makeApiToken, ownPage, signInApi } from '../../_kit/api.ts'
import { type Answer, newcomer, onlyCookie, password, setCookies, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { type OpenIdProvider, openIdWish, startOpenIdProvider } from '../../_kit/openid-provider.ts'
import { addProvider, openVisitor, publicUrl, type Visitor } from '../../_kit/through-provider.ts'

const path = '/api/v1/me/identities'
const begin = '/sign-in/mysso'
const subjects = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const

let provider: OpenIdProvider
let house: TestHouse
before(async () => {
  const people = Object.fromEntries(subjects.map((name) => [name, { preferred_username: `sso-${name}` }]))
  provider = await startOpenIdProvider({ people, redirectUris: [`${publicUrl}${begin}/redirect`] })
  house = await openTestHouse({ GATEHOUSE_PUBLIC_URL: publicUrl })
  await addProvider(house, openIdWish('mysso', provider.issuer, { createsPeople: false }))
})
after(async () => {
  await house.close()
  await provider.close()
})

/** Somebody new, signed in by the cookie of our own pages. */
async function signedIn(): Promise<Visitor & { readonly username: string }> {
  const at = openVisitor(house.app)
  const { username } = await newcomer(house)
  const payload = { username, password, cookie: true }
  const answer = await at.ask('/api/v1/session', { method: 'POST', headers: ownPage, payload })
  assert.equal(answer.statusCode, 201, answer.body)
  return { ...at, username }
}

const link = (at: Visitor, more: object = {}): Promise<Answer> =>
  at.ask(path, { method: 'POST', headers: ownPage, payload: { provider: 'mysso', ...more } })
const unlink = (at: Visitor, id: number): Promise<Answer> =>
  at.ask(`${path}/${id}`, { method: 'DELETE', headers: ownPage })

async function linked(at: Visitor, as: string, more: object = {}): Promise<Answer> {
  const begun = await link(at, more)
  assert.equal(begun.statusCode, 200, begun.body)
  const back = await at.walk(begun, as)
  return at.ask(`${back.pathname}${back.search}`)
}
const identitiesOf = async (at: Visitor) =>
  (await at.ask(path)).json<{ items: { id: number; provider: string; kind: string; subject: string }[] }>().items
const whoIs = async (at: Visitor): Promise<unknown> => {
  const answer = await at.ask('/api/v1/session')
  return answer.statusCode === 200 ? answer.json<{ person: { username: string } }>().person.username : answer.statusCode
}

describe('linking an identity', () => {
  it('goes through the provider and back to the same session, and signs in from then on', async () => {
    const at = await signedIn()
    assert.equal((await openVisitor(house.app).through(begin, 'one')).statusCode, 401)
    const begun = await link(at, { return: '/setup' })
    assert.match(onlyCookie(begun), /^gatehouse-flow-mysso=/)
    const back = await at.walk(begun, 'one')
    const done = await at.ask(`${back.pathname}${back.search}`)
    assert.deepEqual([done.statusCode, done.headers['location'], setCookies(done)], [303, '/setup', []])
    assert.equal(await whoIs(at), at.username)
    const [identity] = await identitiesOf(at)
    assert.deepEqual([identity?.provider, identity?.kind, identity?.subject], ['mysso', 'oidc', 'one'])
    const anew = openVisitor(house.app)
    assert.equal((await anew.through(begin, 'one')).statusCode, 303)
    assert.equal(await whoIs(anew), at.username)
  })

  it('is 409 for an identity that is somebody’s already, who keeps it', async () => {
    const [first, second] = [await signedIn(), await signedIn()]
    assert.equal((await linked(first, 'two')).statusCode, 303)
    const answer = await linked(second, 'two')
    assert.equal(answer.statusCode, 409)
    assert.match(answer.body, /belongs to somebody else here already/)
    assert.deepEqual([(await identitiesOf(first)).length, (await identitiesOf(second)).length], [1, 0])
  })

  it('is 401 for somebody else, or nobody, at the way back, with nothing linked (O17)', async () => {
    const [at, other] = [await signedIn(), await signedIn()]
    for (const jar of [other.jar, new Map<string, string>()]) {
      const begun = await link(at)
      const back = await at.walk(begun, 'three')
      const flow = at.jar.get('gatehouse-flow-mysso') ?? ''
      const cookies = [...jar].filter(([name]) => name === 'gatehouse').map(([name, value]) => `${name}=${value}`)
      const cookie = [...cookies, `gatehouse-flow-mysso=${flow}`].join('; ')
      const answer = await house.app.inject({ url: `${back.pathname}${back.search}`, headers: { cookie } })
      assert.deepEqual([answer.statusCode, setCookies(answer)], [401, []])
    }
    assert.deepEqual([await identitiesOf(at), await identitiesOf(other)], [[], []])
    assert.equal((await linked(at, 'three')).statusCode, 303)
  })

  it('needs a recent sign-in or the password, and no API token', async () => {
    const at = await signedIn()
    const access = await signInApi(house.app, at.username)
    const { secret } = await makeApiToken(house.app, access)
    ageSessions(house)
    assertProblem(await link(at), 403, 'not-allowed')
    assertProblem(await link(at, { password: `${password}!` }), 403, 'current-password')
    for (const more of [{}, { password }]) {
      const payload = { provider: 'mysso', ...more }
      const byToken = await house.app.inject({ method: 'POST', url: path, headers: bearer(secret), payload })
      assertProblem(byToken, 403, 'not-allowed')
    }
    assert.equal((await linked(at, 'four', { password })).statusCode, 303)
  })

  it('takes a path of ours to come back to, and no other', async () => {
    const at = await signedIn()
    assert.equal((await linked(at, 'five', { return: '//evil.example' })).headers['location'], '/sign-in')
  })

  it('is 403 from another site, 404 for a provider that is not there', async () => {
    const at = await signedIn()
    const payload = { provider: 'mysso' }
    const foreign = await at.ask(path, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, payload })
    assertProblem(foreign, 403, 'cross-site')
    assertProblem(await link(at, { provider: 'nobody' }), 404, 'provider-off')
  })
})

describe('unlinking an identity', () => {
  it('ends its sessions, and it signs in no more', async () => {
    const at = await signedIn()
    await linked(at, 'six')
    const anew = openVisitor(house.app)
    await anew.through(begin, 'six')
    assert.equal(await whoIs(anew), at.username)
    const [identity] = await identitiesOf(at)
    assert.equal((await unlink(at, identity?.id ?? 0)).statusCode, 204)
    assert.deepEqual([await whoIs(anew), await whoIs(at), await identitiesOf(at)], [401, at.username, []])
    assert.equal((await openVisitor(house.app).through(begin, 'six')).statusCode, 401)
  })

  it('is 409 for the last way to sign in, which stays', async () => {
    const at = await signedIn()
    await linked(at, 'nine')
    const [identity] = await identitiesOf(at)
    sql(house, `delete from passwords where person_id = (select id from persons where username = '${at.username}')`)
    const refused = await unlink(at, identity?.id ?? 0)
    assertProblem(refused, 409, 'conflict')
    assert.match(refused.body, /your only way to sign in/)
    assert.equal((await identitiesOf(at)).length, 1)
  })

  it('is 404 for somebody else’s, which stays', async () => {
    const [at, other] = [await signedIn(), await signedIn()]
    await linked(at, 'seven')
    const [identity] = await identitiesOf(at)
    assertProblem(await unlink(other, identity?.id ?? 0), 404, 'not-found')
    assert.equal((await identitiesOf(at)).length, 1)
  })

  it('needs a recent sign-in', async () => {
    const at = await signedIn()
    await linked(at, 'eight')
    const [identity] = await identitiesOf(at)
    ageSessions(house)
    assertProblem(await unlink(at, identity?.id ?? 0), 403, 'not-allowed')
    assert.equal((await identitiesOf(at)).length, 1)
  })
})
