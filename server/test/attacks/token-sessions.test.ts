// What an API token opens or makes is never more than the token: a CloudEndure session by one dies with it and makes
// none; an ExtremeCloudIQ token's tokens live no longer than it, may no more, and go with it, at its sign-out, too.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import { permissions } from '../_kit/attack-doors/extremecloudiq.ts'
import {
  assertRefused,
  carryWrite,
  doorOf,
  eventsDuring,
  inject,
  makeToken,
  type SignedIn,
  sessionOf,
  signIn,
  sql,
  useToken,
  who,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'grey wool on a fence post'
const cloudendure = doorOf('cloudendure')
const xiq = doorOf('extremecloudiq')
let house: TestHouse
let counted = 0

before(async () => {
  house = await openTestHouse()
})

after(() => house.close())

async function somebody() {
  counted += 1
  return house.addPerson(`holder-${counted}`, password)
}
type Person = Awaited<ReturnType<typeof somebody>>

async function issued(person: Person, expiresAt?: number): Promise<string> {
  const wish = { name: 'a machine', ...(expiresAt === undefined ? {} : { expiresAt }) }
  const { minted } = await house.house.core.tokens.issueApiFor(person, 'cloudendure', wish, byCommand)
  return minted.secret.reveal()
}
const enter = (token: string) => inject(house, cloudendure.tokens.use(token))
const open = async (token: string): Promise<SignedIn> => sessionOf(cloudendure, await enter(token))
const live = (session: SignedIn) => who(house, cloudendure, carryWrite(cloudendure, session))
const replace = (session: SignedIn) => inject(house, cloudendure.tokens.make(0, ''), carryWrite(cloudendure, session))
const idOf = (token: string): number =>
  Number(
    sql(house, `select id from tokens where hash = '${hash('sha256', token.replaceAll('-', ''), 'base64url')}'`)[0]?.[
      'id'
    ],
  )

const deaths: readonly (readonly [how: string, die: (person: Person, token: string) => unknown])[] = [
  ['its replacement', async (person) => replace(await signIn(house, cloudendure, person.username, password))],
  [
    'its revocation by a command',
    (person, token) => house.house.core.tokens.revokeFor(person.id, 'cloudendure', idOf(token) as never, byCommand),
  ],
  ['disabling', ({ username }) => house.house.core.people.disable(username, byCommand)],
  ['the end of everything', ({ username }) => house.house.core.people.endEverything(username, byCommand)],
  ['the deletion of its person', ({ id }) => sql(house, `delete from persons where id = ${id}`)],
  [
    'their leaving the account',
    async ({ username }) => {
      const { accounts, memberships } = house.house.core
      await accounts.create({ identifier: `next-${username}` }, byCommand)
      await memberships.add(
        { account: `next-${username}`, person: username, role: 'member', becomesHome: true },
        byCommand,
      )
      await memberships.remove('default', username, byCommand)
    },
  ],
]
for (const [how, die] of deaths) {
  test(`cloudendure: the sessions that an API token opened are dead with it after ${how} [S07] [K05]`, async () => {
    const person = await somebody()
    const token = await issued(person)
    const sessions = [await open(token), await open(token)]
    for (const session of sessions) assert.equal(await live(session), 200)
    await die(person, token)
    for (const session of sessions) {
      await assertRefused(house, cloudendure.deadToken, 'token.invalid', () =>
        inject(house, { path: cloudendure.whoPath, headers: carryWrite(cloudendure, session) }),
      )
    }
    await assertRefused(house, cloudendure.wrong, 'auth.login.failure', () => enter(token))
  })
}

test('cloudendure: a session by an API token makes no token, and none of the person is lost by its trying [K06]', async () => {
  const person = await somebody()
  const [token, other] = [await issued(person), await issued(person)]
  const session = await open(token)
  const refused = { status: 403, body: '{"message":"This is not allowed.","code":"not-allowed"}' }
  await assertRefused(house, refused, 'authz.denied', () => replace(session))
  for (const one of [token, other]) assert.equal(await useToken(house, cloudendure, one), 200)
  // Nor beside a session of their own that may: the first of the two decides.
  const mine = await signIn(house, cloudendure, person.username, password)
  const both = { cookie: `session=${session.cookie}; session=${mine.cookie}`, 'x-xsrf-token': String(session.xsrf) }
  await assertRefused(house, refused, 'authz.denied', () => inject(house, cloudendure.tokens.make(0, ''), both))
  assert.equal((await replace(mine)).statusCode, 200)
  assert.equal(await useToken(house, cloudendure, token), 401)
})

test('cloudendure: a session by an API token that ends lives no longer than it, and one by a lasting token no longer than any [K05]', async () => {
  const person = await somebody()
  const ends = Date.now() + 60_000
  const token = await issued(person, ends)
  await open(token)
  const [row] = sql(house, `select ends_at from sessions where person_id = ${person.id}`)
  assert.equal(row?.['ends_at'], ends)
  const [cookie] = sql(
    house,
    `select expires_at, parent_id from tokens where person_id = ${person.id} and kind = 'cookie'`,
  )
  assert.deepEqual([cookie?.['expires_at'], cookie?.['parent_id']], [ends, idOf(token)])
})

test('cloudendure: of 40 sign-ins by an API token that is being revoked none lives when it was [S04] [K05]', async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const person = await somebody()
    const token = await issued(person)
    const mine = await signIn(house, cloudendure, person.username, password)
    const [answers, replaced] = await Promise.all([
      Promise.all(Array.from({ length: 40 }, () => enter(token))),
      replace(mine),
    ])
    assert.equal(replaced.statusCode, 200)
    for (const answer of answers) {
      assert.ok([200, 401, 429].includes(answer.statusCode), `${answer.statusCode}`)
      if (answer.statusCode === 200) assert.equal(await live(sessionOf(cloudendure, answer)), 401)
    }
    sql(house, 'update throttle set failures = 0, blocked_until = 0')
  }
})

