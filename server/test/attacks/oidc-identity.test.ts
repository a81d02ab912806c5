// Group O, the identity: somebody is (provider, subject) and nothing else. No name and no address that a provider says
// makes anybody somebody who is there already, but for the one way that an operator may open.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { OidcSettings } from '../../src/core/federation/provider.ts'
import { Refusal } from '../../src/core/refusal.ts'
import { Secret } from '../../src/lib/secret.ts'
import { password, sql } from '../_kit/clients.ts'
import { fresh } from '../_kit/facts.ts'
import { type FederatedHouse, openFederatedHouse } from '../_kit/federated-house.ts'
import { clientSecret } from '../_kit/flow-providers.ts'
import { type HostileProvider, startHostileProvider } from '../_kit/hostile-provider.ts'
import { openIdWish } from '../_kit/openid-provider.ts'
import { openBrowser } from '../_kit/provider-browser.ts'

let house: FederatedHouse
let liar: HostileProvider
let other: HostileProvider

before(async () => {
  ;[house, liar, other] = await Promise.all([openFederatedHouse(), startHostileProvider(), startHostileProvider()])
})
after(() => Promise.all([house.close(), liar.close(), other.close()]))

/** A provider of its own for a test. */
async function provider(more: Partial<OidcSettings> = {}, at = liar): Promise<string> {
  const name = fresh('idp').toLowerCase()
  await house.addProvider(openIdWish(name, at.issuer, more))
  return name
}

/** Who is signed in when the provider says this of a subject. */
async function signedInAs(name: string, subject: string, says: object = {}, at = liar): Promise<string | undefined> {
  at.lie({ subject, userinfo: (honest) => ({ ...honest, ...says }) })
  return house.whoIs(await house.signIn(name))
}

async function somebody(more: { isOperator?: boolean } = {}) {
  const username = fresh('person').toLowerCase()
  const email = `${username}@example.org`
  return { ...(await house.addPerson(username, password, { ...more, email })), email }
}

/** Nothing to do with anybody here. */
const foreign = () => ({ preferred_username: fresh('foreign').toLowerCase(), email: `${fresh('f')}@example.net` })

test('people are made only where that is allowed', async () => {
  const [closed, open] = [await provider({ createsPeople: false }), await provider()]
  const subject = fresh('new').toLowerCase()
  assert.equal(await signedInAs(closed, subject), undefined)
  assert.equal(await signedInAs(open, subject), subject)
  assert.equal(await signedInAs(open, subject, foreign()), subject)
  assert.equal(await signedInAs(closed, subject), undefined)
})

test('somebody who was made has no password, and nobody signs in as them without one', async () => {
  const subject = fresh('new').toLowerCase()
  assert.equal(await signedInAs(await provider(), subject), subject)
  for (const attempt of ['', subject, 'null', 'undefined']) {
    const payload = { auth: subject, password: attempt }
    const headers = { host: 'gatehouse.example' }
    const answer = await house.app.inject({ method: 'POST', url: '/semaphore/api/auth/login', headers, payload })
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500)
  }
})

test('O15, O16: a name or an address of somebody here makes nobody them', async () => {
  const name = await provider()
  const [victim, admin] = [await somebody(), await somebody({ isOperator: true })]
  const { core } = house.house
  for (const { id, username, email } of [victim, admin]) {
    const says = [
      { preferred_username: username, email: foreign().email },
      { preferred_username: username.toUpperCase(), email: foreign().email },
      { ...foreign(), email },
      { preferred_username: email, email },
      { ...foreign(), email: email.toUpperCase() },
    ]
    for (const said of says) {
      const who = await signedInAs(name, fresh('thief'), said)
      assert.notEqual(who?.toLowerCase(), username, JSON.stringify(said))
    }
    for (const own of [username, email]) assert.equal((await core.people.get(own)).id, id)
    assert.deepEqual(await core.federation.identities(id), [])
  }
  assert.ok((await signedInAs(name, fresh('honest'), foreign())) !== undefined)
})

test('O16: an address links only where that is allowed, verified by a boolean, and never an operator', async () => {
  const [closed, open] = [
    await provider({ createsPeople: false }),
    await provider({ createsPeople: false, linksByEmail: true }),
  ]
  const { username, email } = await somebody()
  for (const email_verified of [false, undefined, 'true', 1, null, {}, [true]]) {
    assert.equal(await signedInAs(open, fresh('s'), { ...foreign(), email, email_verified }), undefined)
  }
  assert.equal(await signedInAs(closed, fresh('s'), { ...foreign(), email }), undefined)
  assert.equal(await signedInAs(open, fresh('s'), { ...foreign(), email: `x${email}` }), undefined)
  assert.equal(await signedInAs(open, fresh('s'), { ...foreign(), email: username }), undefined)
  const admin = await somebody({ isOperator: true })
  assert.equal(await signedInAs(open, fresh('s'), { ...foreign(), email: admin.email }), undefined)
  const disabled = await somebody()
  await house.house.core.people.disable(disabled.username, byCommand)
  assert.equal(await signedInAs(open, fresh('s'), { ...foreign(), email: disabled.email }), undefined)
  const subject = fresh('s')
  assert.equal(await signedInAs(open, subject, { ...foreign(), email }), username)
  assert.equal(await signedInAs(open, subject, foreign()), username)
})

