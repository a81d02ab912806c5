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

export interface StartedCommand {
  /** What it answered so far. */
  output(): string
  /** Waits for its end, after a signal when one is given. */
  end(signal?: NodeJS.Signals): Promise<CommandResult>
}

/** Nobody's profiles: whoever runs the tests may be signed in somewhere. */
const nowhere = '/nonexistent'

/** `input` is what is piped in; nothing of this process's own settings reaches the command. */
export function startCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  input: string | Buffer = '',
): StartedCommand {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GATEHOUSE_')))
  const env = { ...own, XDG_CONFIG_HOME: nowhere, ...settings }
  const child = spawn(process.execPath, [main, ...args], { env, stdio: 'pipe' })
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
  const closed = once(child, 'close')
  return {
    output: () => stdout,
    async end(signal) {
      if (signal !== undefined) child.kill(signal)
      await closed
      return { code: child.exitCode, stdout, stderr }
    },
  }
}

/** The same, to its end. */
export function runCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  input: string | Buffer = '',
): Promise<CommandResult> {
  return startCommand(args, settings, input).end()
}
