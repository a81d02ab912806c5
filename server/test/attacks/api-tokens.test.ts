// Group K: an API token is a hash in the database and a prefix in a list; it dies with its deletion, its parent and
// its person, does what its door lets it do and nothing of a present person's.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import { apiTokens, assertRefused, doorOf, doors, makeToken, signIn, sql, who } from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'salt wind in the rigging'
let house: TestHouse
let counted = 0

before(async () => {
  house = await openTestHouse()
})

after(() => house.close())

async function owner(door: (typeof doors)[number], more: { isOperator?: boolean } = {}) {
  counted += 1
  const name = `owner-${counted}`
  const { id } = await house.addPerson(name, password, more)
  const session = await signIn(house, door, name, password)
  return { id, name, session, headers: { cookie: `${door.cookie}=${session.cookie}` } }
}

for (const door of doors) {
  const kind = apiTokens[door.name]

  test(`${door.name}: the database holds a SHA-256 and nothing that signs in [K01]`, async () => {
    const person = await owner(door)
    const token = await makeToken(house, door, person.session, person.id, password)
    assert.equal(await who(house, door, kind.headers(token)), 200)
    assert.ok(Buffer.from(token.replace(/^ptr_/, ''), 'base64').length >= 32)
    const [row] = sql(house, `select * from tokens where person_id = ${person.id} and kind = 'api'`)
    assert.equal(row?.['hash'], hash('sha256', token, 'base64url'))
    const dump = JSON.stringify(
      ['tokens', 'sessions', 'persons', 'audit', 'throttle'].map((table) => sql(house, `select * from ${table}`)),
    )
    for (const secret of [token, token.slice(8), person.session.cookie, person.session.jwt ?? person.session.cookie]) {
      assert.ok(!dump.includes(secret))
    }
    for (const value of [String(row?.['hash']), String(row?.['shown']), String(row?.['id'])]) {
      assert.equal(await who(house, door, kind.headers(value)), 401)
    }
  })

  test(`${door.name}: lists show a prefix, and the whole token stands in the one answer that makes it [K02] [S15]`, async () => {
    const person = await owner(door)
    const token = await makeToken(house, door, person.session, person.id, password)
    const list = await house.app.inject({ url: kind.path(person.id), headers: person.headers })
    assert.equal(list.statusCode, 200)
    assert.ok(list.body.includes(token.slice(0, door.name === 'portainer' ? 7 : 8)))
    assert.ok(!list.body.includes(token.slice(8, 20)))
    assert.ok(!/hash|secret|digest|password/i.test(list.body))
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
      assert.equal(await who(house, door, kind.headers(token)), 200)
      await die(person)
      await assertRefused(house, door.deadToken, 'token.invalid', () =>
        house.app.inject({ url: door.whoPath, headers: { ...kind.headers(token) } }),
      )
    })
  }

  test(`${door.name}: a token outlives its session, a sign-out with it, and a new password [K05]`, async () => {
    const person = await owner(door)
    const token = await makeToken(house, door, person.session, person.id, password)
    const headers = { ...person.headers, ...kind.headers(token) }
    assert.equal((await house.app.inject({ method: 'POST', url: door.signOutPath, headers })).statusCode, 204)
    await house.house.core.people.resetPassword(person.name, new Secret(`${password} anew`), byCommand)
    assert.equal(await who(house, door, kind.headers(token)), 200)
    assert.equal(await who(house, door, person.headers), 401)
  })

  test(`${door.name}: deleting kills at once, once, and only one's own [K05] [K07]`, async () => {
    const [person, other] = [await owner(door), await owner(door)]
    const mine = await makeToken(house, door, person.session, person.id, password)
    const theirs = await makeToken(house, door, other.session, other.id, password)
    const idOf = (token: string, id: number) =>
      door.name === 'portainer'
        ? sql(
            house,
            `select id from tokens where hash = '${hash('sha256', token, 'base64url')}' and person_id = ${id}`,
          )[0]?.['id']
        : token.slice(0, 8)
    const remove = (owner: number, token: unknown) =>
      house.app.inject({ method: 'DELETE', url: `${kind.path(owner)}/${token}`, headers: person.headers })
    const missing = door.name === 'portainer' ? 999_999 : 'zzzzzzzz'
    const asMissing = await remove(person.id, missing)
    const asForeign = await remove(person.id, idOf(theirs, other.id))
    assert.deepEqual([asForeign.statusCode, asForeign.body], [asMissing.statusCode, asMissing.body])
    assert.equal(asMissing.statusCode, door.name === 'portainer' ? 404 : 204)
    assert.equal(await who(house, door, kind.headers(theirs)), 200)
    const mineId = idOf(mine, person.id)
    assert.equal((await remove(person.id, mineId)).statusCode, 204)
    assert.equal(await who(house, door, kind.headers(mine)), 401)
    assert.equal((await remove(person.id, mineId)).statusCode, asMissing.statusCode)
  })

  test(`${door.name}: 250 creations at once make exactly as many tokens as there may be [K08]`, async () => {
    const person = await owner(door)
    const first = await makeToken(house, door, person.session, person.id, password)
    // Past the password that Portainer asks for, which has a throttle of its own: core is asked as a door asks it.
    const { tokens } = house.house.core
    const { Secret: Wrapped } = await import('../../src/lib/secret.ts')
    const client = { dialect: door.name, address: '127.0.0.1', agent: 'race', requestId: 'race' } as const
    const presented = [{ secret: new Wrapped(person.session.cookie), kinds: ['cookie' as const] }]
    const by = await tokens.authenticate(presented, client)
    const made = await Promise.allSettled(
      Array.from({ length: 250 }, () => tokens.issueApi(by, { name: 'race' }, client)),
    )
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 199)
    const refused = made.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))
    assert.deepEqual([...new Set(refused)], ['conflict'])
    assert.equal(
      sql(house, `select count(*) as live from tokens where person_id = ${person.id} and kind = 'api'`)[0]?.['live'],
      200,
    )
    assert.equal(await who(house, door, kind.headers(first)), 200)
  })

  for (const near of [
    'x',
    '%',
    '_',
    '________',
    '%25%25%25%25%25%25%25%25',
    '........',
    "' or 1=1 --",
    '00000000',
    '-1',
    '1e3',
    '0x1',
    '%00',
    '1%00',
  ]) {
    test(`${door.name}: ${JSON.stringify(near)} is no pattern and deletes nothing [S01]`, async () => {
      const person = await owner(door)
      const token = await makeToken(house, door, person.session, person.id, password)
      const answer = await house.app.inject({
        method: 'DELETE',
        url: `${kind.path(person.id)}/${encodeURI(near)}`,
        headers: person.headers,
      })
      assert.ok([204, 400, 404].includes(answer.statusCode), `${answer.statusCode}`)
      assert.equal(await who(house, door, kind.headers(token)), 200)
    })
  }

  const variants: readonly (readonly [string, (token: string) => string, number])[] = [
    ['one character less', (token) => token.slice(0, -2), 401],
    ['one character more', (token) => `${token}x`, 401],
    ['its prefix alone', (token) => token.slice(0, 8), 401],
    ['another case', (token) => token.toUpperCase(), door.name === 'semaphore' ? 200 : 401],
    ['itself', (token) => token, 200],
  ]
  for (const [what, change, status] of variants) {
    test(`${door.name}: a token as ${what} is ${status} [J11]`, async () => {
      const person = await owner(door)
      const token = await makeToken(house, door, person.session, person.id, password)
      assert.equal(await who(house, door, kind.headers(change(token))), status)
    })
  }
}

