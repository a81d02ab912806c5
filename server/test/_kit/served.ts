// A server on a fresh data directory, and the command line beside it, both as processes of their own: what an
// administrator has.
import assert from 'node:assert/strict'
import { type CommandResult, runCommand } from './command.ts'
import { freshDirectory } from './directory.ts'
import { adminName, adminPassword, cheapHashing } from './house.ts'
import { type ServerProcess, startServer } from './process.ts'

/** The password of everybody whom `person` makes. */
export const servedPassword = 'plain words in a row'

export interface Served extends AsyncDisposable {
  readonly origin: string
  readonly settings: Readonly<Record<string, string>>
  /** One command, whatever comes of it. */
  run(...args: readonly string[]): Promise<CommandResult>
  /** One command that must succeed without a complaint; what it says. */
  tell(...args: readonly string[]): Promise<string>
  /** The same with `--json`; its one value. */
  ask<Value>(...args: readonly string[]): Promise<Value>
  /** Adds somebody by the command line. */
  person(username: string): Promise<void>
}

export async function serveFresh(more: Readonly<Record<string, string>> = {}): Promise<Served> {
  const data = freshDirectory()
  const settings = {
    GATEHOUSE_DATA: data.path,
    GATEHOUSE_ADMIN_USERNAME: adminName,
    GATEHOUSE_ADMIN_PASSWORD: adminPassword,
    ...cheapHashing,
    ...more,
  }
  const server: ServerProcess = await startServer(settings)
  const { origin } = server
  const run = (...args: readonly string[]): Promise<CommandResult> => runCommand(args, settings)
  const tell = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args)
    assert.deepEqual([code, stderr], [0, ''], args.join(' '))
    return stdout
  }
  return {
    origin,
    settings,
    run,
    tell,
    async ask<Value>(...args: readonly string[]): Promise<Value> {
      return JSON.parse(await tell(...args, '--json'))
    },
    async person(username) {
      const made = await runCommand(['user', 'create', username], settings, servedPassword)
      assert.equal(made.code, 0, made.stderr)
    },
    async [Symbol.asyncDispose]() {
      await server.end()
      data[Symbol.dispose]()
    },
  }
}
