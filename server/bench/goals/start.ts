// Goal 10: from the process's start to a ready server, on a database that exists and with a warm compile cache,
// over the same of bare node:http.
import { type ChildWish, endChild, freePort, launch, untilReady } from '../machine/children.ts'
import { millis, type Row } from '../report.ts'
import { alternate } from '../rounds.ts'
import { bareFile, type Stage } from '../stage.ts'
import { median, ratioOf } from '../stats.ts'

export async function measureStarts(stage: Stage): Promise<readonly Row[]> {
  const house = await stage.spareHouse()
  const bareWish = async (): Promise<ChildWish> => {
    const port = await freePort()
    return { command: [bareFile, String(port)], port, readyPath: '/' }
  }
  const bare = () => timeStart(bareWish)
  const own = () => timeStart(() => house.wish())
  await alternate(1, [bare, own])
  const [denominators = [], figures = []] = await alternate(stage.pace.starts, [bare, own])
  return [
    {
      goal: '10',
      figure: 'start to /health/ready on an existing SQLite database, warm compile cache ÷ bare node:http',
      absolute: `${millis(median(figures))} ÷ ${millis(median(denominators))}`,
      ratio: ratioOf(figures, denominators),
      wanted: '≤ 4',
    },
  ]
}

async function timeStart(make: () => Promise<ChildWish>): Promise<number> {
  const wish = await make()
  const began = performance.now()
  const child = launch(wish)
  await untilReady(child, wish)
  const took = performance.now() - began
  await endChild(child, 15_000)
  return took
}
