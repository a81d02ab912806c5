// Processes of a bench: each known until it ended, ended with the bench however that ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { processorSeconds } from './process-figures.ts'

export interface Child {
  readonly pid: number
  readonly port: number
  /** Seconds of processor time so far. */
  processorSeconds(): number
  /** Asks it to end and waits; killed when it takes longer than `patience` milliseconds. */
  end(patience?: number): Promise<void>
}

export interface ChildWish {
  /** The arguments of `node`. */
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly port: number
  /** A path on its port that answers 200 when it may be used. */
  readonly readyPath: string
}

const startPatience = 60_000
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A process of ours that ends with us; its own settings are all it gets of ours. */
export function launch({ command, environment = {} }: Pick<ChildWish, 'command' | 'environment'>): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_'))
  const child = spawn(process.execPath, command, {
    env: { ...Object.fromEntries(inherited), ...environment },
    // Lines go nowhere: making them is measured, keeping them is somebody else's work.
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Starts it and waits until it answers. @throws Error when it ends or does not answer in time. */
export async function startChild(wish: ChildWish): Promise<Child> {
  const child = launch(wish)
  await untilReady(child, wish)
  const pid = child.pid ?? 0
  return {
    pid,
    port: wish.port,
    processorSeconds: () => processorSeconds(pid),
    end: (patience = 15_000) => endChild(child, patience),
  }
}

export async function endChild(child: ChildProcess, patience: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const inTime = await Promise.race([ended, pause(patience, undefined, { ref: false })])
  if (inTime !== undefined) return
  child.kill('SIGKILL')
  await ended
}

/** Asked every few milliseconds, so that a start can be timed by it. */
export async function untilReady(child: ChildProcess, { port, readyPath }: ChildWish): Promise<void> {
  const until = performance.now() + startPatience
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('a process of the bench did not start')
    const answer = await fetch(`http://127.0.0.1:${port}${readyPath}`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 200) return
    await pause(3)
  }
  child.kill('SIGKILL')
  throw new Error(`nothing answers on port ${port}`)
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
