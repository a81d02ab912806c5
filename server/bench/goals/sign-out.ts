// Goal 6: what a durable sign-out costs over a verification, and what writers gain by sharing fsyncs.
import { expectOnly, type Loaded, loadServer } from '../load/load.ts'
import { micros, perSecond, type Row } from '../report.ts'
import { signOut, whoAmI } from '../requests.ts'
import { alternate } from '../rounds.ts'
import type { Stage } from '../stage.ts'
import { median, ratioOf } from '../stats.ts'

const writers = 64
const longest = 30_000

export async function measureSignOuts(stage: Stage): Promise<readonly Row[]> {
  const { pace, load } = stage
  const { house, server } = await stage.sqlite()
  const perRound = pace.signOuts + pace.signOutsOneByOne
  const cookies = [...(await house.openSessions((pace.rounds + 1) * perRound))]

  async function signOutAll(count: number, connections: number): Promise<Loaded> {
    const requests = cookies.splice(0, count).map(signOut)
    const loaded = await loadServer(load, server, { connections, requests, isOnce: true, milliseconds: longest })
    expectOnly(loaded, 204)
    return loaded
  }
  const requests = whoAmI(house.stock, 'cookies')
  const verify = async (): Promise<number> => {
    const job = { connections: writers, requests, milliseconds: pace.round }
    return (await loadServer(load, server, job)).perAnswer
  }
  const costs: number[] = []
  const together = async (): Promise<number> => {
    const loaded = await signOutAll(pace.signOuts, writers)
    costs.push(loaded.perAnswer)
    return loaded.answers / loaded.seconds
  }
  const oneByOne = async (): Promise<number> => {
    const loaded = await signOutAll(pace.signOutsOneByOne, 1)
    return loaded.answers / loaded.seconds
  }
  await alternate(1, [verify, together, oneByOne])
  costs.length = 0
  const [verifying = [], many = [], single = []] = await alternate(pace.rounds, [verify, together, oneByOne])
  return [
    {
      goal: '6',
      figure: 'Semaphore sign-out (durable, SQLite) CPU ÷ who-am-I CPU',
      absolute: `${micros(median(costs))} ÷ ${micros(median(verifying))}`,
      ratio: ratioOf(costs, verifying),
      wanted: '≤ 3',
    },
    {
      goal: '6',
      figure: 'sign-outs a second by 64 writers ÷ one by one',
      absolute: `${perSecond(median(many))} ÷ ${perSecond(median(single))}`,
      ratio: ratioOf(many, single),
      wanted: '≥ 5',
    },
  ]
}
