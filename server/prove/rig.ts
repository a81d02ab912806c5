// One place under one running server, with the history and model of what was asked of it. Starting and killing
// are timed and counted here, and an exit that nobody caused is a violation, whenever it comes.
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type ServerProcess, startServer } from '../test/_kit/process.ts'
import { type Acts, createActs, type Stage } from './acts.ts'
import { openHistory } from './history.ts'
import { createModel } from './model.ts'
import type { Place, Settings, Somebody } from './place.ts'
import type { Context, Tally } from './report.ts'
import { openWire, type Wire } from './wire.ts'

export interface Rig extends Stage {
  readonly context: Context
  readonly place: Place
  readonly people: readonly Somebody[]
  readonly acts: Acts
  readonly wire: () => Wire
  readonly server: () => ServerProcess
  /** Everything that every server of this rig wrote. */
  output(): string
  start(): Promise<void>
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM; any status but 0 is a violation. Nothing happens when it stopped before. */
  stop(): Promise<void>
}

const longestRestart = 3000
const longestStart = 20_000
/** What a graceful stop may take. */
export const grace = 10_000

function createRig(context: Context, place: Place, people: readonly Somebody[]): Rig {
  const { tally } = context
  const history = openHistory(`${context.id}-${place.kind}`, context.seed)
  const model = createModel()
  const outputs: (() => string)[] = []
  let node: Node | undefined
  const running = (): Node => {
    if (node === undefined) throw new Error('no server runs')
    return node
  }
  const wire = (): Wire => running().wire

  async function start(): Promise<void> {
    const isRestart = outputs.length > 0
    const began = performance.now()
    node = await startNode(place.settings, tally)
    const took = performance.now() - began
    outputs.push(node.server.output)
    tally.most(isRestart ? 'slowest restart ms' : 'first start ms', took)
    // A neighbour's work on the same cores says nothing about ours.
    const waited = waitedForCpu(node.server.child.pid)
    if (isRestart && took - waited > longestRestart) {
      tally.violate('restart', `ready after ${Math.round(took)} ms, ${Math.round(waited)} of them without a core`)
    }
    if (isRestart) history.turn()
  }

  return {
    context,
    place,
    people,
    history,
    model,
    tally,
    acts: createActs({ history, model, tally }, wire),
    wire,
    server: () => running().server,
    output: () => outputs.map((output) => output()).join('\n'),
    start,
    kill: () => running().kill(),
    async stop() {
      await node?.close()
    },
  }
}

/** Milliseconds that a process's main thread was ready to run and had no core; 0 where the system does not tell. */
function waitedForCpu(pid: number | undefined): number {
  const file = `/proc/${pid}/schedstat`
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ')[1]) / 1e6 : 0
}

/** One server process and the way to it. */
export interface Node {
  readonly server: ServerProcess
  readonly wire: Wire
  /** Resolves when the process is gone. */
  readonly gone: Promise<Gone>
  /** Sends a signal: the end of the process is expected from here on. */
  signal(name: NodeJS.Signals): void
  kill(): Promise<void>
  /** Graceful: anything but status 0 is a violation. */
  close(): Promise<void>
}

interface Gone {
  /** The exit status, or the signal that ended it. */
  readonly by: number | string
  readonly at: number
}

export async function startNode(settings: Settings, tally: Tally, under: readonly string[] = []): Promise<Node> {
  const server = await startServer(settings, under)
  await untilAllListen(server, Number(settings['GATEHOUSE_WORKERS'] ?? 1))
  const { child } = server
  const wire = openWire(server.origin)
  let isExpected = false
  const gone = new Promise<Gone>((resolve) => {
    child.once('exit', (code, signal) => {
      if (!isExpected) tally.violate('I7', `the server ended by itself (${code ?? signal}): ${lastOf(server.output())}`)
      wire.close()
      resolve({ by: code ?? signal ?? 'unknown', at: performance.now() })
    })
  })
  const signal = (name: NodeJS.Signals): void => {
    isExpected = true
    child.kill(name)
  }
  return {
    server,
    wire,
    gone,
    signal,
    async kill() {
      signal('SIGKILL')
      await gone
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const began = performance.now()
      signal('SIGTERM')
      const { by, at } = await gone
      tally.most('slowest stop ms', at - began)
      if (by !== 0 || at - began > grace) {
        tally.violate('stop', `SIGTERM ended in ${by} after ${Math.round(at - began)} ms: ${lastOf(server.output())}`)
      }
    },
  }
}

/** The first of several workers makes the server ready; a proof of several wants them all. */
async function untilAllListen({ output }: ServerProcess, count: number): Promise<void> {
  const until = performance.now() + longestStart
  while ((output().match(/"door":"gatehouse"/g) ?? []).length < count) {
    if (performance.now() > until) throw new Error(`not all of ${count} workers listen: ${lastOf(output())}`)
    await pause(10)
  }
}

function lastOf(output: string): string {
  return output.trimEnd().split('\n').slice(-3).join(' | ').slice(-1500)
}

/** Runs `work` on a rig and takes everything away again, however it ends. */
export async function withRig(
  context: Context,
  place: Place,
  people: readonly Somebody[],
  work: (rig: Rig) => Promise<void>,
): Promise<void> {
  const rig = createRig(context, place, people)
  try {
    await rig.start()
    await work(rig)
  } finally {
    await rig.stop()
    const isBroken = context.tally.violations.length > 0
    if (isBroken) context.tally.figures['history'] = rig.history.file
    rig.history.close(isBroken)
    await place.remove()
  }
}
