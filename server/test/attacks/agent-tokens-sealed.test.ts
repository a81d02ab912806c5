// The one secret that can be read again: an agent token stands in the database as a hash and sealed under the master
// key, opens in its own row only, and is told to nobody who may not read it and never without a record.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import {
  auditRows,
  carry,
  doorOf,
  eventsDuring,
  inject,
  type SignedIn,
  signIn,
  sql,
  trySignIn,
} from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'smoke over the brick yard'
const door = doorOf('cloudendure')
let house: TestHouse
let session: SignedIn
const agentTokens: string[] = []

before(async () => {
  house = await openTestHouse()
  const { accounts, memberships, projects } = house.house.core
  for (const role of ['owner', 'admin', 'member', 'read-only'] as const) {
    await house.addPerson(`the-${role}`, password)
    await memberships.add({ account: 'default', person: `the-${role}`, role }, byCommand)
  }
  await accounts.create({ identifier: 'others' }, byCommand)
  await house.addPerson('outsider', password)
  await memberships.add({ account: 'others', person: 'outsider', role: 'owner', becomesHome: true }, byCommand)
  for (const name of ['first', 'second']) {
    const { agentToken } = await projects.create(await accounts.get('default'), name, byCommand)
    agentTokens.push(agentToken?.reveal() ?? '')
  }
  session = await signIn(house, door, 'the-owner', password)
})

after(() => house.close())

/** Where agent tokens are told. */
const tellers = ['/projects', '/extendedAccountInfo'] as const
const read = (by: SignedIn = session, method = 'GET', path: string = tellers[0]) =>
  inject(house, { method, path: `${door.base}${path}`, headers: carry(door, by) })
const isTold = (text: string): boolean =>
  agentTokens.some((token) => text.includes(token) || text.includes(door.tokens.canonical(token)))
const sealedOf = (name: string): string =>
  String(
    sql(
      house,
      `select t.sealed from tokens t join projects p on p.id = t.project_id where p.name = '${name}' and t.kind = 'agent'`,
    )[0]?.['sealed'],
  )
const put = (name: string, sealed: string) =>
  sql(
    house,
    `update tokens set sealed = '${sealed}' where kind = 'agent'
    and project_id = (select id from projects where name = '${name}')`,
  )