test('cloudendure: of 20 replacements at once one token is left [K08]', async () => {
  const person = await somebody()
  const mine = await signIn(house, cloudendure, person.username, password)
  const answers = await Promise.all(Array.from({ length: 20 }, () => replace(mine)))
  const tokens = answers.map(({ statusCode, body }) => {
    assert.equal(statusCode, 200)
    return cloudendure.tokens.secretOf(body)
  })
  assert.equal(new Set(tokens).size, 20)
  const living = sql(
    house,
    `select id from tokens where person_id = ${person.id} and kind = 'api' and revoked_at is null`,
  )
  assert.equal(living.length, 1)
  let good = 0
  for (const token of tokens) if ((await useToken(house, cloudendure, token)) === 200) good += 1
  assert.equal(good, 1)
})

test('cloudendure: a person is their own: nobody replaces a token of somebody else [K07]', async () => {
  const [person, other] = [await somebody(), await somebody()]
  const theirs = await issued(other)
  const mine = await signIn(house, cloudendure, person.username, password)
  for (const body of [{ userId: other.id }, { id: other.uuid }, { username: other.username }]) {
    const request = { ...cloudendure.tokens.make(0, ''), body }
    assert.equal((await inject(house, request, carryWrite(cloudendure, mine))).statusCode, 200)
  }
  assert.equal(await useToken(house, cloudendure, theirs), 200)
})

