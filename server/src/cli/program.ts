// The command line. Every command goes through the same core as the doors; on the embedded database commands may
// run while the server does.
import { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { readConfig } from '../config/config.ts'
import { addAccountCommands } from './account.ts'
import { addAuditCommands } from './audit.ts'
import { addCompletionCommand } from './completion.ts'
import { addConfigCommands } from './config.ts'
import { addDoctorCommand } from './doctor.ts'
import { exitCodes } from './exit-codes.ts'
import { addExportCommands } from './export.ts'
import { endOf } from './failure.ts'
import { addKeyCommands } from './keys.ts'
import { addMemberCommands } from './member.ts'
import { complain } from './output.ts'
import { addProjectCommands } from './project.ts'
import { addRevokeAllCommand } from './revoke-all.ts'
import { addServeCommands } from './serve.ts'
import { addTokenCommands } from './token.ts'
import { addUserCommands } from './user.ts'
import { addUserImport } from './user-import.ts'

export interface Program {
  readonly command: Command
  /** The settings. @throws Error naming every setting that is wrong. */
  readonly config: () => Config
}

/** Every command there is. */
export function createProgram(): Program {
  const command = new Command('gatehouse')
    .description('One sign-in for infrastructure consoles and the automation around them.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'gatehouse: ')) })
    .showHelpAfterError('(add --help for the ways to call it)')
  const program: Program = { command, config: checkedConfig }
  addServeCommands(program)
  addUserCommands(program)
  addUserImport(program)
  addAccountCommands(program)
  addMemberCommands(program)
  addProjectCommands(program)
  addTokenCommands(program)
  addRevokeAllCommand(program)
  addKeyCommands(program)
  addConfigCommands(program)
  addAuditCommands(program)
  addExportCommands(program)
  addDoctorCommand(program)
  addCompletionCommand(program)
  return program
}

/** Runs one command. Resolves to the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const { command } = createProgram()
  const written = watchOutput()
  try {
    await command.parseAsync([...args], { from: 'user' })
    return (await written()) ? Number(process.exitCode ?? exitCodes.done) : exitCodes.failed
  } catch (error) {
    return complainOf(error)
  }
}

/** Says in a sentence when nobody reads the answer, or there is no room for it; false then. What was done stands. */
function watchOutput(): () => Promise<boolean> {
  let failure: NodeJS.ErrnoException | undefined
  process.stdout.on('error', (error) => {
    failure ??= error
  })
  return async () => {
    await new Promise((resolve) => process.stdout.write('', resolve))
    if (failure !== undefined) complain(`the answer could not be written (${failure.code}); what was asked for is done`)
    return failure === undefined
  }
}

function complainOf(error: unknown): number {
  const { code, sentence } = endOf(error)
  if (sentence !== undefined) complain(sentence)
  return code
}

function checkedConfig(): Config {
  const { config, problems } = readConfig()
  if (problems.length > 0) throw new Error(`${problems.join(' ')} ("gatehouse config check" lists this.)`)
  return config
}