test('O15: linking by address ends what was set up before: password, sessions and tokens', async () => {
  const name = await provider({ createsPeople: false, linksByEmail: true })
  const { username, email } = await somebody()
  const inject = (headers: Record<string, string>) =>
    house.app.inject({ url: '/semaphore/api/user', headers: { host: 'gatehouse.example', ...headers } })
  const login = () =>
    house.app.inject({
      method: 'POST',
      url: '/semaphore/api/auth/login',
      headers: { host: 'gatehouse.example' },
      payload: { auth: username, password },
    })
  const cookie = String((await login()).headers['set-cookie']).split(';')[0] ?? ''
  assert.equal((await inject({ cookie })).statusCode, 200)
  assert.equal(await signedInAs(name, fresh('owner'), { ...foreign(), email }), username)
  assert.equal((await inject({ cookie })).statusCode, 401)
  assert.equal((await login()).statusCode, 401)
})

test('O19: equal subjects of two providers are two people, and one takes nothing of the other', async () => {
  const [one, two] = [await provider(), await provider({}, other)]
  const subject = fresh('same').toLowerCase()
  const mine = fresh('mine').toLowerCase()
  const said = { preferred_username: mine, email: `${mine}@example.net`, email_verified: true }
  assert.equal(await signedInAs(one, subject, said), mine)
  assert.equal(await signedInAs(two, subject, said, other), `${mine}-${two}`)
  assert.equal(await signedInAs(one, subject, said), mine)
  assert.equal(await signedInAs(two, subject, said, other), `${mine}-${two}`)
  const { core } = house.house
  assert.equal((await core.people.get(`${mine}@example.net`)).username, mine)
  assert.equal((await core.people.get(`${mine}-${two}`)).email, undefined)
})

test('a name that is somebody’s here is nobody’s from elsewhere: whoever comes with it is another person', async () => {
  const name = await provider()
  const { username, email, id } = await somebody()
  const subject = fresh('namesake')
  const said = { preferred_username: username, email, email_verified: true }
  assert.equal(await signedInAs(name, subject, said), `${username}-${name}`)
  const { core } = house.house
  assert.equal((await core.people.get(username)).id, id)
  assert.equal((await core.people.get(email ?? '')).id, id)
  assert.deepEqual(await core.federation.identities(id), [])
})

test('an address that nobody vouches for is not what anybody is called', async () => {
  const name = await provider()
  const [mine, boss] = [fresh('mine').toLowerCase(), fresh('boss').toLowerCase()]
  const says = (email: string, email_verified: unknown) => ({ preferred_username: email, email, email_verified })
  for (const unsaid of [false, undefined, 'true']) {
    const who = await signedInAs(name, fresh('s'), says(`${boss}-${unsaid}@example.net`, unsaid))
    assert.equal(who, `${boss}-${unsaid}-example.net`)
  }
  assert.equal(await signedInAs(name, fresh('s'), says(`${mine}@example.net`, true)), `${mine}@example.net`)
})

test('two who come for the first time at once are one person', async () => {
  const name = await provider()
  const subject = fresh('twice').toLowerCase()
  liar.lie({ subject })
  const answers = await Promise.all(Array.from({ length: 4 }, () => house.signIn(name, undefined, openBrowser())))
  const who = await Promise.all(answers.map((answer) => house.whoIs(answer)))
  assert.deepEqual(who, [subject, subject, subject, subject])
  assert.equal(sql(house, `select id from identities where subject = '${subject}'`).length, 1)
})

test('somebody who is disabled here is not let in by a provider', async () => {
  const name = await provider()
  const subject = fresh('later').toLowerCase()
  assert.equal(await signedInAs(name, subject), subject)
  await house.house.core.people.disable(subject, byCommand)
  assert.equal(await signedInAs(name, subject), undefined)
  await house.house.core.people.enable(subject, byCommand)
  assert.equal(await signedInAs(name, subject), subject)
})

