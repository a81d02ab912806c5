// Login tokens (CloudEndure): one sign-in each, however many try at once; none for what is near one, for somebody who
// may not sign in, or after its hour; and a refusal uses none up.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import type { DialectName } from '../../src/core/ids.ts'
import {
  assertRefused,
  auditRows,
  carry,
  doorOf,
  doors,
  inject,
  sessionOf,
  sql,
  who,
  wireOf,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'a ladder against the hay loft'
const door = doorOf('cloudendure')
let house: TestHouse
let counted = 0

before(async () => {
  house = await openTestHouse()
})

after(() => house.close())

const enter = (loginToken: string, more: object = {}, base = door.base) =>
  inject(house, { method: 'POST', path: `${base}/login`, body: { loginToken, ...more } })

async function somebody() {
  counted += 1
  const person = await house.addPerson(`caller-${counted}`, password)
  const { secret } = await house.house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
  return { person, token: secret.reveal() }
}
const sessionsOf = (personId: number) =>
  sql(house, `select count(*) as all_of from sessions where person_id = ${personId}`)[0]?.['all_of']
const calm = () => sql(house, 'update throttle set failures = 0, blocked_until = 0, pending = 0')

test('of 50 sign-ins at once by one token exactly one succeeds, at whatever base, and it works no more [T01] [O04]', async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    // A house of its own each time: so many refusals in a minute are recorded by their number.
    await house.close()
    house = await openTestHouse()
    const { person, token } = await somebody()
    const bases = [door.base, '/cloudendure/api/v5']
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => enter(token, {}, bases[at % 2])))
    const won = answers.filter(({ statusCode }) => statusCode === 200)
    assert.equal(won.length, 1)
    assert.ok(answers.every(({ statusCode }) => [200, 401, 429].includes(statusCode)))
    assert.equal(sessionsOf(person.id), 1)
    for (const answer of won) assert.equal(await who(house, door, carry(door, sessionOf(door, answer))), 200)
    calm()
    const failures = (await auditRows(house)).filter(({ event }) => event === 'auth.login.failure').length
    assert.equal(failures, answers.filter(({ statusCode }) => statusCode === 401).length)
    await assertRefused(house, door.wrong, 'auth.login.failure', () => enter(token))
  }
})

const near: readonly (readonly [what: string, change: (token: string) => string])[] = [
  ['one letter less', (token) => token.slice(0, -1)],
  ['one letter more', (token) => `${token}A`],
  ['the first half', (token) => token.slice(0, 21)],
  ['another case', (token) => token.toUpperCase()],
  ['a space before it', (token) => ` ${token}`],
  ['a newline behind it', (token) => `${token}\n`],
  ['padding', (token) => `${token}=`],
  ['a NUL behind it', (token) => `${token}\0`],
  ['a dash in it', (token) => `${token.slice(0, 20)}-${token.slice(20)}`],
  ['a pattern', () => '%'],
  ['a pattern of its length', () => '_'.repeat(43)],
  ['SQL', () => "' or 1=1 --"],
  ['60 kB', () => 'A'.repeat(60_000)],
]
for (const [what, change] of near) {
  test(`${what} is no login token, and the token itself is still good [J11] [S01]`, async () => {
    calm()
    const { token } = await somebody()
    await assertRefused(house, door.wrong, 'auth.login.failure', () => enter(change(token)))
    assert.equal((await enter(token)).statusCode, 200)
  })
}

const dead: readonly (readonly [how: string, die: (who: { id: number; username: string }) => unknown])[] = [
  [
    'its hour',
    ({ id }) => sql(house, `update tokens set expires_at = 1 where kind = 'one-time' and person_id = ${id}`),
  ],
  ['disabling', ({ username }) => house.house.core.people.disable(username, byCommand)],
  [
    'disabling and enabling again',
    async ({ username }) => {
      await house.house.core.people.disable(username, byCommand)
      await house.house.core.people.enable(username, byCommand)
    },
  ],
  ['the end of everything', ({ username }) => house.house.core.people.endEverything(username, byCommand)],
  ['a raised epoch', ({ id }) => sql(house, `update persons set epoch = epoch + 1 where id = ${id}`)],
  ['the deletion of its person', ({ id }) => sql(house, `delete from persons where id = ${id}`)],
  [
    'its use',
    async ({ id }) => sql(house, `update tokens set revoked_at = 1 where kind = 'one-time' and person_id = ${id}`),
  ],
]
for (const [how, die] of dead) {
  test(`a login token is refused after ${how} [S07] [K05]`, async () => {
    calm()
    const { person, token } = await somebody()
    await die(person)
    await assertRefused(house, door.wrong, 'auth.login.failure', () => enter(token))
    assert.equal(sessionsOf(person.id), 0)
    const { token: another } = await somebody()
    assert.equal((await enter(another)).statusCode, 200)
  })
}

