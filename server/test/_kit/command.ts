// Runs one gatehouse command as a person would: a process of its own, its answer on stdout, its complaint on stderr.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Nobody's profiles: whoever runs the tests may be signed in somewhere. */
const nowhere = '/nonexistent'

/** `input` is what is piped in; nothing of this process's own settings reaches the command. */
export async function runCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  input = '',
): Promise<CommandResult> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_')))
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...own, XDG_CONFIG_HOME: nowhere, ...settings },
    stdio: 'pipe',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  // A command that reads nothing may be gone before its input is written.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