test('a dump of every table has no agent token in it, in any spelling [K01] [P09]', () => {
  const tables = sql(house, `select name from sqlite_master where type = 'table'`).map(({ name }) => String(name))
  assert.ok(tables.includes('tokens') && tables.includes('projects'))
  const dump = tables.map((table) => JSON.stringify(sql(house, `select * from ${table}`))).join('\n')
  assert.match(dump, /"sealed":"v1:/)
  for (const token of agentTokens) {
    const bytes = door.tokens.bytesOf(token)
    assert.equal(bytes.length, 32)
    for (const spelling of [
      token,
      door.tokens.canonical(token),
      token.toLowerCase(),
      bytes.toString('hex'),
      bytes.toString('base64url'),
      bytes.toString('base64'),
      Buffer.from(token).toString('base64url').slice(0, -2),
      token.slice(0, 14),
    ]) {
      assert.ok(!dump.includes(spelling), spelling)
    }
  }
})

test('what stands in the database signs nobody in [K01]', async () => {
  const rows = sql(house, `select id, hash, sealed, shown from tokens where kind = 'agent'`)
  assert.equal(rows.length, 2)
  for (const row of rows) {
    const values = Object.values(row).map(String)
    for (const value of [...values, ...String(row['sealed']).split(':')].filter((one) => one !== '')) {
      for (const member of ['agentInstallationToken', 'userApiToken', 'loginToken']) {
        const body = { [member]: value }
        assert.equal((await inject(house, { method: 'POST', path: door.signInPath, body })).statusCode, 401)
      }
    }
    sql(house, 'update throttle set failures = 0, blocked_until = 0')
  }
})

test('two tokens are sealed apart, and one token of now never as the one before it [11.3.4]', async () => {
  const [one, other] = [sealedOf('first'), sealedOf('second')]
  const nonces = [one, other].map((sealed) => sealed.split(':')[1])
  assert.notEqual(nonces[0], nonces[1])
  assert.equal(Buffer.from(nonces[0] ?? '', 'base64url').length, 12)
})

const tampers: readonly (readonly [what: string, tamper: () => unknown])[] = [
  ['moved from another row', () => put('first', sealedOf('second'))],
  [
    'swapped with another row',
    () => {
      const [one, other] = [sealedOf('first'), sealedOf('second')]
      put('first', other)
      put('second', one)
    },
  ],
  [
    'changed by one letter',
    () =>
      put(
        'first',
        // In the middle: of the last letter some bits mean nothing.
        sealedOf('first').replace(/.(?=.{40}$)/, (one) => (one === 'A' ? 'B' : 'A')),
      ),
  ],
  ['cut short', () => put('first', sealedOf('first').slice(0, -8))],
  ['without a tag', () => put('first', `${sealedOf('first').split(':').slice(0, 2).join(':')}:AAAA`)],
  ['with an empty nonce', () => put('first', `v1::${sealedOf('first').split(':')[2]}`)],
  ['of another version', () => put('first', sealedOf('first').replace('v1:', 'v2:'))],
  ['in clear', () => put('first', `v1:${agentTokens[0]}`)],
  [
    'a signing key',
    () => put('first', String(sql(house, 'select sealed_private_jwk as key from signing_keys')[0]?.['key'])),
  ],
]
for (const [what, tamper] of tampers) {
  test(`a sealed token that is ${what} opens nowhere and hides no other, is on record, and can be replaced [11.3.4] [11.2.5]`, async () => {
    const kept = [sealedOf('first'), sealedOf('second')]
    const [before, logged] = [(await auditRows(house)).length, house.logged.length]
    await tamper()
    const isOther = what !== 'swapped with another row'
    try {
      for (const path of tellers) {
        const { statusCode, body } = await read(session, 'GET', path)
        const [first = '', second = ''] = agentTokens
        assert.deepEqual([statusCode, body.includes(first), body.includes(second)], [200, false, isOther])
        assert.ok(body.includes('"first"') && body.includes('"second"'))
      }
    } finally {
      put('first', kept[0] ?? '')
      put('second', kept[1] ?? '')
    }
    const events = (await auditRows(house)).slice(before)
    const told = events.map(({ event, body }) => [event, JSON.parse(body).outcome, JSON.parse(body).detail])
    const row = isOther
      ? ['token.agent.shown', 'success', { projects: 1, unreadable: 1 }]
      : ['token.agent.shown', 'failure', { projects: 0, unreadable: 2 }]
    assert.deepEqual(told, [row, row])
    const lines = JSON.stringify(house.logged.slice(logged), (_, value) =>
      value instanceof Error ? `${value.stack} ${JSON.stringify(value)}` : value,
    )
    assert.ok(!isTold(lines))
    for (const sealed of kept) assert.ok(!lines.includes(sealed.split(':')[2] ?? '-'))
    const { body, statusCode } = await read()
    assert.deepEqual([statusCode, isTold(body)], [200, true])
  })
}

for (const [name, isReader] of [
  ['the-owner', true],
  ['the-admin', true],
  ['the-member', true],
  ['the-read-only', false],
  ['outsider', false],
] as const) {
  test(`${name} is ${isReader ? '' : 'not '}told the agent tokens, and every telling stands in one record [P07]`, async () => {
    const by = await signIn(house, door, name, password)
    for (const path of tellers) {
      const { answer, events } = await eventsDuring(house, () => read(by, 'GET', path))
      assert.deepEqual([answer.statusCode, isTold(answer.body)], [200, isReader])
      assert.deepEqual(events, isReader ? ['token.agent.shown'] : [])
      assert.equal(answer.body.includes('"items":[]'), name === 'outsider')
      assert.ok(!/sealed|hash|null/.test(answer.body))
      const head = await read(by, 'HEAD', path)
      assert.deepEqual([head.statusCode, head.body], [200, ''])
    }
  })
}

test('a role that was taken away reads no more at the very next request, and one that was given reads [J14]', async () => {
  const { memberships } = house.house.core
  const by = await signIn(house, door, 'the-member', password)
  assert.equal(isTold((await read(by)).body), true)
  await memberships.add({ account: 'default', person: 'the-member', role: 'read-only' }, byCommand)
  assert.equal(isTold((await read(by)).body), false)
  await memberships.add({ account: 'default', person: 'the-member', role: 'member' }, byCommand)
  assert.equal(isTold((await read(by)).body), true)
})

for (const table of ['audit', 'audit_heads']) {
  test(`what cannot be recorded is not told: without ${table} no agent token is read [law 7]`, async () => {
    sql(house, `alter table ${table} rename to gone`)
    try {
      for (const path of tellers) {
        const answer = await read(session, 'GET', path)
        assert.ok(answer.statusCode >= 500, `${answer.statusCode}`)
        assert.equal(isTold(answer.body), false)
      }
    } finally {
      sql(house, `alter table gone rename to ${table}`)
    }
    assert.equal(isTold((await read()).body), true)
  })
}

test('a token that was replaced is told to nobody, and its successor is [K05]', async () => {
  const { accounts, projects } = house.house.core
  const [old = ''] = agentTokens
  const { agentToken } = await projects.replaceToken(await accounts.get('default'), 'first', byCommand)
  const { body } = await read()
  assert.ok(!body.includes(old))
  assert.ok(body.includes(String(agentToken?.reveal())))
  assert.equal((await trySignIn(house, door, 'the-owner', password)).statusCode, 200)
})
