// A03: with a directory, a refusal tells neither by its words nor by its time whether a name is nobody's, a local person's,
// the directory's, or of somebody who may not sign in; also when the directory takes longer to say no than refusals are
// held back. The method is that of attacks/enumeration-timing.
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { byCommand } from '../../src/core/audit/audit.ts'
import { assertAlike, toldApart } from '../_kit/alike.ts'
import { sql } from '../_kit/attack-doors.ts'
import type { Answer } from '../_kit/clients.ts'
import { type DirectoryHouse, openDirectoryHouse, passwordDoors, theirPassword } from '../_kit/directory-people.ts'
import { missingSlapd } from '../_kit/slapd.ts'
import { openTcpProxy, type TcpProxy } from '../_kit/tcp-proxy.ts'
import type { PasswordWay } from '../_kit/ways-in.ts'

const patient = {
  GATEHOUSE_THROTTLE_FREE_FAILURES: '100',
  GATEHOUSE_THROTTLE_IN_FLIGHT_AFTER_FAILURE: '1000',
  GATEHOUSE_THROTTLE_NETWORK_FAILURES: '1000000',
}
/** The directory locks a name after some failures: each class takes turns of so many. */
const crowd = 20
const wrong = 'never the right one'

/** Of each class: the name in a turn, and what is typed. */
const classes: Readonly<Record<string, (turn: number) => readonly [string, string]>> = {
  unknown: (turn) => [`unknown-${turn}`, wrong],
  'in the directory': (turn) => [`known-${turn % crowd}`, wrong],
  'of the directory and here before': (turn) => [`here-${turn % crowd}`, wrong],
  local: () => ['local', wrong],
  'disabled here, wrong': () => ['disabled', wrong],
  'disabled here, right': () => ['disabled', theirPassword],
  'locked in the directory, right': () => ['locked', theirPassword],
}

describe('refusals with a directory', { skip: missingSlapd }, () => {
  let at: DirectoryHouse
  let proxy: TcpProxy
  before(async () => {
    at = await openDirectoryHouse(patient)
    proxy = await openTcpProxy(at.slapd.ports.ldaps)
    await at.addDirectory('corp', { urls: [`ldaps://localhost:${proxy.port}`] })
    for (let turn = 0; turn < crowd; turn += 1) {
      await at.slapd.add(`known-${turn}`, theirPassword)
      await at.slapd.add(`here-${turn}`, theirPassword)
    }
    const [door] = passwordDoors
    assert.ok(door)
    for (const name of ['disabled', 'locked']) await at.slapd.add(name, theirPassword)
    await at.slapd.addGroup('all', ...[...Array(crowd).keys()].map((turn) => `cn=here-${turn} entry,${people}`))
    for (const name of ['disabled', 'locked']) await at.slapd.joinGroup('all', `cn=${name} entry,${people}`)
    for (const name of ['disabled', 'locked', ...[...Array(crowd).keys()].map((turn) => `here-${turn}`)]) {
      await at.expect(door, name, theirPassword, 'right')
    }
    await at.house.addPerson('local', 'a password of here')
    await at.house.house.core.people.disable('disabled', byCommand)
    await at.slapd.set(`cn=locked entry,${people}`, 'pwdAccountLockedTime', '000001010000Z')
  })
  after(async () => {
    await proxy.close()
    await at.close()
  })

  const people = 'ou=people,dc=example,dc=org'

  for (const door of passwordDoors) {
    test(`say the same of every name at ${door.door}, body and headers [A03]`, async () => {
      const said = new Set<string>()
      for (const name of Object.keys(classes)) said.add(JSON.stringify(wireOf(await refuse(door, name, 0))))
      assert.equal(said.size, 1, [...said].join('\n'))
      await at.expect(door, 'here-0', theirPassword, 'right')
    })
  }

  test('take the same time for every name [A03]', async (t) => {
    await assertAlikeAt(t, passwordDoors.slice(0, 2), 40)
  })

  test('take the same time when the directory takes longer than they are held back [A03]', async (t) => {
    proxy.be('lags', 50)
    const [door] = passwordDoors
    assert.ok(door)
    forgetFailures()
    // What it mostly takes has to become known first.
    const some = () => Promise.all(Array.from({ length: 26 }, (_, turn) => refuse(door, 'unknown', turn)))
    for (let times = 0; times < 2; times += 1) await some()
    forgetFailures()
    await assertAlikeAt(t, [door], 12, ['unknown', 'in the directory', 'local', 'disabled here, right'])
    proxy.be('passes')
  })

  function forgetFailures(): void {
    sql(at.house, 'update throttle set failures = 0, blocked_until = 0')
    sql(at.house, 'update passwords set failures = 0')
  }

  async function refuse(door: PasswordWay, name: string, turn: number): Promise<Answer> {
    const [username, password] = classes[name]?.(turn) ?? ['', '']
    return at.expect(door, username, password, 'wrong')
  }

  /** All but what is another one's in every answer. */
  function wireOf({ headers, body }: Answer): object {
    const id = String(headers['x-request-id'])
    const { 'x-request-id': _, date: __, ...rest } = headers
    return { headers: rest, body: body.replaceAll(id, 'ID') }
  }

  async function assertAlikeAt(
    t: TestContext,
    doors: readonly PasswordWay[],
    rounds: number,
    some: readonly string[] = Object.keys(classes),
  ): Promise<void> {
    await assertAlike(t, async (run) => {
      const probes = doors.flatMap((door) => some.map((name) => ({ door, name, times: [] as number[] })))
      for (let round = 0; round < rounds; round += 1) {
        const turned = probes.map((_, place) => probes[(place * 3 + round) % probes.length])
        assert.equal(new Set(turned).size, probes.length)
        await Promise.all(
          turned.map(async (probe) => {
            if (probe === undefined) return
            const began = performance.now()
            await refuse(probe.door, probe.name, run * rounds + round)
            probe.times.push(performance.now() - began)
          }),
        )
        forgetFailures()
      }
      return probes.flatMap(({ door, name, times }) => {
        const unknown = probes.find((one) => one.door === door && one.name === 'unknown')?.times ?? []
        return toldApart(unknown, times).map((said) => `${door.door} unknown and ${name}: ${said}`)
      })
    })
  }
})
