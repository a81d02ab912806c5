// Group P, the first administrator: one link, one use, one winner, and closed for good behind them. Over sockets on a
// fresh process in bootstrap-race.test.ts.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { openHouse } from '../../src/compose.ts'
import { readConfig } from '../../src/config/config.ts'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Refusal } from '../../src/core/refusal.ts'
import { Secret } from '../../src/lib/secret.ts'
import { auditRows, doors, eventsDuring, signIn, sql, trySignIn } from '../_kit/attack-doors.ts'
import { cheapHashing, openTestHouse, openUnclaimedHouse, type TestHouse } from '../_kit/house.ts'

const password = 'the lowest stone of a wall'
let house: TestHouse

beforeEach(async () => {
  house = await openUnclaimedHouse()
})

afterEach(() => house.close())

const issue = async (): Promise<string> => (await house.house.core.bootstraps.issueLink()).reveal()
const finish = (link: string, username = 'first', more: object = {}, headers: Record<string, string> = {}) =>
  house.app.inject({ method: 'POST', url: `/setup/${link}`, headers, payload: { username, password, ...more } })
const people = () => sql(house, 'select id, username, is_operator from persons order by id').map((row) => ({ ...row }))

test('of 50 at once with one link exactly one becomes the first administrator [P01]', async () => {
  const link = await issue()
  const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => finish(link, `first-${at}`)))
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
  assert.equal(answers.filter(({ statusCode }) => statusCode === 409).length, 49)
  const [only, ...others] = people()
  assert.deepEqual([only?.['id'], only?.['is_operator'], others], [1, 1, []])
  const winner = answers.find(({ statusCode }) => statusCode === 200)?.json<{ username: string }>().username
  assert.equal(winner, only?.['username'])
  for (const door of doors) await signIn(house, door, String(winner), password)
})

test('of 50 at once with 50 links exactly one becomes the first administrator [P01]', async () => {
  const links = await Promise.all(Array.from({ length: 50 }, issue))
  const answers = await Promise.all(links.map((link, at) => finish(link, `first-${at}`)))
  const tally = answers.map(({ statusCode }) => statusCode).sort()
  assert.deepEqual(tally, [200, ...Array<number>(49).fill(409)])
  assert.equal(people().length, 1)
})

test('looking at the link, by GET or HEAD and however often, uses nothing up [P02]', async () => {
  const link = await issue()
  for (let turn = 0; turn < 5; turn += 1) {
    for (const method of ['GET', 'HEAD'] as const) {
      assert.equal((await house.app.inject({ method, url: `/setup/${link}` })).statusCode, 200)
    }
  }
  assert.equal((await finish(link)).statusCode, 200)
  assert.equal((await house.app.inject({ url: `/setup/${link}` })).statusCode, 409)
})

test('without a good link nobody is made, and each attempt is recorded [P02]', async () => {
  const link = await issue()
  const expired = await issue()
  sql(house, `update tokens set expires_at = 1 where id = (select max(id) from tokens)`)
  for (const wrong of [
    'x',
    `${link}x`,
    link.slice(0, -1),
    link.toUpperCase(),
    expired,
    '%27%20or%201=1--',
    'x'.repeat(512),
  ]) {
    const { answer, events } = await eventsDuring(house, () => finish(wrong))
    assert.deepEqual([answer.statusCode, events], [404, ['bootstrap.denied']], wrong)
  }
  assert.equal((await finish(`${link}/`)).statusCode, 404)
  assert.equal(
    (await house.app.inject({ method: 'POST', url: '/setup', payload: { username: 'x', password } })).statusCode,
    404,
  )
  assert.deepEqual(people(), [])
  assert.equal((await finish(link)).statusCode, 200)
})

