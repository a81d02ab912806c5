// A real server process on a free loopback port: started as a reader would start it, spoken to over sockets,
// stopped or killed by the test, and never left behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const startPatience = 20_000

export interface ServerProcess {
  readonly origin: string
  readonly child: ChildProcess
  /** Everything it wrote so far. */
  output(): string
  /** The setup link of a first start, once it was printed. */
  setupLink(): Promise<string>
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts `gatehouse serve` with these settings and nothing of this process's own; `under` is a command to run it. */
export async function startServer(
  settings: Readonly<Record<string, string>>,
  under: readonly string[] = [],
): Promise<ServerProcess> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_')))
  const [command = process.execPath, ...args] = [...under, process.execPath, main, 'serve']
  const child = spawn(command, args, {
    env: { ...own, GATEHOUSE_PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const wait = async (pattern: RegExp): Promise<RegExpExecArray> => {
    const until = performance.now() + startPatience
    for (;;) {
      const match = pattern.exec(output)
      if (match !== null) return match
      if (child.exitCode !== null || child.signalCode !== null || performance.now() > until) {
        child.kill('SIGKILL')
        throw new Error(`the server did not print ${pattern}:\n${output}`)
      }
      await pause(10)
    }
  }
  const [, origin = ''] = await wait(/"origin":"(http:[^"]+)","door":"gatehouse"/)
  await waitUntilReady(origin)
  return {
    origin,
    child,
    output: () => output,
    setupLink: async () => (await wait(/http:\S+\/setup\/[\w-]+/))[0],
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill(signal)
        await ended
      }
      return { code: child.exitCode, signal: child.signalCode }
    },
  }
}

async function waitUntilReady(origin: string): Promise<void> {
  const until = performance.now() + startPatience
  while (performance.now() < until) {
    const answer = await fetch(`${origin}/health/ready`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 200) return
    await pause(20)
  }
  throw new Error(`${origin} did not get ready`)
}
