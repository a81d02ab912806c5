// S04, S07 and S11 on real processes: no request that starts after a sign-out was answered is let in, on any worker or
// node, by any way of presenting the session; and what was ended stays ended through a kill.
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { doorOf, doors, type Headers, type SignedIn, ways } from '../_kit/attack-doors.ts'
import { type Constellation, constellations } from '../_kit/constellations.ts'
import { stopSharedPostgres } from '../_kit/postgres.ts'
import { ask } from '../_kit/wire.ts'

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

async function signIn(origin: string, doorName: 'portainer' | 'semaphore', name: string): Promise<SignedIn> {
  const door = doorOf(doorName)
  const answer = await ask(origin, {
    method: 'POST',
    path: door.signInPath,
    body: { [door.nameField]: name, password },
  })
  assert.equal(answer.status, door.signedIn)
  const line = String(answer.headers['set-cookie'])
  const cookie = new RegExp(`${door.cookie}=([\\w-]+)`).exec(line)?.[1] ?? ''
  return { cookie, jwt: answer.body === '' ? undefined : (JSON.parse(answer.body) as { jwt: string }).jwt }
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

    for (const { door: doorName, way, headers } of ways) {
      const door = doorOf(doorName)

      test(`${door.name} by ${way}: 100 verify without pause while one signs out: none that starts later is let in [S04] [S11]`, async (t) => {
        const session = await signIn(originAt(0), doorName, 'racer')
        const presented = headers(session)
        const agents = Array.from({ length: verifiers }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
        const seen: Verification[] = []
        let isOver = false
        const loops = agents.map(async (agent, at) => {
          while (!isOver) seen.push(await verify(agent, `${originAt(at)}${door.whoPath}`, presented))
        })
        await pause(before_)
        const out = await ask(originAt(0), { method: 'POST', path: door.signOutPath, headers: presented })
        const answeredAt = performance.now()
        await pause(after_)
        isOver = true
        await Promise.all(loops)
        for (const agent of agents) agent.destroy()
        assert.equal(out.status, 204)
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
          const session = await signIn(originAt(turn), door.name, 'racer')
          const headers = { cookie: `${door.cookie}=${session.cookie}` }
          assert.equal((await ask(originAt(turn + 1), { path: door.whoPath, headers })).status, 200)
          assert.equal((await ask(originAt(turn), { method: 'POST', path: door.signOutPath, headers })).status, 204)
          assert.equal((await ask(originAt(turn + 1), { path: door.whoPath, headers })).status, 401)
        }
      })
    }

    test('sign-outs with 1100 invented cookies each, 60 at once, keep nobody from being served [S05] [R17]', async () => {
      const session = await signIn(originAt(0), 'semaphore', 'racer')
      const cookie = `semaphore=${session.cookie}`
      const invented = Array.from({ length: 1100 }, (_, at) => `semaphore=${at.toString(36)}`).join(';')
      const path = '/semaphore/api/auth/logout'
      const flood = Array.from({ length: 60 }, () =>
        ask(originAt(0), { method: 'POST', path, headers: { cookie: invented } }),
      )
      const mine = await ask(originAt(0), { path: '/semaphore/api/user', headers: { cookie } })
      assert.equal(mine.status, 200)
      assert.deepEqual([...new Set((await Promise.all(flood)).map(({ status }) => status))], [204])
      const out = await ask(originAt(0), { method: 'POST', path, headers: { cookie: `${invented};${cookie}` } })
      assert.equal(out.status, 204)
      assert.equal((await ask(originAt(1), { path: '/semaphore/api/user', headers: { cookie } })).status, 401)
    })

    test('what was ended just before a kill -9 stays ended, and what lived lives on [S07]', async () => {
      const pairs = []
      for (const { door: doorName, headers } of ways) {
        const [ended, alive] = [
          await signIn(originAt(0), doorName, 'racer'),
          await signIn(originAt(1), doorName, 'racer'),
        ]
        pairs.push({ door: doorOf(doorName), ended: headers(ended), alive: headers(alive) })
      }
      const outs = pairs.map(({ door, ended }) =>
        ask(originAt(0), { method: 'POST', path: door.signOutPath, headers: ended }),
      )
      for (const { status } of await Promise.all(outs)) assert.equal(status, 204)
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