test('O17: a linking is finished by whoever began it, and gives its identity to one person', async () => {
  const name = await provider({ createsPeople: false })
  const { core } = house.house
  const [owner, thief] = [await somebody(), await somebody()]
  const client = { dialect: 'semaphore', address: '127.0.0.1', agent: 'tests', requestId: 'r' } as const
  const credentialOf = async (auth: string) => {
    const signed = await core.signIn.byPassword(auth, new Secret(password), { client, cameWith: [] })
    assert.ok(signed.kind === 'signed-in' && signed.session.cookie !== undefined)
    return core.tokens.authenticate([{ secret: signed.session.cookie, kinds: ['cookie'] }], client)
  }
  const [own, stolen] = [await credentialOf(owner.username), await credentialOf(thief.username)]
  const linking = async (by: typeof own) => {
    const way = { redirectUri: 'https://a.example/', returnTo: '/', secrets: [] }
    const begun = await core.federation.begin(name, { ...way, client, by })
    const back = await openBrowser().walk(begun.location)
    const finish = (as: typeof own | undefined) =>
      core.signIn.byReturn(name, { query: back.search.slice(1), secrets: [begun.secret] }, { client, cameWith: [] }, as)
    return finish
  }
  const isRefused = (code: Refusal['code']) => (error: unknown) => error instanceof Refusal && error.code === code
  liar.lie({ subject: fresh('linked') })
  await assert.rejects((await linking(own))(stolen), isRefused('provider-code'))
  await assert.rejects((await linking(own))(undefined), isRefused('provider-code'))
  const finish = await linking(own)
  assert.equal((await finish(own)).outcome.kind, 'linked')
  await assert.rejects(finish(own), isRefused('provider-code'))
  await assert.rejects((await linking(stolen))(stolen), isRefused('conflict'))
  assert.equal(await house.whoIs(await house.signIn(name)), owner.username)
  liar.lie({ subject: fresh('another') })
  assert.equal(await house.whoIs(await house.signIn(name)), undefined)
})

test('O21: claims are data, and bounded', async () => {
  const wish = openIdWish('never', liar.issuer)
  for (const username of [
    '{{ .sub }}',
    '{{x}}',
    'a..b',
    '',
    '%{x y}',
    'a b',
    '(a+)+$ x',
    'x'.repeat(501),
    `${'a.'.repeat(11)}a`,
  ]) {
    const claims = { username, displayName: 'name', email: 'email', groups: 'groups' }
    const asked = house.addProvider({
      ...wish,
      settings: { ...(wish.settings as OidcSettings), claims },
    } as typeof wish)
    await assert.rejects(asked, (error) => error instanceof Refusal && error.code === 'field-invalid', username)
  }
  const reading = (username: string) =>
    provider({ claims: { username, displayName: 'name', email: 'email', groups: 'groups' } })
  for (const path of ['__proto__', 'constructor.name', 'toString', 'preferred_username.length']) {
    assert.equal(await signedInAs(await reading(path), fresh('s')), undefined, path)
  }
  const plain = await provider()
  const odd = [['a', 'b'], { a: 1 }, true, null, '', ' ', 'x'.repeat(900_000), 'a\u0000b', 1.5, 'a\nb']
  for (const preferred_username of odd) {
    assert.equal(
      await signedInAs(plain, fresh('s'), { preferred_username }),
      undefined,
      String(preferred_username).slice(0, 20),
    )
  }
  const good = fresh('nested').toLowerCase()
  assert.equal(
    await signedInAs(await reading('missing|"https://x/y".name'), fresh('s'), { 'https://x/y': { name: good } }),
    good,
  )
  assert.equal(await signedInAs(plain, fresh('s'), { preferred_username: 4711, groups: Array(5000).fill('x') }), '4711')
})

test('roles are what the groups give at each sign-in, in the accounts that the rules name', async () => {
  const { accounts, memberships, people } = house.house.core
  const [acme, beta] = [fresh('acme').toLowerCase(), fresh('beta').toLowerCase()]
  for (const identifier of [acme, beta]) await accounts.create({ identifier }, byCommand)
  const name = await provider({
    roles: [
      { group: 'ops', account: acme, role: 'member' },
      { group: 'lead', account: acme, role: 'admin' },
      { group: 'guests', account: acme.toUpperCase(), role: 'read-only' },
      { group: 'ops', account: 'not-there', role: 'owner' },
    ],
  })
  const subject = fresh('grouped').toLowerCase()
  const roleIn = async (groups: unknown, account = acme) => {
    assert.equal(await signedInAs(name, subject, { groups }), subject)
    return (await memberships.find((await people.get(subject)).id, account))?.role
  }
  assert.equal(await roleIn([]), undefined)
  assert.equal(await roleIn(['ops']), 'member')
  assert.equal(await roleIn(['lead', 'ops']), 'admin')
  assert.equal(await roleIn('ops'), 'member')
  assert.equal(await roleIn('guests'), 'read-only')
  assert.equal(await roleIn(['OPS', 'ops2', '']), undefined)
  assert.equal(await roleIn({ ops: true }), undefined)
  assert.equal(await roleIn(['ops', 'lead'], beta), undefined)
})

test('O19: who was somebody at one issuer is nobody at another that takes its place', async () => {
  const name = await provider()
  const { providers } = house.house.core
  const subject = fresh('moved').toLowerCase()
  assert.equal(await signedInAs(name, subject), subject)
  const moved = openIdWish(name, other.issuer)
  await assert.rejects(providers.change(moved, clientSecret, byCommand), { code: 'conflict' })
  assert.equal(await signedInAs(name, subject), subject)
})
