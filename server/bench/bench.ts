// npm run bench: the goals of docs/reference/performance.md as ratios, measured on this machine now. Prints a table,
// asserts nothing, and leaves no process and no directory behind.
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { measureCrowd } from './goals/crowd.ts'
import { againstIntrospection } from './goals/introspect.ts'
import { measureMemory } from './goals/memory.ts'
import { measureSignIns } from './goals/sign-in.ts'
import { measureSignOuts } from './goals/sign-out.ts'
import { measureStarts } from './goals/start.ts'
import { againstPeer, onPostgres, onSqlite } from './goals/who-am-i.ts'
import { type Goal, paceOf, readOptions } from './options.ts'
import { printTable, type Row, toJson } from './report.ts'
import { openStage, type Stage } from './stage.ts'

type Measure = (stage: Stage) => Promise<readonly Row[]>

const measures: Readonly<Record<Goal, readonly Measure[]>> = {
  1: [onSqlite],
  2: [onPostgres],
  3: [againstPeer, againstIntrospection],
  4: [measureSignIns],
  5: [measureCrowd],
  6: [measureSignOuts],
  9: [measureMemory],
  10: [measureStarts],
}

// However it ends, the handlers of 'exit' end what it started.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

const options = readOptions(process.argv.slice(2))
const began = performance.now()
const [loadBefore = 0] = loadavg()
const stage = openStage(paceOf(options))
const rows: Row[] = []
try {
  const wanted = Object.entries(measures).filter(([goal]) => options.only.has(Number(goal) as Goal))
  for (const [goal, measure] of wanted.flatMap(([goal, several]) => several.map((one) => [goal, one] as const))) {
    stage.say(`goal ${goal} …`)
    try {
      rows.push(...(await measure(stage)))
    } catch (error) {
      // The others can still be measured.
      stage.say(`goal ${goal} could not be measured: ${error instanceof Error ? error.message : error}`)
      process.exitCode = 1
    }
  }
} finally {
  await stage.close()
}
const about = {
  node: process.version,
  processor: cpus()[0]?.model,
  cores: availableParallelism(),
  loadBefore,
  isQuick: options.isQuick,
  seconds: Math.round((performance.now() - began) / 1000),
}
const footer = `${about.processor}, ${about.cores} cores, Node ${about.node}; load before ${loadBefore}; took ${about.seconds} s.`
process.stdout.write(`${printTable(rows)}\n${footer}\n`)
if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, toJson(rows, about))
