// The command line as an administrator runs it, beside a server: a process of its own, its exit status and words.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Settings } from './place.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly ms: number
}

/** Ended by SIGKILL when it has not ended by itself in time. */
export function runCommand(settings: Settings, args: readonly string[], input = ''): Promise<Ran> {
  const began = performance.now()
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_')))
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...own, ...settings },
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, out, err, ms: performance.now() - began }))
  })
}
