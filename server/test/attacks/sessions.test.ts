// Group S: what ends a session ends it for good and everywhere, and nothing else does. Every rule for every way in
// which a credential of a session can be presented. Restarts, races and two nodes are in sessions-race.test.ts.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import {
  type AttackDoor,
  assertRefused,
  carry,
  cookieDoors,
  cookieOf,
  doors,
  eventsDuring,
  type Headers,
  inject,
  liveCookies,
  signIn,
  signOutRequest,
  sql,
  trySignIn,
  ways,
  who,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'eleven doors and no window'
let house: TestHouse
let counted = 0

before(async () => {
  house = await openTestHouse()
})

after(() => house.close())

async function somebody(): Promise<{ id: number; name: string }> {
  counted += 1
  const name = `someone-${counted}`
  return { id: (await house.addPerson(name, password)).id, name }
}

const signOut = (door: AttackDoor, headers: Headers) => inject(house, signOutRequest(door, headers))

const endings: readonly {
  readonly how: string
  readonly end: (person: { id: number; name: string }) => Promise<unknown>
  readonly back: number
}[] = [
  {
    how: 'a new password',
    back: 200,
    end: ({ name }) => house.house.core.people.resetPassword(name, new Secret(password), byCommand),
  },
  { how: 'disabling', back: 0, end: ({ name }) => house.house.core.people.disable(name, byCommand) },
  {
    how: 'disabling and enabling again',
    back: 200,
    end: async ({ name }) => {
      await house.house.core.people.disable(name, byCommand)
      await house.house.core.people.enable(name, byCommand)
    },
  },
  {
    how: 'a raised epoch',
    back: 200,
    end: async ({ id }) => sql(house, `update persons set epoch = epoch + 1 where id = ${id}`),
  },
  {
    how: 'its end on the server, whatever Max-Age a client keeps',
    back: 200,
    end: async ({ id }) => sql(house, `update sessions set ends_at = 1 where person_id = ${id}`),
  },
  {
    how: 'idleness',
    back: 200,
    end: async ({ id }) => sql(house, `update sessions set idle = 1, seen_at = 1 where person_id = ${id}`),
  },
  {
    how: 'the end of its tokens',
    back: 200,
    end: async ({ id }) => sql(house, `update tokens set expires_at = 1 where person_id = ${id}`),
  },
  {
    how: 'the deletion of the person',
    back: 0,
    end: async ({ id }) => sql(house, `delete from persons where id = ${id}`),
  },
]

for (const { door, way, headers } of ways) {
  for (const { how, end, back } of endings) {
    test(`${door.name} by ${way}: nothing lives after ${how} [S07] [S10] [S16]`, async () => {
      const person = await somebody()
      const session = await signIn(house, door, person.name, password)
      assert.equal(await who(house, door, headers(session)), 200)
      await end(person)
      await assertRefused(house, door.deadToken, 'token.invalid', () =>
        house.app.inject({ url: door.whoPath, headers: { ...headers(session) } }),
      )
      const again = await trySignIn(house, door, person.name, password)
      assert.equal(again.statusCode, back === 200 ? door.signedIn : door.wrong.status)
      assert.equal(await who(house, door, headers(session)), 401)
    })
  }

  test(`${door.name} by ${way}: nothing lives while its account is closed, and the rest of the house does [S07]`, async () => {
    const person = await somebody()
    const session = await signIn(house, door, person.name, password)
    sql(house, `update accounts set is_active = 0 where identifier = 'default'`)
    assert.equal(await who(house, door, headers(session)), 401)
    sql(house, `update accounts set is_active = 1 where identifier = 'default'`)
    assert.equal(await who(house, door, headers(session)), 200)
  })

  test(`${door.name} by ${way}: signing out is answered ${door.signedOut}, ends the whole session, and no other one [S05] [S06]`, async () => {
    const person = await somebody()
    const [mine, other] = [
      await signIn(house, door, person.name, password),
      await signIn(house, door, person.name, password),
    ]
    assert.notDeepEqual(Object.values(headers(mine)), Object.values(headers(other)))
    const { answer, events } = await eventsDuring(house, () => signOut(door, headers(mine)))
    assert.deepEqual([answer.statusCode, answer.body, events], [door.signedOut, '', ['auth.logout']])
    assert.deepEqual(liveCookies(answer), [])
    for (const one of door.ways) {
      assert.equal(await who(house, door, one.headers(mine)), 401, one.way)
      assert.equal(await who(house, door, one.headers(other)), 200, one.way)
    }
    const second = await eventsDuring(house, () => signOut(door, headers(mine)))
    const { status, events: again } = door.signedOutDead
    assert.deepEqual([second.answer.statusCode, second.events], [status, [...again]])
    assert.equal(await who(house, door, headers(other)), 200)
  })

  test(`${door.name} by ${way}: a token from before a new password dies in the very second of one after it that lives [S08]`, async () => {
    const person = await somebody()
    const older = await signIn(house, door, person.name, password)
    await house.house.core.people.resetPassword(person.name, new Secret(`${password} anew`), byCommand)
    const newer = await signIn(house, door, person.name, `${password} anew`)
    assert.equal(await who(house, door, headers(older)), 401)
    assert.equal(await who(house, door, headers(newer)), 200)
  })
}

