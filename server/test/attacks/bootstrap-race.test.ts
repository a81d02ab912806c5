// P01 and P02 on real processes: the printed link, 50 at once over 50 connections, and nothing but one winner, on one
// process, two workers and two nodes alike.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { doors, signInRequest } from '../_kit/attack-doors.ts'
import { constellations } from '../_kit/constellations.ts'
import { cheapHashing } from '../_kit/house.ts'
import { stopSharedPostgres } from '../_kit/postgres.ts'
import { ask } from '../_kit/wire.ts'

const password = 'a kettle on the wood stove'

after(stopSharedPostgres)

for (const { name: standing, open } of constellations) {
  test(`${standing}: of 50 POSTs of the printed link at once one answers 200 and 49 answer 409, and GET uses nothing up [P01] [P02]`, async () => {
    const house = await open(cheapHashing)
    try {
      const links = await Promise.all(house.processes.map((one) => one.setupLink()))
      const paths = links.map((link) => new URL(link).pathname)
      const at = (turn: number) => ({
        origin: house.origins[turn % house.origins.length] ?? '',
        path: paths[turn % paths.length] ?? '',
      })
      for (let turn = 0; turn < 6; turn += 1) {
        const { origin, path } = at(turn)
        assert.equal((await ask(origin, { path })).status, 200)
      }
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, turn) => {
          const { origin, path } = at(turn)
          return ask(origin, { method: 'POST', path, body: { username: `first-${turn}`, password } })
        }),
      )
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array<number>(49).fill(409)])
      const people = await house.sql('select id, is_operator from persons')
      assert.deepEqual(
        people.map((row) => [Number(row['id']), Number(row['is_operator'])]),
        [[1, 1]],
      )
      const winner = JSON.parse(answers.find(({ status }) => status === 200)?.body ?? '{}') as { username: string }
      for (const door of doors) {
        const request = signInRequest(door, winner.username, password)
        assert.equal((await ask(house.origins[0] ?? '', request)).status, door.signedIn)
      }
      const [done] = await house.sql(`select count(*) as times from audit where event = 'bootstrap.completed'`)
      assert.equal(Number(done?.['times']), 1)
      await house.restart()
      assert.ok(house.processes.every((one) => !one.output().includes('/setup/')))
      assert.equal((await ask(at(0).origin, { path: paths[0] ?? '' })).status, 409)
    } finally {
      await house.close()
    }
  })
}
