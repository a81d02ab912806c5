// Group J: no signature, header or claim of a JWT ever lets anybody in: only the row of a token that was issued and
// lives does. So even what our own key signed, and what differs from a live JWT by one byte, is a dead token. Where a
// JWT may stand, and how it is written there, is in jwt-places.test.ts.
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import {
  assertRefused,
  doorOf,
  doors,
  type Headers,
  type SignedIn,
  signIn,
  sql,
  who,
  wireOf,
} from '../_kit/attack-doors.ts'
import { type Forgery, forgeries, forgeryOf } from '../_kit/forged-jwts.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'nine keys on a brass ring'
let house: TestHouse
let listener: Server
let connections = 0

before(async () => {
  house = await openTestHouse()
  await house.addPerson('keyring', password, { isOperator: true })
  listener = createServer((_request, answer) => answer.end('{"keys":[]}'))
  listener.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
})

after(async () => {
  listener.close()
  await house.close()
})

for (const door of doors.filter(({ hasJwts }) => hasJwts === true)) {
  describe(door.name, () => {
    let session: SignedIn
    let from: Forgery
    before(async () => {
      session = await signIn(house, door, 'keyring', password)
      from = await forgeryOf(house, session, `http://127.0.0.1:${(listener.address() as AddressInfo).port}/keys`)
    })

    for (const [id, what, forge] of forgeries(door)) {
      test(`${door.name}: a JWT with ${what} is a dead token, as bearer, bare, cookie and key [${id}]`, async () => {
        const token = await forge(from)
        assert.notEqual(token, from.jwt)
        const cookies = [door.cookie ?? 'access_token', 'session', 'semaphore']
        const places: readonly Headers[] = [
          { authorization: `Bearer ${token}` },
          { authorization: token },
          ...cookies.map((name) => ({ cookie: `${name}=${token}` })).slice(0, door.cookie === undefined ? 3 : 1),
          { 'x-api-key': token },
        ]
        const began = performance.now()
        for (const headers of places) {
          const answer = await house.app.inject({ url: door.whoPath, headers: { ...headers } })
          assert.deepEqual(wireOf(answer), { ...door.deadToken })
        }
        assert.ok(performance.now() - began < 500)
        assert.equal(await who(house, door, { authorization: `Bearer ${from.jwt}` }), 200)
        assert.equal(connections, 0)
      })
    }

    test(`${door.name}: the published keys are public halves of ES256 keys and nothing more [9.1.2]`, async () => {
      const { keys } = (await house.app.inject({ url: '/.well-known/jwks.json' })).json<{
        keys: Record<string, unknown>[]
      }>()
      assert.ok(keys.length >= 1)
      for (const key of keys) assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
      const { header, publicJwk } = from
      assert.deepEqual([header['alg'], header['typ'], header['kid']], ['ES256', 'at+jwt', publicJwk['kid']])
      assert.deepEqual(Object.keys(header).sort(), ['alg', 'kid', 'typ'])
    })

    test(`${door.name}: a dead token leaves one audit event; 200 of one minute leave 120 and their exact number [J01]`, async () => {
      const fresh = await openTestHouse()
      try {
        const dead = () => fresh.app.inject({ url: door.whoPath, headers: { authorization: 'Bearer dead' } })
        await assertRefused(fresh, door.deadToken, 'token.invalid', dead)
        for (let turn = 1; turn < 200; turn += 1) await dead()
        await fresh.house.core.audits.flush(true)
        const rows = sql(fresh, `select body from audit where event = 'token.invalid' order by seq`)
        assert.equal(rows.length, 121)
        assert.equal((JSON.parse(String(rows.at(-1)?.['body'])) as { count?: number }).count, 80)
      } finally {
        await fresh.close()
      }
    })
  })
}

test('what a JWT says of its bearer is not believed at ExtremeCloudIQ: roles, name and person are those of now [J14] [J18]', async () => {
  const door = doorOf('extremecloudiq')
  const { id } = await house.addPerson('demoted', password)
  const session = await signIn(house, door, 'demoted', password)
  const headers = { authorization: `Bearer ${session.jwt}` }
  const claims = JSON.parse(Buffer.from(String(session.jwt).split('.')[1] ?? '', 'base64url').toString()) as object
  assert.ok('role' in claims && claims.role === 'Operator')
  const look = async () => {
    const me = await house.app.inject({ url: door.whoPath, headers })
    const info = await house.app.inject({ url: '/extremecloudiq/auth/apitoken/info', headers })
    return [
      me.json<{ user_role: string }>().user_role,
      info.json<{ role: string }>().role,
      me.json<{ id: number }>().id,
    ]
  }
  assert.deepEqual(await look(), ['OPERATOR', 'Operator', id])
  sql(house, `update memberships set role = 'read-only' where person_id = ${id}`)
  assert.deepEqual(await look(), ['MONITOR', 'Monitor', id])
  sql(house, `update memberships set role = 'owner' where person_id = ${id}`)
  assert.deepEqual(await look(), ['ADMINISTRATOR', 'Administrator', id])
  sql(house, `delete from memberships where person_id = ${id}`)
  assert.ok([401, 403].includes(await who(house, door, headers)))
})

test('what a JWT says of its bearer is not believed at Portainer: a demoted operator is none at once [J14] [J18]', async () => {
  const door = doorOf('portainer')
  const session = await signIn(house, door, 'keyring', password)
  const other = await house.addPerson('ordinary', password)
  const headers = { authorization: `Bearer ${session.jwt}` }
  const look = () => house.app.inject({ url: `/portainer/api/users/${other.id}/tokens`, headers })
  assert.equal((await look()).statusCode, 200)
  sql(house, `update persons set is_operator = 0 where username = 'keyring'`)
  await assertRefused(
    house,
    { status: 403, body: '{"message":"Access denied","details":"Unauthorized"}' },
    'authz.denied',
    look,
  )
  assert.equal((await house.app.inject({ url: door.whoPath, headers })).json<{ Role: number }>().Role, 2)
  sql(house, `update persons set is_operator = 1 where username = 'keyring'`)
  assert.equal((await look()).statusCode, 200)
})
