// Group K, API tokens where they are listed, deleted and made by one another: a list shows a prefix, deleting takes
// one's own and no pattern, and what mints does not mint beyond itself. What holds at every door is in
// api-tokens.test.ts.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { carryWrite, doorOf, doors, makeToken, signIn, sql, useToken, who, wireOf } from '../_kit/attack-doors.ts'
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
  return { id, name, session, headers: carryWrite(door, session) }
}

for (const door of doors) {
  const { list } = door.tokens
  if (list === undefined) {
    test(`${door.name} lists no token and deletes none, and the one it made is told once [K02] [K07] [S15]`, async () => {
      const person = await owner(door)
      const token = await makeToken(house, door, person.session, person.id, password)
      const { path } = door.tokens.make(person.id, password)
      for (const method of ['GET', 'DELETE'] as const) {
        for (const [url, status] of [
          [path, 405],
          [`${path}/${token}`, 404],
          [`${path}/1`, 404],
        ] as const) {
          const answer = await house.app.inject({ method, url, headers: person.headers })
          assert.equal(answer.statusCode, status)
          assert.ok(!answer.body.includes(token.slice(0, 8)))
        }
      }
      const me = await house.app.inject({ url: door.whoPath, headers: person.headers })
      assert.equal(me.statusCode, 200)
      assert.ok(!/token|key|hash|secret|password/i.test(me.body))
      assert.equal(await useToken(house, door, token), 200)
    })
    continue
  }

  test(`${door.name}: lists show a prefix, and the whole token stands in the one answer that makes it [K02] [S15]`, async () => {
    const person = await owner(door)
    const token = await makeToken(house, door, person.session, person.id, password)
    const shown = await house.app.inject({ url: list.path(person.id), headers: person.headers })
    assert.equal(shown.statusCode, 200)
    assert.ok(shown.body.includes(token.slice(0, list.shown)))
    assert.ok(!shown.body.includes(token.slice(8, 20)))
    assert.ok(!/hash|secret|digest|password/i.test(shown.body))
  })

  test(`${door.name}: deleting kills at once, once, and only one's own [K05] [K07]`, async () => {
    const [person, other] = [await owner(door), await owner(door)]
    const mine = await makeToken(house, door, person.session, person.id, password)
    const theirs = await makeToken(house, door, other.session, other.id, password)
    const rowOf = (token: string) =>
      sql(house, `select id from tokens where hash = '${hash('sha256', token, 'base64url')}'`)[0]?.['id']
    const idOf = (token: string) => list.idOf(token, rowOf(token))
    const remove = (owner: number, token: string) =>
      house.app.inject({ method: 'DELETE', url: `${list.path(owner)}/${token}`, headers: person.headers })
    const asMissing = await remove(person.id, list.missing)
    const asForeign = await remove(person.id, idOf(theirs))
    assert.deepEqual(wireOf(asForeign), wireOf(asMissing))
    assert.equal(asMissing.statusCode, list.deletedMissing)
    assert.equal(await useToken(house, door, theirs), 200)
    const mineId = idOf(mine)
    assert.equal((await remove(person.id, mineId)).statusCode, 204)
    assert.equal(await useToken(house, door, mine), 401)
    assert.equal((await remove(person.id, mineId)).statusCode, asMissing.statusCode)
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
        url: `${list.path(person.id)}/${encodeURI(near)}`,
        headers: person.headers,
      })
      assert.ok([204, 400, 404].includes(answer.statusCode), `${answer.statusCode}`)
      assert.equal(await useToken(house, door, token), 200)
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
