// Runs shell examples as they stand in a page. `npx gatehouse` is the command of this very tree, without npm's own
// second of starting.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { CommandResult } from './command.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const npx = `npx() { shift; node '${main}' "$@"; }`

/** Stops at the first command that fails. */
export async function runScript(script: string, settings: Readonly<Record<string, string>>): Promise<CommandResult> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_')))
  const path = `${dirname(process.execPath)}${delimiter}${own['PATH']}`
  const child = spawn('sh', ['-eu', '-c', `${npx}\n${script}`], { env: { ...own, PATH: path, ...settings } })
  child.stdin.end()
  const closed = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed])
  return { code: child.exitCode, stdout, stderr }
}