const path = '/extremecloudiq/auth/apitoken'
const mint = async (bearer: string, more: object = {}) =>
  inject(house, {
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${bearer}` },
    body: { permissions, ...more },
  })

test('extremecloudiq: a token makes tokens that never outlive it, and they are gone with it, at its sign-out [K06] [S05]', async () => {
  const person = await somebody()
  const session = await signIn(house, xiq, person.username, password)
  const ends = Math.floor(Date.now() / 1000) + 3600
  const make = async (bearer: string, more: object = {}) => {
    const answer = await mint(bearer, more)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json<{ access_token: string; expire_time: string }>()
  }
  const parent = await make(String(session.jwt), { expire_time: ends })
  const aside = await make(String(session.jwt))
  const child = await make(parent.access_token, { expire_time: ends + 1_000_000 })
  const grandchild = await make(child.access_token)
  for (const one of [child, grandchild]) {
    assert.equal(one.expire_time, parent.expire_time)
    assert.equal(await useToken(house, xiq, one.access_token), 200)
  }
  const headers = { authorization: `Bearer ${parent.access_token}` }
  const { answer, events } = await eventsDuring(house, () =>
    inject(house, { method: 'POST', path: xiq.signOutPath, headers }),
  )
  assert.deepEqual([answer.statusCode, answer.body, events], [200, '', ['token.api.revoked']])
  for (const one of [parent, child, grandchild]) assert.equal(await useToken(house, xiq, one.access_token), 401)
  assert.equal((await mint(parent.access_token)).statusCode, 401)
  assert.equal(await useToken(house, xiq, aside.access_token), 200)
  assert.equal(await who(house, xiq, carryWrite(xiq, session)), 200)
  await assertRefused(house, xiq.deadToken, 'token.invalid', () =>
    inject(house, { method: 'POST', path: xiq.signOutPath, headers }),
  )
})

test('extremecloudiq: of 30 children that are made while their parent is revoked none lives when it was [K05] [S04]', async () => {
  const person = await somebody()
  for (let turn = 0; turn < 5; turn += 1) {
    const session = await signIn(house, xiq, person.username, password)
    const parent = await makeToken(house, xiq, session, person.id, password)
    const headers = { authorization: `Bearer ${parent}` }
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 30 }, () => mint(parent))),
      inject(house, { method: 'POST', path: xiq.signOutPath, headers }),
    ])
    for (const answer of answers) {
      assert.ok([200, 401].includes(answer.statusCode), `${answer.statusCode}`)
      if (answer.statusCode === 200) assert.equal(await useToken(house, xiq, xiq.tokens.secretOf(answer.body)), 401)
    }
  }
})

const wishes: readonly (readonly [what: string, wish: () => object])[] = [
  ['no permission', () => ({ permissions: [] })],
  ['a word that stands for all', () => ({ permissions: ['default'] })],
  ['more than there is, without what there is', () => ({ permissions: ['*', 'admin'] })],
  ['a text for permissions', () => ({ permissions: permissions.join(',') })],
  ['an end that was', () => ({ expire_time: Math.floor(Date.now() / 1000) - 1 })],
  ['milliseconds', () => ({ expire_time: Date.now() + 3_600_000 })],
  ['a text for an end', () => ({ expire_time: '2099' })],
  ['a fraction for an end', () => ({ expire_time: Math.floor(Date.now() / 1000) + 3600.25 })],
  ['a negative end', () => ({ expire_time: -1 })],
  ['1e400 for an end', () => ({ expire_time: 1e300 })],
  ['a control character for a name', () => ({ description: 'a\u0000b' })],
  ['a name of 60 kB', () => ({ description: 'x'.repeat(60_000) })],
]
for (const [what, wish] of wishes) {
  test(`extremecloudiq: no token is made of ${what} [J05] [K06]`, async () => {
    const person = await somebody()
    const { jwt = '' } = await signIn(house, xiq, person.username, password)
    const { answer, events } = await eventsDuring(house, () => mint(jwt, wish()))
    assert.deepEqual([answer.statusCode, events], [400, ['input.rejected']])
    assert.ok(!answer.body.includes('access_token'))
    assert.equal(sql(house, `select id from tokens where kind = 'api' and person_id = ${person.id}`).length, 0)
    assert.equal((await mint(jwt)).statusCode, 200)
  })
}

test('a password that is reset, a sign-out and a role end no API token, and the account it acts in is its own [K05]', async () => {
  const person = await somebody()
  const session = await signIn(house, xiq, person.username, password)
  const token = await makeToken(house, xiq, session, person.id, password)
  await inject(house, { method: 'POST', path: xiq.signOutPath, headers: carryWrite(xiq, session) })
  await house.house.core.people.resetPassword(person.username, new Secret(`${password} anew`), byCommand)
  await house.house.core.memberships.add({ account: 'default', person: person.username, role: 'read-only' }, byCommand)
  const me = await inject(house, xiq.tokens.use(token))
  assert.deepEqual([me.statusCode, me.json<{ user_role: string }>().user_role], [200, 'MONITOR'])
})
