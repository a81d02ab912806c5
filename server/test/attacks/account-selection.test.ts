// Naming an account at sign-in (CloudEndure) is no oracle: whatever is named, a bad sign-in reads like any other, in the
// bytes and in the time; and what an account would be refused or sent away for is told after the proof only, by every
// way in. How long each takes, class by class, is in enumeration-timing.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { byCommand } from '../../src/core/audit/audit.ts'
import { assertRefused, doorOf, setCookies, sql, wireOf } from '../_kit/attack-doors.ts'
import { password } from '../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'
import { newSomebody, type Somebody, type WayIn, waysIn } from '../_kit/ways-in.ts'

const door = doorOf('cloudendure')
/** What a refusal of a password is held back to, at least. */
const quantum = 250
const ways = waysIn.filter((way) => way.door === door.name)
const isPassword = (way: WayIn): boolean => way.name === 'password'
let house: TestHouse
let other: Somebody
let closed: Somebody

before(async () => {
  house = await openTestHouse({
    GATEHOUSE_THROTTLE_FREE_FAILURES: '100',
    GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE: '100',
    GATEHOUSE_THROTTLE_NETWORK_FAILURES: '100000',
  })
  other = await newSomebody(house)
  closed = await newSomebody(house)
  sql(house, `update accounts set is_active = 0 where identifier = '${closed.account}'`)
})

after(() => house.close())

const send = (request: InjectOptions): Promise<LightMyRequestResponse> => house.app.inject(request)
const naming = (way: WayIn, request: InjectOptions, account: unknown): InjectOptions => ({
  ...(way.inAccount?.(request, 'x') ?? request),
  payload: { ...(request.payload as object), accountIdentifier: account },
})
const uuidOf = (account: string): string =>
  String(sql(house, `select uuid from accounts where identifier = '${account}'`)[0]?.['uuid'])

const wrongAccounts: readonly (readonly [what: string, account: () => string])[] = [
  ['that nobody has', () => 'no-such-account'],
  ["of somebody else's", () => other.account],
  ["of somebody else's, by UUID", () => uuidOf(other.account)],
  ['that is closed', () => closed.account],
  ['by its number', () => '1'],
  ['with SQL', () => "x' or '1'='1"],
  ['with a pattern', () => '%'],
  ['with a NUL', () => 'default\0'],
  ['named __proto__', () => '__proto__'],
  ['of 50 kB', () => 'a'.repeat(50_000)],
]

for (const way of ways) {
  describe(`by ${way.name}`, () => {
    for (const [what, account] of wrongAccounts) {
      test(`${way.name}: an account ${what} is refused like any bad sign-in, with a right credential and with a wrong one [A01] [P06]`, async () => {
        const who = await newSomebody(house)
        for (const request of [await way.right(house, who), way.wrong(who)]) {
          const began = performance.now()
          await assertRefused(house, door.wrong, 'auth.login.failure', () => send(naming(way, request, account())))
          if (isPassword(way)) assert.ok(performance.now() - began >= quantum - 3)
        }
        const right = await way.right(house, who)
        assert.equal((await send(naming(way, right, who.account))).statusCode, 200)
      })
    }

    test(`${way.name}: the right account is known by identifier in any case and by UUID, and an empty one is none named [P06]`, async () => {
      const who = await newSomebody(house)
      const uuid = uuidOf(who.account)
      for (const name of [
        who.account,
        who.account.toUpperCase(),
        ` ${who.account} `,
        uuid,
        uuid.toUpperCase(),
        '',
        null,
      ]) {
        const answer = await send(naming(way, await way.right(house, who), name))
        assert.deepEqual([answer.statusCode, answer.json<{ account: string }>().account], [200, uuid], String(name))
      }
    })

    test(`${way.name}: an account that is no string is no account [C01]`, async () => {
      const who = await newSomebody(house)
      for (const name of [['default'], { $ne: null }, 1, true]) {
        const answer = await send(naming(way, await way.right(house, who), name))
        assert.equal(answer.statusCode, 422)
        assert.deepEqual(setCookies(answer), [])
      }
    })
  })
}

