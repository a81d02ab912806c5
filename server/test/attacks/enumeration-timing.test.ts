// A02: how long a refusal takes tells nothing. Refusals are held back to a multiple of one duration, so two things are
// asked: that none comes sooner than that, whatever it cost to find out (this fails at once without the pad), and that
// the classes cannot be told apart: medians within 5 ms and 5 %, and a Mann-Whitney test at the resolution of those
// 5 ms, in two of three runs, since the machine may be busy with something else for one of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash } from '@node-rs/bcrypt'
import { byCommand } from '../../src/core/audit/audit.ts'
import { assertAlike, mannWhitney, toldApart } from '../_kit/alike.ts'
import { type AttackDoor, doors, inject, signInBody, sql, trySignIn, wireOf } from '../_kit/attack-doors.ts'
import { openTestHouse, type TestHouse } from '../_kit/house.ts'

const password = 'wet sand and small birds'
/** What `model.md` and decision 0004 hold a refusal back to, at least. */
const quantum = 250
const rounds = 40
const classes = ['unknown', 'known', 'disabled', 'without-password', 'imported'] as const

const patient = {
  GATEHOUSE_THROTTLE_FREE_FAILURES: '100',
  GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE: '1000',
  GATEHOUSE_THROTTLE_NETWORK_FAILURES: '1000000',
} as const

async function settle(house: TestHouse, bcryptCost: number): Promise<void> {
  for (const name of ['known', 'member', 'disabled', 'imported']) await house.addPerson(name, password)
  await house.house.core.people.create({ username: 'without-password' }, byCommand)
  await house.house.core.people.disable('disabled', byCommand)
  await house.house.core.accounts.create({ identifier: 'others' }, byCommand)
  const encoded = await hash('another password, imported', { cost: bcryptCost })
  sql(
    house,
    `update passwords set encoded = '${encoded}', scheme = 'bcrypt:${bcryptCost}'
    where person_id = (select id from persons where username = 'imported')`,
  )
}

/** One class of refusal at one door: what is sent in each round. */
interface Probe {
  readonly door: AttackDoor
  readonly one: string
  readonly body: (turn: string) => object
}

const never = 'never the right one'

function probesOf(door: AttackDoor): readonly Probe[] {
  const { nameField, accountField } = door
  const named = classes.map((one) => {
    const name = (turn: string) => (one === 'unknown' ? `unknown-${turn}` : one)
    return { door, one, body: (turn: string) => signInBody(door, name(turn), never) }
  })
  if (accountField === undefined) return named
  const member = { ...door.signInMore, [nameField]: 'member' }
  return [
    ...named,
    { door, one: "right at another's account", body: () => ({ ...member, password, [accountField]: 'others' }) },
    { door, one: "wrong at another's account", body: () => ({ ...member, password: never, [accountField]: 'others' }) },
    { door, one: 'right at no account', body: (turn) => ({ ...member, password, [accountField]: `no-${turn}` }) },
  ]
}

async function refuse(house: TestHouse, { door, body }: Probe, turn = 'once'): Promise<number> {
  const began = performance.now()
  const answer = await inject(house, {
    method: 'POST',
    path: door.signInPath,
    headers: { ...door.fromOwnPage },
    body: body(turn),
  })
  const took = performance.now() - began
  assert.deepEqual(wireOf(answer), { ...door.wrong })
  return took
}

type Times = Map<Probe, number[]>

/** Every probe in each round, in an order that turns from round to round. */
async function measure(house: TestHouse, run: number, probes: readonly Probe[]): Promise<Times> {
  const times: Times = new Map(probes.map((probe) => [probe, []]))
  for (let round = 0; round < rounds; round += 1) {
    const turned = probes.map((_, at) => probes[(at * 7 + round) % probes.length]!)
    assert.equal(new Set(turned).size, probes.length)
    await Promise.all(
      turned.map(async (probe) => {
        times.get(probe)?.push(await refuse(house, probe, `${run}-${round}`))
      }),
    )
  }
  sql(house, 'update throttle set failures = 0, blocked_until = 0')
  sql(house, 'update passwords set failures = 0')
  return times
}

/** What tells a class apart from an unknown name at the same door in one run; empty when nothing does. */
function differences(times: Times): string[] {
  return [...times].flatMap(([{ door, one }, of]) => {
    const [, unknown = []] = [...times].find(([probe]) => probe.door === door && probe.one === 'unknown') ?? []
    return toldApart(unknown, of).map((said) => `${door.name} unknown and ${one}: ${said}`)
  })
}

test('the test can tell classes apart: a few milliseconds between them do not pass it [A02]', () => {
  const times = Array.from({ length: 40 }, (_, at) => 250 + (at % 7))
  const later = times.map((value) => value + 8)
  assert.deepEqual(toldApart(times, times), [])
  assert.equal(toldApart(times, later).length, 1)
  assert.ok(mannWhitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) < 0.02)
})

// Two doors at a time: more at once measure the machine.
for (const some of [doors.slice(0, 2), doors.slice(2, 4), doors.slice(4)]) {
  const names = some.map(({ name }) => name).join(' and ')
  test(`no class of refusal shows itself by its time at ${names}, an imported hash among them [A02]`, async (t) => {
    const house = await openTestHouse(patient)
    try {
      await settle(house, 8)
      const probes = some.flatMap(probesOf)
      for (const probe of probes) await refuse(house, probe)
      await assertAlike(t, async (run) => {
        const times = await measure(house, run, probes)
        const soonest = Math.min(...[...times.values()].flat())
        assert.ok(soonest >= quantum - 3, `answered after ${soonest} ms`)
        return differences(times)
      })
    } finally {
      await house.close()
    }
  })
}

test('a refusal of a name that nobody has takes as long as the costliest hash in the house, a right password does not [A02]', async () => {
  const house = await openTestHouse(patient)
  try {
    await settle(house, 12)
    const began = performance.now()
    await hash('as costly as the imported one', { cost: 12 })
    const costliest = performance.now() - began
    for (const door of doors) {
      const [unknown] = probesOf(door)
      assert.ok(unknown && (await refuse(house, unknown)) > Math.min(costliest, 1000) * 0.9)
    }
    const right = performance.now()
    assert.equal((await trySignIn(house, doors[0]!, 'known', password)).statusCode, 200)
    assert.ok(performance.now() - right < costliest + quantum)
  } finally {
    await house.close()
  }
})

test('a right password for a closed account is answered no sooner than a wrong one [A01] [A02]', async () => {
  const house = await openTestHouse(patient)
  try {
    await settle(house, 4)
    sql(house, `update accounts set is_active = 0`)
    for (const door of doors) {
      const began = performance.now()
      const answer = await trySignIn(house, door, 'known', password)
      assert.deepEqual(wireOf(answer), { ...door.wrong })
      assert.ok(performance.now() - began >= quantum - 3)
    }
    sql(house, `update accounts set is_active = 1`)
    for (const door of doors) assert.equal((await trySignIn(house, door, 'known', password)).statusCode, door.signedIn)
  } finally {
    await house.close()
  }
})
