// /identities: whoever is signed in by our cookie links an identity of a provider to themselves, and unlinks it, on plain
// pages; nobody else does, and no other site makes anybody do it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ageSessions } from '../../_kit/administration.ts'
import { ownPage } from '../../_kit/api.ts'
import { type Answer, assertCommon, newcomer, password, setCookies, sql } from '../../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../../_kit/house.ts'
import { type OpenIdProvider, openIdWish, startOpenIdProvider } from '../../_kit/openid-provider.ts'
import { addProvider, openVisitor, publicUrl, type Visitor } from '../../_kit/through-provider.ts'

const path = '/identities'
const begin = '/sign-in/mysso'
let provider: OpenIdProvider
let house: TestHouse
before(async () => {
  const people = Object.fromEntries(
    ['one', 'two', 'three'].map((name) => [name, { preferred_username: `sso-${name}` }]),
  )
  provider = await startOpenIdProvider({ people, redirectUris: [`${publicUrl}${begin}/redirect`] })
  house = await openTestHouse({ GATEHOUSE_PUBLIC_URL: publicUrl })
  const wish = openIdWish('mysso', provider.issuer, { createsPeople: false })
  await addProvider(house, { ...wish, displayName: 'Our <SSO>' })
})
after(async () => {
  await house.close()
  await provider.close()
})

/** Somebody new at our own pages. */
async function signedIn(): Promise<Visitor & { readonly username: string }> {
  const at = openVisitor(house.app)
  const { username } = await newcomer(house)
  const answer = await submit(at, '/sign-in', { username, password })
  assert.equal(answer.statusCode, 303, answer.body)
  return { ...at, username }
}

function submit(at: Visitor, url: string, fields: Readonly<Record<string, string>>, headers: object = ownPage) {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const payload = new URLSearchParams(fields).toString()
  return at.ask(url, { method: 'POST', headers: { ...form, ...headers }, payload })
}

/** The page's own link out, and the header that follows it. */
function wayOut(answer: Answer): string {
  assert.equal(answer.statusCode, 200, answer.body)
  const [, href = ''] = /<a class="button" href="([^"]+)">/.exec(answer.body) ?? []
  const location = href.replaceAll('&amp;', '&')
  assert.equal(answer.headers['refresh'], `0;url=${location}`)
  return location
}

async function link(at: Visitor, as: string): Promise<Answer> {
  const begun = await submit(at, path, { provider: 'mysso' })
  const back = await at.walk(wayOut(begun), as)
  return at.ask(`${back.pathname}${back.search}`)
}

const idOn = ({ body }: Answer): string => /name="id" value="(\d+)"/.exec(body)?.[1] ?? 'none'

describe('the page of identities', () => {
  it('sends whoever is not signed in to the sign-in, and back', async () => {
    const answer = await openVisitor(house.app).ask(path)
    assert.deepEqual([answer.statusCode, answer.headers['location']], [303, '/sign-in?return=%2Fidentities'])
  })

  it('links one through the provider, shows it, signs in by it, and unlinks it', async () => {
    const at = await signedIn()
    const empty = await at.ask(path)
    assertCommon(empty)
    assert.ok(empty.body.includes('Link Our &lt;SSO&gt;') && empty.body.includes('No provider vouches for you yet'))

    const done = await link(at, 'one')
    assert.deepEqual([done.statusCode, done.headers['location'], setCookies(done)], [303, path, []])
    const shown = await at.ask(path)
    assert.match(shown.body, /<strong>Our &lt;SSO&gt;<\/strong> as <code>one<\/code> <small>since \d{4}-\d\d-\d\d</)
    assert.equal((await openVisitor(house.app).through(begin, 'one')).statusCode, 303)

    const gone = await submit(at, `${path}/unlink`, { id: idOn(shown) })
    assert.deepEqual([gone.statusCode, gone.headers['location']], [303, path])
    assert.equal(idOn(await at.ask(path)), 'none')
    assert.equal((await openVisitor(house.app).through(begin, 'one')).statusCode, 401)
  })

  it('says what is wrong on itself: nobody else’s identity, an unknown provider, a sign-in of long ago', async () => {
    const [at, other] = [await signedIn(), await signedIn()]
    await link(other, 'two')
    const theirs = idOn(await other.ask(path))
    const refusals: readonly (readonly [Answer, number, RegExp])[] = [
      [await submit(at, `${path}/unlink`, { id: theirs }), 404, /not there any more/],
      [await submit(at, path, { provider: 'nowhere' }), 404, /This provider is not available/],
      [await link(at, 'two'), 409, /belongs to somebody else/],
    ]
    for (const [answer, status, sentence] of refusals) {
      assert.equal(answer.statusCode, status)
      assert.match(answer.body, sentence)
    }
    assert.equal(idOn(await other.ask(path)), theirs)

    ageSessions(house)
    for (const answer of [
      await submit(other, path, { provider: 'mysso' }),
      await submit(other, `${path}/unlink`, { id: theirs }),
    ]) {
      assert.equal(answer.statusCode, 403)
      assert.match(answer.body, /needs a sign-in of the last ten minutes/)
      assert.deepEqual(setCookies(answer), [])
    }
    assert.equal(idOn(await other.ask(path)), theirs)
  })

  it('keeps the last way to sign in, and says so', async () => {
    const at = await signedIn()
    await link(at, 'three')
    sql(house, `delete from passwords where person_id = (select id from persons where username = '${at.username}')`)
    const id = idOn(await at.ask(path))
    const refused = await submit(at, `${path}/unlink`, { id })
    assert.equal(refused.statusCode, 409)
    assert.match(refused.body, /role="alert">It is your only way to sign in/)
    assert.equal(idOn(await at.ask(path)), id)
  })

  it('does nothing for whoever is not signed in, and for no form but our own', async () => {
    const nobody = await submit(openVisitor(house.app), path, { provider: 'mysso' })
    assert.equal(nobody.statusCode, 401)
    assert.match(nobody.body, /You are not signed in any more/)
    const at = await signedIn()
    const foreign = await submit(at, path, { provider: 'mysso' }, { origin: 'https://evil.example' })
    assert.deepEqual([foreign.statusCode, setCookies(foreign)], [403, []])
    assert.match(foreign.body, /did not come from our own page/)
  })
})