for (const door of cookieDoors) {
  const cookie = (...values: readonly (string | undefined)[]): Headers => ({
    cookie: values.map((value) => `${door.cookie}=${value}`).join('; '),
  })

  test(`${door.name} gives a new session at every sign-in and ends the one whose cookie came along [S02]`, async () => {
    const person = await somebody()
    const planted = 'planted-by-an-attacker-0123456789abcdefghijk'
    const first = await signIn(house, door, person.name, password, { headers: cookie(planted) })
    assert.notEqual(first.cookie, planted)
    assert.equal(await who(house, door, cookie(planted)), 401)
    const attackers = await signIn(house, door, (await somebody()).name, password)
    const mine = await signIn(house, door, person.name, password, { headers: cookie(attackers.cookie) })
    assert.notEqual(mine.cookie, attackers.cookie)
    assert.equal(await who(house, door, cookie(attackers.cookie)), 401)
    assert.equal(await who(house, door, cookie(mine.cookie)), 200)
    for (const query of [`sid=${mine.cookie}`, `${door.cookie}=${mine.cookie}`, `token=${mine.cookie}`]) {
      assert.equal((await house.app.inject({ url: `${door.whoPath}?${query}` })).statusCode, 401)
    }
  })

  test(`${door.name}: a sign-in that fails ends nobody's session [S02]`, async () => {
    const person = await somebody()
    const mine = await signIn(house, door, person.name, password)
    await assertRefused(house, door.wrong, 'auth.login.failure', () =>
      trySignIn(house, door, person.name, 'wrong', { headers: cookie(mine.cookie) }),
    )
    assert.equal(await who(house, door, cookie(mine.cookie)), 200)
  })

  for (const garbage of [
    '',
    ' ',
    '%',
    '%00',
    'x',
    '""',
    '"quoted"',
    'a b',
    '=',
    '==',
    'e30.e30.e30',
    'null',
    'undefined',
    '[object Object]',
    '../../etc/passwd',
    "' OR 1=1--",
    '"; drop table tokens;--',
    '%',
    '_',
    '\\',
    'x'.repeat(5000),
    'é',
    '\u0001',
    '0',
    '-1',
    '1; Path=/',
  ]) {
    test(`${door.name} lets nobody in for the cookie ${JSON.stringify(garbage.slice(0, 30))}, and signs out with it [S14] [S01]`, async () => {
      const answer = await house.app.inject({ url: door.whoPath, headers: cookie(garbage) })
      assert.equal(answer.statusCode, 401)
      assert.equal((await signOut(door, cookie(garbage))).statusCode, 204)
      const person = await somebody()
      const session = await signIn(house, door, person.name, password, { headers: cookie(garbage) })
      assert.equal(await who(house, door, cookie(session.cookie)), 200)
    })
  }

  const variants: readonly {
    readonly what: string
    readonly header: (value: string) => string
    readonly status: number
  }[] = [
    { what: 'a name in capitals', header: (value) => `${door.cookie.toUpperCase()}=${value}`, status: 401 },
    { what: 'a name with a prefix', header: (value) => `__Host-${door.cookie}=${value}`, status: 401 },
    { what: 'a nameless cookie', header: (value) => `=${door.cookie}=${value}`, status: 401 },
    { what: 'a comma', header: (value) => `x=1, ${door.cookie}=${value}`, status: 401 },
    { what: 'one character too many', header: (value) => `${door.cookie}=${value}x`, status: 401 },
    { what: 'one character too few', header: (value) => `${door.cookie}=${value.slice(0, -1)}`, status: 401 },
    { what: 'another case', header: (value) => `${door.cookie}=${value.toUpperCase()}`, status: 401 },
    { what: 'padding', header: (value) => `${door.cookie}=${value}=`, status: 401 },
    {
      what: 'a planted second one first',
      header: (value) => `${door.cookie}=planted; ${door.cookie}=${value}`,
      status: 200,
    },
    {
      what: 'a planted second one last',
      header: (value) => `${door.cookie}=${value}; ${door.cookie}=planted`,
      status: 200,
    },
    {
      what: 'attributes pasted along',
      header: (value) => `${door.cookie}=${value}; Path=/; HttpOnly; SameSite=Lax`,
      status: 200,
    },
    { what: 'no space between', header: (value) => `a=b;${door.cookie}=${value};c=d`, status: 200 },
  ]
  for (const { what, header, status } of variants) {
    test(`${door.name} answers ${status} to a live cookie with ${what} [S14]`, async () => {
      const session = await signIn(house, door, (await somebody()).name, password)
      assert.equal(await who(house, door, { cookie: header(cookieOf(session)) }), status)
      assert.equal(await who(house, door, cookie(session.cookie)), 200)
    })
  }

  test(`${door.name} ends every session presented, however many cookies of the name were planted around it [S05]`, async () => {
    const person = await somebody()
    const mine = await signIn(house, door, person.name, password)
    const other = await signIn(house, door, (await somebody()).name, password)
    const planted = Array.from({ length: 20 }, (_, at) => `planted-${at}`)
    const all = cookie(...planted, mine.cookie, ...planted.map((value) => `${value}x`), other.cookie)
    assert.equal((await signOut(door, all)).statusCode, 204)
    assert.equal(await who(house, door, cookie(mine.cookie)), 401)
    assert.equal(await who(house, door, cookie(other.cookie)), 401)
  })

  test(`${door.name} keeps planted cookies from signing anybody out: the live one among them decides [S14]`, async () => {
    const mine = await signIn(house, door, (await somebody()).name, password)
    const planted = Array.from({ length: 20 }, (_, at) => `planted-${at}`)
    assert.equal(await who(house, door, cookie(...planted, mine.cookie)), 200)
    const other = await signIn(house, door, (await somebody()).name, password)
    await assertRefused(house, door.twoPeople, 'input.rejected', () =>
      house.app.inject({ url: door.whoPath, headers: { ...cookie(mine.cookie, other.cookie) } }),
    )
  })
}

for (const door of doors) {
  test(`${door.name} refuses the credentials of one door at another, in whatever place [S13]`, async () => {
    const person = await somebody()
    const session = await signIn(house, door, person.name, password)
    const values = Object.values(session).filter((value) => value !== undefined)
    assert.ok(values.length > 0)
    for (const other of doors.filter(({ dialect }) => dialect !== door.dialect)) {
      for (const value of values) {
        for (const headers of [
          { cookie: `${other.cookie ?? door.cookie}=${value}` },
          { authorization: `Bearer ${value}` },
          { authorization: value },
          { 'x-api-key': value },
        ]) {
          assert.equal(await who(house, other, headers), 401)
        }
        assert.equal((await inject(house, other.tokens.use(value))).statusCode, 401)
      }
    }
    assert.equal(await who(house, door, carry(door, session)), 200)
  })
}