test('a login token is for one door and one place: at the others, as a cookie or as another kind it is nothing [J07]', async () => {
  calm()
  const { token } = await somebody()
  for (const one of doors) {
    for (const headers of [
      { cookie: doors.map(({ cookie = 'gatehouse' }) => `${cookie}=${token}`).join('; ') },
      { authorization: `Bearer ${token}` },
      { 'x-api-key': token },
    ]) {
      assert.equal(await who(house, one, headers), 401)
    }
  }
  for (const member of ['userApiToken', 'agentInstallationToken', 'googleOauthCode']) {
    const answer = await inject(house, { method: 'POST', path: door.signInPath, body: { [member]: token } })
    assert.equal(answer.statusCode, 401)
  }
  const setup = await inject(house, { path: `/setup/${token}` })
  assert.ok([404, 409].includes(setup.statusCode))
  assert.equal((await enter(token)).statusCode, 200)
})

for (const dialect of ['portainer', 'semaphore', 'extremecloudiq', 'api'] as const satisfies readonly DialectName[]) {
  test(`nobody gets a login token for ${dialect}, and one that stood in the database is nothing here`, async () => {
    const person = await house.addPerson(`none-${dialect}`, password)
    await assert.rejects(house.house.core.oneTimes.issueLogin(person, dialect, byCommand), { code: 'not-allowed' })
    const { secret } = await house.house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
    sql(house, `update tokens set dialect = '${dialect}' where kind = 'one-time' and person_id = ${person.id}`)
    assert.equal((await enter(secret.reveal())).statusCode, 401)
  })
}

test('a sign-in that is refused or sent on uses no token up: another account, an expired licence, another region', async () => {
  calm()
  const { person, token } = await somebody()
  const { accounts, memberships } = house.house.core
  const identifier = 'for-callers'
  await accounts.create({ identifier }, byCommand)
  await accounts.create({ identifier: 'others' }, byCommand)
  await memberships.add({ account: identifier, person: person.username, role: 'member', becomesHome: true }, byCommand)
  assert.equal((await enter(token, { accountIdentifier: 'others' })).statusCode, 401)
  await accounts.changeLicence(identifier, 'expired', byCommand)
  assert.equal((await enter(token)).statusCode, 402)
  await accounts.changeLicence(identifier, 'active', byCommand)
  await accounts.changeRegion(identifier, 'far', byCommand)
  for (let turn = 0; turn < 3; turn += 1) {
    const { answer } = { answer: await enter(token) }
    assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [307, undefined])
  }
  assert.equal(sessionsOf(person.id), 0)
  assert.equal((await enter(token, {}, '/cloudendure/api/v5')).statusCode, 200)
  assert.equal((await enter(token, {}, '/cloudendure/api/v5')).statusCode, 401)
  assert.equal((await enter(token)).statusCode, 401)
})

test('a script that repeats a dead token is made to wait, and a live one from the same place is not [D01] [D13]', async () => {
  const fresh = await openTestHouse({ GATEHOUSE_THROTTLE_FIRST_WAIT: '2m' })
  try {
    const person = await fresh.addPerson('caller', password)
    const token = async () => {
      const { secret } = await fresh.house.core.oneTimes.issueLogin(person, 'cloudendure', byCommand)
      return secret.reveal()
    }
    const post = (loginToken: string) => inject(fresh, { method: 'POST', path: door.signInPath, body: { loginToken } })
    const used = await token()
    assert.equal((await post(used)).statusCode, 200)
    for (let turn = 0; turn < 5; turn += 1) assert.deepEqual(wireOf(await post(used)), { ...door.wrong })
    const waits = await assertRefused(fresh, door.throttled, 'auth.login.throttled', () => post(used))
    assert.match(String(waits.headers['retry-after']), /^[1-9]\d*$/)
    assert.equal((await post(await token())).statusCode, 200)
  } finally {
    await fresh.close()
  }
})

test('guesses from one network are counted together, each of another token, and stop being tried [D11]', async () => {
  const fresh = await openTestHouse({ GATEHOUSE_THROTTLE_NETWORK_FAILURES: '10' })
  try {
    const statuses: number[] = []
    for (let turn = 0; turn < 14; turn += 1) {
      const member = ['loginToken', 'userApiToken', 'agentInstallationToken'][turn % 3] ?? ''
      const body = { [member]: `guess-${turn}` }
      statuses.push((await inject(fresh, { method: 'POST', path: door.signInPath, body })).statusCode)
    }
    assert.deepEqual(statuses, [...Array<number>(10).fill(401), ...Array<number>(4).fill(429)])
  } finally {
    await fresh.close()
  }
})
