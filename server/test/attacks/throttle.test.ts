// Group D: one counter per person over all doors and spellings, one per network, and neither is a weapon against the
// person. Bursts over real connections, two nodes and restarts are in throttle-burst.test.ts.
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { byCommand } from '../../src/core/audit/audit.ts'
import { Secret } from '../../src/lib/secret.ts'
import {
  type AttackDoor,
  assertRefused,
  auditRows,
  carry,
  doorOf,
  doors,
  makeToken,
  signIn,
  sql,
  trySignIn,
  useToken,
  who,
} from '../_kit/attack-doors.ts'
import { prolongWaits } from '../_kit/clients.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'low tide at the old pier'
/** Refusals are held back by a timer: tests that wait for them may wait together. */
const together = { concurrency: 8 }

/** A house of its own for each test: counters are what is looked at. */
/** A first wait that a busy machine cannot sleep through, where only the count is looked at. */
const patient = { GATEHOUSE_THROTTLE_FIRST_WAIT: '2m' } as const

async function open(t: TestContext, settings: Record<string, string> = {}): Promise<TestHouse> {
  const opened = await openTestHouse({ GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1', ...settings })
  t.after(() => opened.close())
  await opened.addPerson('alice', password, { email: 'alice@example.org' })
  await opened.addPerson('bob', password)
  return opened
}

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

async function fail(
  there: TestHouse,
  door: AttackDoor,
  times: number,
  name: string,
  address = '203.0.113.5',
): Promise<number[]> {
  const statuses: number[] = []
  for (let turn = 0; turn < times; turn += 1) {
    statuses.push((await trySignIn(there, door, name, 'wrong', from(address))).statusCode)
  }
  return statuses
}

describe('each door', together, () => {
  for (const door of doors) {
    const { status } = door.wrong

    test(`${door.name}: a name typed in any spelling shares one failure counter [D03] [B02]`, async (t) => {
      const there = await open(t, patient)
      const spellings = ['alice', 'ALICE', ' alice ', 'ａｌｉｃｅ', 'Alice@Example.org']
      for (const name of spellings) assert.deepEqual(await fail(there, door, 1, name), [status])
      for (const name of spellings) assert.deepEqual(await fail(there, door, 1, name), [429])
      await signIn(there, door, 'bob', password, from('203.0.113.5'))
    })

    test(`${door.name}: what is typed wrong there counts at every other door [D04]`, async (t) => {
      const there = await open(t, patient)
      await fail(there, door, 5, 'alice')
      for (const other of doors) {
        assert.deepEqual(await fail(there, other, 1, 'alice'), [429])
        assert.equal((await trySignIn(there, other, 'alice', password, from('203.0.113.5'))).statusCode, 429)
        await signIn(there, other, 'bob', password, from('203.0.113.5'))
      }
    })

    test(`${door.name}: a blocked name answers right and wrong passwords alike, with Retry-After, and records no success [D13]`, async (t) => {
      const there = await open(t)
      await fail(there, door, 5, 'alice')
      prolongWaits(there)
      const before = (await auditRows(there)).filter(({ event }) => event.startsWith('auth.login.success')).length
      const answers = []
      for (const typed of ['wrong', password]) {
        answers.push(
          await assertRefused(there, door.throttled, 'auth.login.throttled', () =>
            trySignIn(there, door, 'alice', typed, from('203.0.113.5')),
          ),
        )
      }
      const [wrong, right] = answers.map(({ headers }) => [headers['retry-after'], Object.keys(headers).join()])
      assert.deepEqual(right, wrong)
      assert.match(String(right?.[0]), /^[1-9]\d*$/)
      assert.equal(
        (await auditRows(there)).filter(({ event }) => event.startsWith('auth.login.success')).length,
        before,
      )
      sql(there, 'update throttle set blocked_until = 0')
      await signIn(there, door, 'alice', password, from('203.0.113.5'))
    })

    test(`${door.name}: waits double, and end: the right password is good again after each [D13]`, async (t) => {
      const there = await open(t)
      await fail(there, door, 5, 'alice')
      await pause(1100)
      assert.deepEqual(await fail(there, door, 1, 'alice'), [status])
      const blocked = await trySignIn(there, door, 'alice', password, from('203.0.113.5'))
      assert.deepEqual([blocked.statusCode, blocked.headers['retry-after']], [429, '2'])
      await pause(2100)
      await signIn(there, door, 'alice', password, from('203.0.113.5'))
      assert.deepEqual(await fail(there, door, 5, 'alice'), Array<number>(5).fill(status))
    })

    test(`${door.name}: headers of an untrusted peer move no counter [D05]`, async (t) => {
      const there = await open(t, { ...patient, GATEHOUSE_TRUSTED_PROXIES: '' })
      const names = [
        'x-forwarded-for',
        'x-real-ip',
        'forwarded',
        'true-client-ip',
        'cf-connecting-ip',
        'x-client-ip',
        'x-forwarded',
      ]
      const statuses: number[] = []
      for (let turn = 0; turn < 6; turn += 1) {
        const headers = Object.fromEntries(
          names.map((name) => [name, name === 'forwarded' ? `for=198.51.${turn}.1` : `198.51.${turn}.1`]),
        )
        statuses.push((await trySignIn(there, door, 'alice', 'wrong', { headers })).statusCode)
      }
      assert.deepEqual(statuses, [...Array<number>(5).fill(status), 429])
      await signIn(there, door, 'alice', password, { remoteAddress: '192.0.2.77' })
    })

    test(`${door.name}: of a trusted proxy's list the rightmost foreign hop counts, and what cannot be read skips no rule [D06]`, async (t) => {
      const there = await open(t, { ...patient, GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' })
      const lists = [
        (turn: number) => `198.51.${turn}.1, 203.0.113.5`,
        (turn: number) => `spoof${turn}, 203.0.113.${turn}, 10.0.0.${turn}`,
      ]
      for (const [at, list] of lists.entries()) {
        const name = `nobody-${at}`
        const statuses: number[] = []
        for (let turn = 0; turn < 6; turn += 1) {
          statuses.push((await trySignIn(there, door, name, 'wrong', from(list(turn)))).statusCode)
        }
        assert.deepEqual(statuses, [...Array<number>(5).fill(status), 429])
      }
      const unreadable = [
        'a',
        '',
        ',',
        'unknown',
        '203.0.113.5:',
        '999.1.1.1',
        '203.0.113',
        '_hidden',
        '203.0.113.5, a',
        "'; drop table throttle",
      ]
      const statuses: number[] = []
      for (const list of unreadable)
        statuses.push((await trySignIn(there, door, 'somebody', 'wrong', from(list))).statusCode)
      // All of them are one caller, the proxy.
      assert.deepEqual(statuses, [...Array<number>(5).fill(status), ...Array<number>(5).fill(429)])
      await signIn(there, door, 'alice', password, from('a'))
    })

    test(`${door.name}: an attacker of a name shuts out neither its owner elsewhere, nor their session, nor their token [D09]`, async (t) => {
      const there = await open(t, patient)
      const id = (await there.house.core.people.get('alice')).id
      const session = await signIn(there, door, 'alice', password, from('198.51.100.7'))
      const token = await makeToken(there, door, session, id, password)
      const statuses = await fail(there, door, 1000, 'alice')
      assert.ok(statuses.filter((one) => one === status).length < 12)
      assert.equal(await who(there, door, carry(door, session)), 200)
      assert.equal(await useToken(there, door, token), 200)
      await signIn(there, door, 'alice', password, from('198.51.100.7'))
      // And the owner's success gives the attacker no new tries.
      assert.deepEqual(await fail(there, door, 1, 'alice'), [429])
      for (let turn = 0; turn < 3; turn += 1) await signIn(there, door, 'alice', password, from('198.51.100.7'))
    })

    test(`${door.name}: a success of one's own clears no failures of the network [D10]`, async (t) => {
      const there = await open(t, { GATEHOUSE_THROTTLE_NETWORK_FAILURES: '12' })
      for (let turn = 0; turn < 10; turn += 1) assert.deepEqual(await fail(there, door, 1, `victim-${turn}`), [status])
      for (let turn = 0; turn < 5; turn += 1) await signIn(there, door, 'bob', password, from('203.0.113.6'))
      assert.deepEqual(await fail(there, door, 1, 'victim-10'), [status])
      assert.deepEqual(await fail(there, door, 1, 'victim-11'), [status])
      assert.deepEqual(await fail(there, door, 1, 'victim-12'), [429])
      assert.equal((await trySignIn(there, door, 'bob', password, from('203.0.113.6'))).statusCode, 429)
      await signIn(there, door, 'bob', password, from('198.51.100.6'))
    })

    for (const [network, addresses, outside] of [
      ['/24', (turn: number) => `203.0.113.${turn}`, '203.0.114.1'],
      ['/56', (turn: number) => `2001:db8:1:ab${turn.toString(16).padStart(2, '0')}::${turn}`, '2001:db8:1:ac00::1'],
      ['/24 in IPv6 spelling', (turn: number) => `::ffff:203.0.113.${turn}`, '::ffff:203.0.114.1'],
      ['/24 in IPv6 hex', (turn: number) => `::FFFF:cb00:71${turn.toString(16).padStart(2, '0')}`, '::ffff:cb00:7201'],
    ] as const) {
      test(`${door.name}: one password over many names from one ${network} trips the network [D11]`, async (t) => {
        const there = await open(t, { GATEHOUSE_THROTTLE_NETWORK_FAILURES: '20' })
        const tries = Array.from({ length: 24 }, (_, turn) =>
          trySignIn(there, door, `user-${turn}`, 'Summer2026!', from(addresses(turn))),
        )
        const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode)
        const tally = [statuses.filter((one) => one === status).length, statuses.filter((one) => one === 429).length]
        assert.deepEqual(tally, [20, 4])
        await signIn(there, door, 'alice', password, from(outside))
      })
    }

    test(`${door.name}: 5 failures from 5 networks disable the password when that is the limit, and nothing else of the person [NIST 3.2.2]`, async (t) => {
      const there = await open(t, { GATEHOUSE_THROTTLE_DISABLE_AFTER: '5' })
      const id = (await there.house.core.people.get('alice')).id
      const session = await signIn(there, door, 'alice', password)
      const token = await makeToken(there, door, session, id, password)
      for (let turn = 0; turn < 4; turn += 1) await fail(there, door, 1, 'alice', `203.0.${turn}.1`)
      await signIn(there, door, 'alice', password, from('198.51.100.1'))
      for (let turn = 0; turn < 5; turn += 1) await fail(there, door, 1, 'alice', `203.0.${turn}.1`)
      await assertRefused(there, door.wrong, 'auth.login.failure', () =>
        trySignIn(there, door, 'alice', password, from('198.51.100.2')),
      )
      assert.equal((await auditRows(there)).filter(({ event }) => event === 'auth.lockout.start').length, 1)
      assert.equal(await who(there, door, carry(door, session)), 200)
      assert.equal(await useToken(there, door, token), 200)
      await there.house.core.people.resetPassword('alice', new Secret(password), byCommand)
      await signIn(there, door, 'alice', password, from('203.0.1.1'))
    })
  }
})

describe('beside the sign-in', together, () => {
  test('the current password asked for at a Portainer key counts like a sign-in, and is refused like one [D04]', async (t) => {
    const there = await open(t, patient)
    const door = doorOf('portainer')
    const id = (await there.house.core.people.get('alice')).id
    const session = await signIn(there, door, 'alice', password)
    const ask = (typed: string) =>
      there.app.inject({
        method: 'POST',
        url: `/portainer/api/users/${id}/tokens`,
        headers: { cookie: `portainer_api_key=${session.cookie}`, 'x-forwarded-for': '203.0.113.5' },
        payload: { password: typed, description: 'x' },
      })
    const statuses: number[] = []
    for (let turn = 0; turn < 6; turn += 1) statuses.push((await ask('wrong')).statusCode)
    assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429])
    assert.equal((await ask(password)).statusCode, 429)
    for (const other of doors) assert.deepEqual(await fail(there, other, 1, 'alice'), [429])
    sql(there, 'update throttle set blocked_until = 0')
    assert.equal((await ask(password)).statusCode, 201)
  })

  test('invented names push out no counter of a real one, and their own stay bounded [D12]', async (t) => {
    const there = await open(t)
    const door = doorOf('semaphore')
    await fail(there, door, 5, 'alice')
    const now = Date.now() + 60_000
    sql(
      there,
      `insert into throttle (key, is_known, failures, failed_at)
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 200500)
    select 'n:invented-' || i, 0, 1, ${now} + i from n`,
    )
    await there.house.core.throttles.purge()
    const [left] = sql(there, 'select count(*) as all_of, sum(is_known) as known from throttle')
    assert.equal(left?.['known'], 2)
    assert.ok(Number(left?.['all_of']) <= 200_010)
    // Her five are still counted: the sixth makes her attacker wait two seconds.
    sql(there, 'update throttle set blocked_until = 0')
    assert.deepEqual(await fail(there, door, 1, 'alice'), [door.wrong.status])
    const blocked = await trySignIn(there, door, 'alice', 'wrong', from('203.0.113.5'))
    assert.deepEqual([blocked.statusCode, blocked.headers['retry-after']], [429, '2'])
    await signIn(there, door, 'alice', password, from('198.51.100.7'))
  })
})
