// Group K, at every door: an API token is a hash in the database; it dies with its expiry and its person, and with
// nothing else. Lists, deletions and what tokens make are in api-tokens-lists.test.ts.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import {
  assertRefused,
  carryWrite,
  doors,
  inject,
  makeToken,
  signIn,
  signOutRequest,
  sql,
  useToken,
  who,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'salt wind in the rigging'
let house: TestHouse
let counted = 0

before(async () => {
  house = await openTestHouse()
})

after(() => house.close())

/** Every letter in capitals; where they are, in small ones. */
function otherCase(token: string): string {
  const upper = token.toUpperCase()
  return upper === token ? token.toLowerCase() : upper
}

async function owner(door: (typeof doors)[number], more: { isOperator?: boolean } = {}) {
  counted += 1
  const name = `owner-${counted}`
  const { id } = await house.addPerson(name, password, more)
  const session = await signIn(house, door, name, password)
  return { id, name, session, headers: carryWrite(door, session) }
}

for (const door of doors) {
  const kind = door.tokens

  test(`${door.name}: the database holds a SHA-256 and nothing that signs in [K01]`, async () => {
    const person = await owner(door)
    const token = await makeToken(house, door, person.session, person.id, password)
    assert.equal(await useToken(house, door, token), 200)
    assert.ok(kind.bytesOf(token).length >= 32)
    const [row] = sql(house, `select * from tokens where person_id = ${person.id} and kind = 'api'`)
    assert.equal(row?.['hash'], hash('sha256', kind.canonical(token), 'base64url'))
    const dump = JSON.stringify(
      ['tokens', 'sessions', 'persons', 'audit', 'throttle'].map((table) => sql(house, `select * from ${table}`)),
    )
    const secrets = [token, token.slice(8), kind.canonical(token), ...Object.values(person.session)]
    for (const secret of secrets) {
      if (secret !== undefined) assert.ok(!dump.includes(secret))
    }
    for (const value of [String(row?.['hash']), String(row?.['shown']), String(row?.['id'])]) {
      assert.equal(await useToken(house, door, value), 401)
    }
  })

  const deaths: readonly (readonly [string, (person: { id: number; name: string }) => Promise<unknown>])[] = [
    [
      'its expiry',
      async ({ id }) => sql(house, `update tokens set expires_at = 1 where person_id = ${id} and kind = 'api'`),
    ],
    ['disabling', ({ name }) => house.house.core.people.disable(name, byCommand)],
    [
      'disabling and enabling again',
      async ({ name }) => {
        await house.house.core.people.disable(name, byCommand)
        await house.house.core.people.enable(name, byCommand)
      },
    ],
    ['the deletion of its person', async ({ id }) => sql(house, `delete from persons where id = ${id}`)],
    ['a raised epoch', async ({ id }) => sql(house, `update persons set epoch = epoch + 1 where id = ${id}`)],
  ]
  for (const [how, die] of deaths) {
    test(`${door.name}: the next request after ${how} is refused [K05] [K09]`, async () => {
      const person = await owner(door)
      const token = await makeToken(house, door, person.session, person.id, password)
      assert.equal(await useToken(house, door, token), 200)
      await die(person)
      await assertRefused(house, kind.dead, kind.deadEvent, () => inject(house, kind.use(token)))
    })
  }

  test(`${door.name}: a token outlives its session, a sign-out with it, and a new password [K05]`, async () => {
    const person = await owner(door)
    const token = await makeToken(house, door, person.session, person.id, password)
    // Presented with the session, too, where that does not mean the token's own end.
    const presented = kind.endsAtSignOut === true ? {} : kind.headers?.(token)
    const headers = { ...person.headers, ...presented }
    const out = await inject(house, signOutRequest(door, headers))
    assert.equal(out.statusCode, door.signedOut)
    await house.house.core.people.resetPassword(person.name, new Secret(`${password} anew`), byCommand)
    assert.equal(await useToken(house, door, token), 200)
    assert.equal(await who(house, door, person.headers), 401)
  })

  test(`${door.name}: 250 creations at once make exactly as many tokens as there may be [K08]`, async () => {
    const person = await owner(door)
    const first = await makeToken(house, door, person.session, person.id, password)
    // Past the password that Portainer asks for, which has a throttle of its own: core is asked as a door asks it.
    const { tokens } = house.house.core
    const { Secret: Wrapped } = await import('../../src/lib/secret.ts')
    const client = { dialect: door.dialect, address: '127.0.0.1', agent: 'race', requestId: 'race' } as const
    const { cookie, jwt } = person.session
    const presented = [{ secret: new Wrapped(cookie ?? String(jwt)), kinds: ['cookie' as const, 'access' as const] }]
    const by = await tokens.authenticate(presented, client)
    const made = await Promise.allSettled(
      Array.from({ length: 250 }, () => tokens.issueApi(by, { name: 'race', dialect: door.dialect }, client)),
    )
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 199)
    const refused = made.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))
    assert.deepEqual([...new Set(refused)], ['conflict'])
    assert.equal(
      sql(house, `select count(*) as live from tokens where person_id = ${person.id} and kind = 'api'`)[0]?.['live'],
      200,
    )
    assert.equal(await useToken(house, door, first), 200)
  })

  const variants: readonly (readonly [string, (token: string) => string, number])[] = [
    ['one character less', (token) => token.slice(0, -2), 401],
    ['one character more', (token) => `${token}x`, 401],
    ['its prefix alone', (token) => token.slice(0, 8), 401],
    ['another case', otherCase, kind.hasCase ? 401 : 200],
    ['itself', (token) => token, 200],
  ]
  for (const [what, change, status] of variants) {
    test(`${door.name}: a token as ${what} is ${status} [J11]`, async () => {
      const person = await owner(door)
      const token = await makeToken(house, door, person.session, person.id, password)
      assert.equal(await useToken(house, door, change(token)), status)
    })
  }
}
