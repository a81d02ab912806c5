// Goal 9: resident memory of one idle process, and what is left of many requests once they are over.
import { setTimeout as pause } from 'node:timers/promises'
import { expectOnly } from '../load/load.ts'
import { residentMegabytes } from '../machine/process-figures.ts'
import type { Row } from '../report.ts'
import { credentialKinds, whoAmI } from '../requests.ts'
import type { Stage } from '../stage.ts'

const connections = 64
const longest = 300_000

export async function measureMemory(stage: Stage): Promise<readonly Row[]> {
  const bare = await stage.bare()
  const house = await stage.spareHouse()
  const { manyRequests, settling } = stage.pace
  const server = await house.start()
  try {
    await pause(settling)
    const idle = residentMegabytes(server.pid)
    const bareIdle = residentMegabytes(bare.pid)
    const requests = credentialKinds.flatMap((kind) => whoAmI(house.stock, kind))
    const run = async (most: number): Promise<number> => {
      const result = await stage.load.run({ port: server.port, connections, requests, most, milliseconds: longest })
      expectOnly(result, 200)
      await pause(settling)
      return residentMegabytes(server.pid)
    }
    const early = await run(manyRequests / 10)
    const late = await run(manyRequests)
    const one = (ratio: number) => ({ median: ratio, least: ratio, most: ratio })
    return [
      {
        goal: '9',
        figure: 'idle memory of one process, unbuilt, on SQLite ÷ bare node:http',
        absolute: `${idle.toFixed(0)} MB ÷ ${bareIdle.toFixed(0)} MB`,
        ratio: one(idle / bareIdle),
        wanted: '≤ 130 MB',
      },
      {
        goal: '9',
        figure: `memory after ${manyRequests} more requests ÷ after the first ${manyRequests / 10}`,
        absolute: `${late.toFixed(0)} MB ÷ ${early.toFixed(0)} MB (idle ${idle.toFixed(0)} MB)`,
        ratio: one(late / early),
        wanted: '+0',
      },
    ]
  } finally {
    await server.end()
  }
}