test('a Portainer API key makes no key, shows no password and harms no counter, with the right password or a wrong one [K06]', async () => {
  const door = doorOf('portainer')
  const person = await owner(door)
  const key = await makeToken(house, door, person.session, person.id, password)
  const bodies = new Set<string>()
  for (let turn = 0; turn < 8; turn += 1) {
    const payload = { password: turn === 0 ? password : 'wrong', description: 'x' }
    const ask = () =>
      house.app.inject({
        method: 'POST',
        url: `/portainer/api/users/${person.id}/tokens`,
        headers: { 'x-api-key': key },
        payload,
      })
    const answer = await ask()
    bodies.add(`${answer.statusCode} ${answer.body}`)
  }
  assert.deepEqual([...bodies], ['403 {"message":"Access denied","details":"Unauthorized"}'])
  await signIn(house, door, person.name, password)
})

test('a Semaphore token makes tokens that never outlive it, and they are gone with it [K06]', async () => {
  const door = doorOf('semaphore')
  const person = await owner(door)
  const make = async (headers: Record<string, string>, payload: object) => {
    const answer = await house.app.inject({ method: 'POST', url: '/semaphore/api/user/tokens', headers, payload })
    assert.equal(answer.statusCode, 201)
    return answer.json<{ id: string; expires_at?: string }>()
  }
  const parent = await make(person.headers, { expires_at: new Date(Date.now() + 60_000).toISOString() })
  const asParent = { authorization: `Bearer ${parent.id}` }
  const child = await make(asParent, { expires_at: '2099-01-01T00:00:00Z' })
  const grandchild = await make({ authorization: `Bearer ${child.id}` }, {})
  assert.equal(child.expires_at, parent.expires_at)
  assert.equal(grandchild.expires_at, parent.expires_at)
  assert.equal(await who(house, door, { authorization: `Bearer ${grandchild.id}` }), 200)
  const removed = await house.app.inject({
    method: 'DELETE',
    url: `/semaphore/api/user/tokens/${encodeURIComponent(parent.id)}`,
    headers: asParent,
  })
  assert.equal(removed.statusCode, 204)
  for (const { id } of [parent, child, grandchild])
    assert.equal(await who(house, door, { authorization: `Bearer ${id}` }), 401)
  const late = await house.app.inject({
    method: 'POST',
    url: '/semaphore/api/user/tokens',
    headers: asParent,
    payload: {},
  })
  assert.equal(late.statusCode, 401)
})

test('nobody makes, lists or deletes keys of somebody else but an operator, who makes none and touches no operator [8.2]', async () => {
  const door = doorOf('portainer')
  const [person, other, operator, second] = [
    await owner(door),
    await owner(door),
    await owner(door, { isOperator: true }),
    await owner(door, { isOperator: true }),
  ]
  await makeToken(house, door, other.session, other.id, password)
  const ask = async (method: 'GET' | 'POST' | 'DELETE', by: { headers: Record<string, string> }, of: number) => {
    const url = `/portainer/api/users/${of}/tokens${method === 'DELETE' ? '/999999' : ''}`
    const payload = method === 'POST' ? { payload: { password, description: 'x' } } : {}
    return (await house.app.inject({ method, url, headers: by.headers, ...payload })).statusCode
  }
  assert.deepEqual(
    [await ask('GET', person, other.id), await ask('POST', person, other.id), await ask('DELETE', person, other.id)],
    [403, 403, 403],
  )
  assert.deepEqual(
    [
      await ask('GET', operator, other.id),
      await ask('POST', operator, other.id),
      await ask('DELETE', operator, other.id),
    ],
    [200, 403, 404],
  )
  assert.deepEqual([await ask('GET', operator, second.id), await ask('DELETE', operator, second.id)], [403, 403])
  assert.deepEqual([await ask('GET', other, other.id), await ask('GET', operator, operator.id)], [200, 200])
})
