// Groups C and B10: a body means one thing or nothing. Whatever JavaScript, JSON.parse or the framework would make
// of these, each door answers with its plain 400 (or 422), 413 or 415, hands out nothing, and goes on signing people in.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  type AttackDoor,
  assertRefused,
  carry,
  carryWrite,
  doors,
  sessionOf,
  signIn,
  sql,
  useToken,
  wireOf,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'five letters on the table'
let house: TestHouse

before(async () => {
  house = await openTestHouse()
  await house.addPerson('reader', password)
})

after(() => house.close())

function send(door: AttackDoor, payload: string | Buffer, headers: Record<string, string> = {}) {
  const all = { 'content-type': 'application/json', ...door.fromOwnPage, ...headers }
  return house.app.inject({ method: 'POST', url: door.signInPath, headers: all, payload })
}

/** A right body with the door's own name for the name, and `more` after it. */
const right = (door: AttackDoor, more = ''): string =>
  `${JSON.stringify({ [door.nameField]: 'reader', password, ...door.signInMore }).slice(0, -1)}${more}}`

interface Unreadable {
  readonly id: string
  readonly why: string
  readonly body: (door: AttackDoor) => string | Buffer
  /** It is JSON, and this of it is of another type; absent where it is none, or means two things. */
  readonly wrongType?: 'username' | 'password' | 'body'
}

const unreadable: readonly Unreadable[] = [
  {
    id: 'C01',
    why: 'a list for a name',
    wrongType: 'username',
    body: ({ nameField }) => `{"${nameField}":["reader"],"password":"${password}"}`,
  },
  {
    id: 'C01',
    why: 'a list for a password',
    wrongType: 'password',
    body: ({ nameField }) => `{"${nameField}":"reader","password":["${password}"]}`,
  },
  {
    id: 'C01',
    why: 'an operator for a password',
    wrongType: 'password',
    body: ({ nameField }) => `{"${nameField}":"reader","password":{"$gt":""}}`,
  },
  {
    id: 'C01',
    why: 'an operator for a name',
    wrongType: 'username',
    body: ({ nameField }) => `{"${nameField}":{"$ne":null},"password":"x"}`,
  },
  { id: 'C01', why: 'numbers', wrongType: 'username', body: ({ nameField }) => `{"${nameField}":1,"password":2}` },
  {
    id: 'C01',
    why: 'true for a password',
    wrongType: 'password',
    body: ({ nameField }) => `{"${nameField}":"reader","password":true}`,
  },
  { id: 'C01', why: 'a list around everything', wrongType: 'body', body: (door) => `[${right(door)}]` },
  { id: 'C01', why: 'a string', wrongType: 'body', body: () => '"reader"' },
  { id: 'C01', why: 'a number', wrongType: 'body', body: () => '1e999' },
  { id: 'C01', why: 'null', wrongType: 'body', body: () => 'null' },
  { id: 'C02', why: '__proto__ beside', body: (door) => right(door, ',"__proto__":{"isAdmin":true}') },
  {
    id: 'C02',
    why: '__proto__ in another spelling',
    body: (door) => right(door, ',"\\u005f_proto__":{"isAdmin":true}'),
  },
  {
    id: 'C02',
    why: 'constructor.prototype',
    body: (door) => right(door, ',"constructor":{"prototype":{"isAdmin":true}}'),
  },
  { id: 'C02', why: '__proto__ inside', body: (door) => right(door, ',"a":[{"b":{"__proto__":{"isAdmin":true}}}]') },
  { id: 'C02', why: '__proto__ that brings name and password', body: (door) => `{"__proto__":${right(door)}}` },
  { id: 'C03', why: 'the name twice', body: (door) => right(door, `,"${door.nameField}":"root-of-all"`) },
  { id: 'C03', why: 'the password twice', body: (door) => right(door, `,"password":"${password}"`) },
  {
    id: 'C03',
    why: 'the password twice, once escaped',
    body: (door) => right(door, `,"passwor\\u0064":"${password}"`),
  },
  { id: 'C03', why: 'a member twice far inside', body: (door) => right(door, ',"a":{"b":[{"c":1,"c":2}]}') },
  { id: 'C06', why: 'depth', body: (door) => right(door, `,"a":${'['.repeat(20_000)}${']'.repeat(20_000)}`) },
  { id: 'C06', why: 'depth that never ends', body: () => '['.repeat(60_000) },
  {
    id: 'C06',
    why: 'members without number',
    body: (door) => right(door, `,"a":{${Array.from({ length: 5000 }, (_, at) => `"${at}":0`).join()}}`),
  },
  {
    id: 'B10',
    why: 'a lone surrogate in the name',
    body: ({ nameField }) => `{"${nameField}":"reader\\ud800","password":"${password}"}`,
  },
  {
    id: 'B10',
    why: 'a lone surrogate in the password',
    body: ({ nameField }) => `{"${nameField}":"reader","password":"\\udfff"}`,
  },
  { id: 'B10', why: 'a lone surrogate in a member name', body: (door) => right(door, ',"\\ud800":1') },
  {
    id: 'B10',
    why: 'bytes that are no UTF-8',
    body: (door) => Buffer.concat([Buffer.from(right(door).slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])]),
  },
  {
    id: 'B10',
    why: 'an overlong encoding',
    body: (door) => Buffer.concat([Buffer.from(right(door).slice(0, -2)), Buffer.from([0xc0, 0xaf, 0x22, 0x7d])]),
  },
  {
    id: 'B10',
    why: 'a byte order mark',
    body: (door) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(right(door))]),
  },
  { id: 'B10', why: 'UTF-16', body: (door) => Buffer.from(right(door), 'utf16le') },
  { id: 'C01', why: 'a comment', body: (door) => `${right(door)}// x` },
  { id: 'C01', why: 'two values', body: (door) => right(door) + right(door) },
  { id: 'C01', why: 'a body cut short', body: (door) => right(door).slice(0, -1) },
  { id: 'C01', why: 'single quotes', body: (door) => right(door).replaceAll('"', "'") },
]

