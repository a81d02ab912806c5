// S04, S07 and S11 on real processes: no request that starts after a sign-out was answered is let in, on any worker or
// node, by any way of presenting the session; and what was ended stays ended through a kill.
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { byCommand } from '../../src/core/audit/audit.ts'
import {
  type AttackDoor,
  carry,
  cookieDoors,
  doorOf,
  doors,
  type Headers,
  type SignedIn,
  sessionFrom,
  signInRequest,
  signOutRequest,
  ways,
} from '../_kit/attack-doors.ts'
import { type Constellation, constellations } from '../_kit/constellations.ts'
import { stopSharedPostgres } from '../_kit/postgres.ts'
import { ask, sendRaw } from '../_kit/wire.ts'

const password = 'crows on a telegraph wire'
const verifiers = 100
/** How long verifying goes on before and after the sign-out. */
const before_ = 200
const after_ = 300

after(stopSharedPostgres)

interface Verification {
  /** When its first byte was about to be written, on this process's clock. */
  readonly startedAt: number
  readonly status: number
}

/** One verification over a kept connection of the agent's. */
function verify(agent: Agent, url: string, headers: Headers): Promise<Verification> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const sent = request(url, { agent, headers: { ...headers } }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ startedAt, status: answer.statusCode ?? 0 }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function signIn(origin: string, door: AttackDoor, name: string): Promise<SignedIn> {
  const answer = await ask(origin, signInRequest(door, name, password))
  assert.equal(answer.status, door.signedIn)
  return sessionFrom(door, answer)
}