/** What makes a credential worth nothing, by the way in; each is then refused as if it had never been one. */
const deaths: readonly (readonly [how: string, isFor: (way: WayIn) => boolean, die: (who: Somebody) => unknown])[] = [
  ['wrong', () => true, () => undefined],
  [
    'of a disabled person',
    (way) => way.isPersons,
    ({ person }) => house.house.core.people.disable(person.username, byCommand),
  ],
  [
    'of a person whose everything was ended',
    (way) => way.isPersons && !isPassword(way),
    ({ person }) => house.house.core.people.endEverything(person.username, byCommand),
  ],
  [
    'expired',
    (way) => way.isPersons && !isPassword(way),
    ({ person }) => sql(house, `update tokens set expires_at = 1 where person_id = ${person.id}`),
  ],
  [
    'of a person disabled and enabled again',
    (way) => way.isPersons && !isPassword(way),
    async ({ person }) => {
      await house.house.core.people.disable(person.username, byCommand)
      await house.house.core.people.enable(person.username, byCommand)
    },
  ],
  [
    'of an earlier epoch',
    (way) => way.isPersons && !isPassword(way),
    ({ person }) => sql(house, `update persons set epoch = epoch + 1 where id = ${person.id}`),
  ],
  ['revoked', (way) => !isPassword(way), () => sql(house, 'update tokens set revoked_at = 1')],
]

for (const [state, change, told] of [
  [
    'whose licence has expired',
    (account: string) => house.house.core.accounts.changeLicence(account, 'expired', byCommand),
    402,
  ],
  [
    'that is served elsewhere',
    (account: string) => house.house.core.accounts.changeRegion(account, 'far', byCommand),
    307,
  ],
] as const) {
  for (const way of ways) {
    for (const [how, isFor, die] of deaths.filter(([, isFor]) => isFor(way))) {
      test(`${way.name}: in an account ${state} a credential that is ${how} is told nothing of it: ${told} comes after the proof [A01]`, async () => {
        assert.ok(isFor(way))
        const who = await newSomebody(house)
        await change(who.account)
        const right = await way.right(house, who)
        assert.equal((await send(right)).statusCode, told)
        await die(who)
        const dead = how === 'wrong' ? way.wrong(who) : right
        for (const request of [dead, naming(way, dead, who.account), naming(way, dead, 'no-such-account')]) {
          const answer = await assertRefused(house, door.wrong, 'auth.login.failure', () => send(request))
          assert.equal(answer.headers['location'], undefined)
          assert.equal(answer.headers['x-cloudendure-version'], undefined)
        }
      })
    }
  }
}

test('sending on opens nothing, hands nothing out, and goes to a path of this origin whatever Host or a header says [O13] [O14]', async () => {
  for (const way of ways) {
    const who = await newSomebody(house)
    await house.house.core.accounts.changeRegion(who.account, 'far', byCommand)
    const request = await way.right(house, who)
    const count = () => sql(house, 'select count(*) as all_of from sessions')[0]?.['all_of']
    const before = count()
    for (const headers of [
      {},
      { host: '127.0.0.1:1', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
      { 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/evil', referer: 'https://evil.example/' },
    ]) {
      const answer = await send({ ...request, headers })
      assert.deepEqual([answer.statusCode, answer.headers['location']], [307, '/cloudendure/api/v5/login'])
      assert.deepEqual(setCookies(answer), [])
      assert.deepEqual(answer.json(), {
        message: 'A different endpoint is required to service this user.',
        code: 'elsewhere',
      })
    }
    assert.equal(count(), before)
    const there = await send({ ...request, url: '/cloudendure/api/v5/login' })
    assert.deepEqual([there.statusCode, there.headers['location']], [200, undefined])
  }
})

for (const region of ['constructor', 'toString', 'evil.example', '__proto__']) {
  test(`a region called ${JSON.stringify(region)} is a name like any: it is refused, or sends to this origin [O13]`, async () => {
    const who = await newSomebody(house)
    const set = house.house.core.accounts.changeRegion(who.account, region, byCommand).then(
      () => true,
      () => false,
    )
    const isSet = await set
    const answer = await send({
      method: 'POST',
      url: door.signInPath,
      payload: { username: who.person.username, password },
    })
    assert.deepEqual(
      [answer.statusCode, answer.headers['location']],
      isSet ? [307, '/cloudendure/api/v5/login'] : [200, undefined],
    )
  })
}

test('whoever waits is told to wait, and not that the licence has expired or where the account is [D13]', async () => {
  const fresh = await openTestHouse({ GATEHOUSE_THROTTLE_FIRST_WAIT: '2m' })
  try {
    const [byPassword] = ways
    const who = await newSomebody(fresh)
    assert.ok(byPassword)
    for (let turn = 0; turn < 5; turn += 1) await fresh.app.inject(byPassword.wrong(who))
    await fresh.house.core.accounts.changeLicence(who.account, 'expired', byCommand)
    assert.deepEqual(wireOf(await fresh.app.inject(await byPassword.right(fresh, who))), { ...door.throttled })
    await fresh.house.core.accounts.changeLicence(who.account, 'active', byCommand)
    await fresh.house.core.accounts.changeRegion(who.account, 'far', byCommand)
    assert.deepEqual(wireOf(await fresh.app.inject(await byPassword.right(fresh, who))), { ...door.throttled })
  } finally {
    await fresh.close()
  }
})