for (const door of doors) {
  for (const { id, why, body, wrongType } of unreadable) {
    test(`${door.name} reads nothing into ${why} [${id}]`, async () => {
      const expected = wrongType === undefined ? door.malformed : door.wrongType(wrongType)
      await assertRefused(house, expected, 'input.rejected', () => send(door, body(door)))
      assert.equal((await send(door, right(door))).statusCode, door.signedIn)
      assert.equal(({} as { isAdmin?: unknown }).isAdmin, undefined)
    })
  }

  const otherTypes = [
    'application/json\ta',
    'application/json garbage',
    'application/jsonx',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/json;charset=utf-8;x',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
    'application/*',
    '*/*',
    'application/json; boundary="',
    'application//json',
    '',
  ]
  for (const type of otherTypes) {
    test(`${door.name} takes no body that is called ${JSON.stringify(type)} [C04]`, async () => {
      const answer = await send(door, right(door), { 'content-type': type })
      assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [415, undefined])
      assert.equal((await send(door, right(door))).statusCode, door.signedIn)
    })
  }

  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset="UTF-8"',
  ]) {
    test(`${door.name} takes a body that is called ${JSON.stringify(type)}, and still checks it [C04]`, async () => {
      assert.equal((await send(door, right(door), { 'content-type': type })).statusCode, door.signedIn)
      const checked = await send(door, `{"${door.nameField}":["reader"],"password":"x"}`, { 'content-type': type })
      assert.deepEqual(wireOf(checked), { ...door.wrongType('username') })
    })
  }

  for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'identity, gzip', 'GZIP', 'x']) {
    test(`${door.name} unpacks nothing: Content-Encoding ${encoding} [C06]`, async () => {
      const answer = await send(door, gzipSync(right(door)), { 'content-encoding': encoding })
      assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [415, undefined])
      assert.equal((await send(door, right(door), { 'content-encoding': 'identity' })).statusCode, door.signedIn)
    })
  }

  for (const size of [1_000_000, 10_000_000]) {
    test(`${door.name} refuses a password of ${size} bytes at once, without hashing or a stalled loop [B08]`, async () => {
      const body = `{"${door.nameField}":"reader","password":"${'x'.repeat(size)}"}`
      await send(door, right(door))
      const began = performance.now()
      const answer = await send(door, body)
      const took = performance.now() - began
      assert.equal(answer.statusCode, 413)
      assert.equal(answer.headers['set-cookie'], undefined)
      assert.ok(took < 90, `a refusal that is not padded, after ${took} ms`)
      assert.equal((await send(door, right(door))).statusCode, door.signedIn)
    })
  }

  test(`${door.name} refuses a password at the limit of the body like any wrong one [B08]`, async () => {
    const body = `{"${door.nameField}":"reader","password":"${'é'.repeat(32_000)}"}`
    await assertRefused(house, door.wrong, 'auth.login.failure', () => send(door, body))
    await signIn(house, door, 'reader', password)
  })

  test(`${door.name} is not slowed by members that fall into one hash bucket [C07]`, async () => {
    // Array-index names are hashed by their value: the classic collision of V8 (CVE-2026-21717).
    const members = Array.from({ length: 1900 }, (_, at) => `"${2 ** 24 + at * 2 ** 21}":0`).join()
    const query = Array.from({ length: 700 }, (_, at) => `${2 ** 24 + at * 2 ** 13}=0`).join('&')
    const began = performance.now()
    const answer = await send(door, right(door, `,"a":{${members}}`))
    assert.equal((await house.app.inject({ url: `${door.whoPath}?${query}` })).statusCode, 401)
    assert.equal(answer.statusCode, door.signedIn)
    assert.ok(performance.now() - began < 1000)
  })
}