test('a refused attempt does not use the link up: a weak password, a bad name, another site [P02]', async () => {
  const link = await issue()
  for (const [status, more, headers] of [
    [422, { password: 'short' }, {}],
    [422, { username: 'a b' }, {}],
    [422, { username: '' }, {}],
    [422, { email: 'a@b@c' }, {}],
    [400, { username: ['a'] }, {}],
    [403, {}, { origin: 'https://evil.example' }],
    [403, {}, { 'sec-fetch-site': 'cross-site' }],
  ] as const) {
    assert.equal((await finish(link, 'first', more, { ...headers })).statusCode, status)
  }
  const form = { 'content-type': 'text/plain' }
  assert.equal(
    (await house.app.inject({ method: 'POST', url: `/setup/${link}`, headers: form, payload: '{}' })).statusCode,
    415,
  )
  assert.deepEqual(people(), [])
  assert.equal((await finish(link)).statusCode, 200)
})

test('members of the body give no rights and no id, and the administrator is person 1 [15.3.3]', async () => {
  const link = await issue()
  await house.addPerson('came-before', password)
  const answer = await finish(link, 'first', {
    id: 77,
    uuid: 'x',
    isOperator: false,
    kind: 'machine',
    status: 'disabled',
  })
  assert.deepEqual([answer.statusCode, answer.json<{ id: number }>().id], [200, 1])
  assert.deepEqual(Object.keys(answer.json<object>()), ['id', 'uuid', 'username'])
})

test('the door stays closed when every administrator is disabled or deleted [P04]', async () => {
  const link = await issue()
  const spare = await issue()
  assert.equal((await finish(link)).statusCode, 200)
  const isConflict = (error: unknown) => error instanceof Refusal && error.code === 'conflict'
  await assert.rejects(house.house.core.people.disable('first', byCommand), isConflict)
  sql(house, 'delete from persons')
  await assert.rejects(house.house.core.bootstraps.issueLink(), isConflict)
  assert.equal((await finish(spare)).statusCode, 409)
  assert.equal((await house.app.inject({ url: `/setup/${spare}` })).statusCode, 409)
  const wish = { username: 'first', password: new Secret(password) }
  assert.equal(await house.house.core.bootstraps.finishByEnvironment(wish), undefined)
  assert.deepEqual(people(), [])
})

test('of two operators who are disabled at once one stays [P04]', async () => {
  assert.equal((await finish(await issue())).statusCode, 200)
  await house.addPerson('second', password, { isOperator: true })
  const both = ['first', 'second'].map((name) => house.house.core.people.disable(name, byCommand))
  const ended = await Promise.allSettled(both)
  assert.deepEqual(ended.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

const defaults = [
  'admin',
  'root',
  'administrator',
  'gatehouse',
  'portainer',
  'semaphore',
  'user',
  'test',
  'guest',
  'default',
]
for (const door of doors) {
  test(`${door.name}: a fresh house knows nobody [6.3.2]`, async () => {
    const there = await openTestHouse({
      GATEHOUSE_THROTTLE_FREE_FAILURES: '100',
      GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE: '100',
    })
    try {
      const tries = defaults.flatMap((name) =>
        [name, 'admin', 'password', 'changeme', ' '].map((typed) => trySignIn(there, door, name, typed)),
      )
      for (const answer of await Promise.all(tries)) assert.equal(answer.statusCode, door.wrong.status)
      assert.deepEqual(
        (await auditRows(there)).filter(({ event }) => event.startsWith('auth.login.success')),
        [],
      )
    } finally {
      await there.close()
    }
  })
}

test('without a key of its own the embedded database gets one that only its owner reads, and PostgreSQL is refused [P10]', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-key-'))
  try {
    const { config, problems } = readConfig({ GATEHOUSE_DATA: directory, ...cheapHashing })
    assert.deepEqual(problems, [])
    const first = await openHouse(config)
    await first.close()
    const file = join(directory, 'master.key')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(statSync(directory).mode & 0o077, 0)
    const other = { ...config, masterKey: Buffer.alloc(32, 9).toString('base64') }
    await assert.rejects(openHouse(other), /key/)
    const postgres = readConfig({ GATEHOUSE_DATABASE_URL: 'postgres://x@127.0.0.1:1/x' })
    assert.match(postgres.problems.join(' '), /GATEHOUSE_MASTER_KEY/)
    writeFileSync(join(directory, 'open.key'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o644 })
    await assert.rejects(openHouse({ ...config, masterKeyFile: join(directory, 'open.key') }), /open to others/)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
