// Goal 5: what a crowd at the sign-in does to everybody else, to itself, and to the work that still gets done.
import type { LoadResult } from '../load/job.ts'
import { expectOnly, openLoad } from '../load/load.ts'
import { millis, perSecond, type Row } from '../report.ts'
import { semaphoreSignIns, whoAmI } from '../requests.ts'
import { alternate } from '../rounds.ts'
import type { Running, Stage } from '../stage.ts'
import { median, ratioOf } from '../stats.ts'
import { signInRate } from './sign-in.ts'

/** Verifications a second while others sign in: few, so that they measure waiting and cause none. */
const probesPerSecond = 200
const crowdConnections = 1200
const timesCapacity = 10

export async function measureCrowd(stage: Stage): Promise<readonly Row[]> {
  const running = await stage.sqlite()
  return [await verifyingBeside(stage, running), ...(await atTenTimes(stage, running))]
}

/** p99 of verifications while sign-ins fill all cores, over p99 with nothing else going on. */
async function verifyingBeside(stage: Stage, { house, server }: Running): Promise<Row> {
  const milliseconds = stage.pace.hashingRound
  const requests = whoAmI(house.stock, 'cookies')
  const prober = openLoad()
  const probe = async (): Promise<number> => {
    const result = await prober.run({
      port: server.port,
      connections: 8,
      requests,
      milliseconds,
      rate: probesPerSecond,
    })
    expectOnly(result, 200)
    return result.good?.p99 ?? Number.NaN
  }
  const crowd = { port: server.port, connections: 32, requests: semaphoreSignIns(), milliseconds: milliseconds + 500 }
  const beside = async (): Promise<number> => {
    const [took] = await Promise.all([probe(), stage.load.run(crowd)])
    return took
  }
  try {
    await probe()
    const [idle = [], busy = []] = await alternate(stage.pace.rounds, [probe, beside])
    return {
      goal: '5',
      figure: 'p99 of who-am-I while sign-ins fill all cores ÷ idle p99',
      absolute: `${millis(median(busy))} ÷ ${millis(median(idle))}`,
      ratio: ratioOf(busy, idle),
      wanted: '≤ 2, or ≤ 10 ms',
    }
  } finally {
    prober.close()
  }
}

async function atTenTimes(stage: Stage, { server }: Running): Promise<readonly Row[]> {
  const requests = semaphoreSignIns()
  const flooded: LoadResult[] = []
  const capacity = () => signInRate(stage.load, { server, requests, status: 204 }, stage.pace.hashingRound)
  let lately = await capacity()
  const atCapacity = async (): Promise<number> => {
    lately = await capacity()
    return lately
  }
  const atTenfold = async (): Promise<number> => {
    const flood = { port: server.port, connections: crowdConnections, requests, milliseconds: stage.pace.crowd }
    const result = await stage.load.run({ ...flood, rate: lately * timesCapacity })
    flooded.push(result)
    return result.goodput
  }
  const rounds = Math.ceil(stage.pace.rounds / 2)
  const [own = [], tenfold = []] = await alternate(rounds, [atCapacity, atTenfold])
  return [
    {
      goal: '5',
      figure: 'sign-ins that succeed a second at ten times the capacity ÷ at capacity',
      absolute: `${perSecond(median(tenfold))} ÷ ${perSecond(median(own))}`,
      ratio: ratioOf(tenfold, own),
      wanted: '≥ 0.9',
    },
    refusalRow(flooded),
  ]
}

function refusalRow(flooded: readonly LoadResult[]): Row {
  const refused = flooded.flatMap((result) => result.refused ?? [])
  const statuses = new Set(flooded.flatMap((result) => Object.keys(result.statuses)))
  const silent = flooded.reduce((sum, result) => sum + result.withoutRetryAfter, 0)
  const p50 = refused.length === 0 ? undefined : median(refused.map((one) => one.p50))
  const p99 = refused.length === 0 ? undefined : median(refused.map((one) => one.p99))
  const note = silent === 0 ? '' : `, ${silent} without Retry-After`
  return {
    goal: '5',
    figure: `time to the refusal of the excess (answers were ${[...statuses].join(', ')})`,
    absolute: `p50 ${millis(p50)}, p99 ${millis(p99)}${note}`,
    wanted: '≤ 100 ms',
  }
}