for (const { name: standing, open } of constellations.slice(1)) {
  describe(standing, () => {
    let house: Constellation
    before(async () => {
      house = await open()
      await house.addPeople(['racer'], password)
    })
    after(() => house.close())

    const originAt = (at: number): string => house.origins[at % house.origins.length] ?? ''

    for (const { door, way, headers } of ways) {
      test(`${door.name} by ${way}: 100 verify without pause while one signs out: none that starts later is let in [S04] [S11]`, async (t) => {
        const session = await signIn(originAt(0), door, 'racer')
        const presented = headers(session)
        const agents = Array.from({ length: verifiers }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
        const seen: Verification[] = []
        let isOver = false
        const loops = agents.map(async (agent, at) => {
          while (!isOver) seen.push(await verify(agent, `${originAt(at)}${door.whoPath}`, presented))
        })
        await pause(before_)
        const out = await ask(originAt(0), signOutRequest(door, presented))
        const answeredAt = performance.now()
        await pause(after_)
        isOver = true
        await Promise.all(loops)
        for (const agent of agents) agent.destroy()
        assert.equal(out.status, door.signedOut)
        const [early, late] = [
          seen.filter(({ startedAt }) => startedAt < answeredAt),
          seen.filter(({ startedAt }) => startedAt >= answeredAt),
        ]
        t.diagnostic(`${early.length} before the answer, ${late.length} after it`)
        assert.ok(early.filter(({ status }) => status === 200).length >= 20)
        assert.ok(late.length >= 20)
        assert.deepEqual([...new Set(late.map(({ status }) => status))], [401])
      })
    }

    for (const door of doors) {
      test(`${door.name}: one sign-out on one node is seen at once on the other, 40 times in a row [R24]`, async () => {
        for (let turn = 0; turn < 40; turn += 1) {
          const session = await signIn(originAt(turn), door, 'racer')
          const headers = carry(door, session)
          assert.equal((await ask(originAt(turn + 1), { path: door.whoPath, headers })).status, 200)
          const out = await ask(originAt(turn), signOutRequest(door, headers))
          assert.equal(out.status, door.signedOut)
          assert.equal((await ask(originAt(turn + 1), { path: door.whoPath, headers })).status, 401)
        }
      })
    }

    for (const door of cookieDoors) {
      test(`${door.name}: sign-outs with as many invented cookies as a header holds, 60 at once, keep nobody from being served [S05] [R17]`, async () => {
        const session = await signIn(originAt(0), door, 'racer')
        const { cookie } = { cookie: `${door.cookie}=${session.cookie}` }
        // As many as a header of 16 kB holds.
        const most = Math.min(1100, Math.floor(15_900 / (door.cookie.length + 4)))
        const invented = Array.from({ length: most }, (_, at) => `${door.cookie}=${at.toString(36)}`).join(';')
        const { whoPath } = door
        const flood = Array.from({ length: 60 }, () => ask(originAt(0), signOutRequest(door, { cookie: invented })))
        const mine = await ask(originAt(0), { path: whoPath, headers: { cookie } })
        assert.equal(mine.status, 200)
        assert.deepEqual([...new Set((await Promise.all(flood)).map(({ status }) => status))], [204])
        const out = await ask(originAt(0), signOutRequest(door, { cookie: `${invented};${cookie}` }))
        assert.equal(out.status, 204)
        assert.equal((await ask(originAt(1), { path: whoPath, headers: { cookie } })).status, 401)
      })
    }

    for (const door of doors.filter(({ ways: [first] }) => first.way === 'bearer')) {
      test(`${door.name}: sign-outs with 600 invented Authorization headers each, 60 at once, keep nobody from being served [S05] [R17]`, async () => {
        const session = await signIn(originAt(0), door, 'racer')
        const headers = carry(door, session)
        const lines = Array.from({ length: 600 }, (_, at) => `Authorization: ${at.toString(36)}\r\n`).join('')
        const host = (at: number) => `Host: ${new URL(originAt(at)).host}\r\nConnection: close\r\nContent-Length: 0\r\n`
        const out = (more = '') =>
          sendRaw(
            originAt(0),
            `${door.signOutMethod} ${door.signOutPath} HTTP/1.1\r\n${host(0)}${lines}${more}\r\n`,
            5000,
          )
        const flood = Array.from({ length: 60 }, () => out())
        const mine = await ask(originAt(0), { path: door.whoPath, headers })
        assert.equal(mine.status, 200)
        const dead = (await Promise.all(flood)).flatMap(({ statuses }) => statuses)
        assert.deepEqual([dead.length, new Set(dead)], [60, new Set([door.signedOutDead.status])])
        const { statuses } = await out(`Authorization: ${headers['authorization']}\r\n`)
        assert.deepEqual(statuses, [door.signedOut])
        assert.equal((await ask(originAt(1), { path: door.whoPath, headers })).status, 401)
      })
    }

    test('of 50 sign-ins at once by one login token, on all of them together, one succeeds [T01] [O04]', async () => {
      const door = doorOf('cloudendure')
      for (let turn = 0; turn < 3; turn += 1) {
        const token = await house.withHouse(async ({ core }) => {
          const { secret } = await core.oneTimes.issueLogin(await core.people.get('racer'), 'cloudendure', byCommand)
          return secret.reveal()
        })
        const request = { method: 'POST', path: door.signInPath, body: { loginToken: token } }
        const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => ask(originAt(at), request)))
        const statuses = answers.map(({ status }) => status)
        assert.equal(statuses.filter((status) => status === 200).length, 1)
        assert.ok(
          statuses.every((status) => [200, 401, 429, 503].includes(status)),
          `${[...new Set(statuses)]}`,
        )
        assert.notEqual((await ask(originAt(turn), request)).status, 200)
      }
    })

    test('what was ended just before a kill -9 stays ended, and what lived lives on [S07]', async () => {
      const pairs = []
      for (const { door, headers } of ways) {
        const [ended, alive] = [await signIn(originAt(0), door, 'racer'), await signIn(originAt(1), door, 'racer')]
        pairs.push({ door, ended: headers(ended), alive: headers(alive) })
      }
      const outs = pairs.map(({ door, ended }) => ask(originAt(0), signOutRequest(door, ended)))
      const statuses = (await Promise.all(outs)).map(({ status }) => status)
      assert.deepEqual(
        statuses,
        pairs.map(({ door }) => door.signedOut),
      )
      await house.restart()
      for (const { door, ended, alive } of pairs) {
        for (const at of [0, 1]) {
          assert.equal((await ask(originAt(at), { path: door.whoPath, headers: ended })).status, 401)
          assert.equal((await ask(originAt(at), { path: door.whoPath, headers: alive })).status, 200)
        }
      }
    })
  })
}
