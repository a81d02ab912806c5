// Commands at a server: with a folder of profiles of their own, signed in there as the administrator.
import assert from 'node:assert/strict'
import { type CommandResult, runCommand } from './command.ts'
import { type Directory, freshDirectory } from './directory.ts'
import { adminName, adminPassword } from './house.ts'

export interface Remote extends Disposable {
  readonly directory: Directory
  readonly settings: Readonly<Record<string, string>>
  run(args: readonly string[], input?: string): Promise<CommandResult>
}

/** `more` goes to `gatehouse login`. */
export async function signedInAt(origin: string, ...more: readonly string[]): Promise<Remote> {
  const remote = remoteCommands()
  const args = ['login', '--server', origin, '--username', adminName, ...more]
  const { code, stderr } = await remote.run(args, adminPassword)
  assert.deepEqual([code, stderr], [0, ''])
  return remote
}

/** Nobody yet. */
export function remoteCommands(): Remote {
  const directory = freshDirectory()
  const settings = { XDG_CONFIG_HOME: directory.path }
  return {
    directory,
    settings,
    run: (args, input = '') => runCommand(args, settings, input),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  }
}