/** What somebody without any right is called at each door. */
const ordinary = {
  portainer: '"Role":2',
  semaphore: '"admin":false',
  cloudendure: '"USER"',
  extremecloudiq: '"OPERATOR"',
  api: '"isOperator":false',
}
const more = {
  role: 1,
  admin: true,
  isOperator: true,
  id: 1,
  user_id: 1,
  userId: 1,
  external: false,
  status: 'active',
  roles: ['ACCOUNT_OWNER'],
  user_role: 'ADMINISTRATOR',
  customer_id: 1,
  scope: 'default introspect',
}

for (const door of doors) {
  test(`${door.name}: unknown members change nothing: no right comes from a body [C05]`, async () => {
    const session = sessionOf(door, await send(door, right(door, `,${JSON.stringify(more).slice(1, -1)}`)))
    const me = await house.app.inject({ url: door.whoPath, headers: carry(door, session) })
    assert.equal(me.statusCode, 200)
    assert.ok(me.body.includes(ordinary[door.dialect]), me.body)
    const { path, body } = door.tokens.make(1, password)
    const payload = {
      ...(body as object),
      userId: 1,
      user_id: 1,
      id: 1,
      password,
      description: 'x',
      username: 'root-of-all',
    }
    const answer = await house.app.inject({ method: 'POST', url: path, payload })
    assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [401, undefined])
    // The same body with a credential makes a token, and it is the caller's own.
    const { id } = await house.house.core.people.get('reader')
    const mine = { ...payload, expires_at: undefined }
    const url = door.tokens.make(id, password).path
    const made = await house.app.inject({ method: 'POST', url, headers: carryWrite(door, session), payload: mine })
    assert.equal(made.statusCode, door.tokens.made, made.body)
    const token = door.tokens.secretOf(made.body)
    const [row] = sql(house, `select person_id from tokens where kind = 'api' order by id desc limit 1`)
    assert.equal(row?.['person_id'], id)
    assert.equal(await useToken(house, door, token), 200)
  })
}
