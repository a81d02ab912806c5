// The command line. Every command goes through the same core as the doors; on the embedded database commands may
// run while the server does.
import { Command, Option } from 'commander'
import type { Config } from '../config/config.ts'
import { readConfig } from '../config/config.ts'
import { duration } from '../config/setting.ts'
import { addAccountCommands } from './account.ts'
import { addApplyCommand } from './apply.ts'
import { parsedBy } from './argument.ts'
import { addAuditCommands } from './audit.ts'
import { addCompletionCommand } from './completion.ts'
import { addConfigCommands } from './config.ts'
import { addDoctorCommand } from './doctor.ts'
import { exitCodes } from './exit-codes.ts'
import { addExportCommands } from './export.ts'
import { endOf } from './failure.ts'
import { addIdentityCommands } from './identity.ts'
import { addIntrospectCommands } from './introspect.ts'
import { addKeyCommands, addSettingsCommands } from './keys.ts'
import { addLoginCommands } from './login.ts'
import { addLoginTokenCommands } from './login-token.ts'
import { addMeCommands } from './me.ts'
import { addMemberCommands } from './member.ts'
import { complain } from './output.ts'
import { type Place, type PlaceOptions, placeOf } from './place.ts'
import { addProfileCommands } from './profile.ts'
import { addProjectCommands } from './project.ts'
import { addProviderCommands } from './provider.ts'
import { addRevokeAllCommand } from './revoke-all.ts'
import { addServeCommands } from './serve.ts'
import { addSessionCommands } from './session.ts'
import { addTokenCommands } from './token.ts'
import { addUserCommands } from './user.ts'
import { addUserImport } from './user-import.ts'

export interface Program {
  readonly command: Command
  /** The settings. @throws Error naming every setting that is wrong. */
  readonly config: () => Config
  /** The options that say where to work. */
  readonly options: () => PlaceOptions
  /** Where the command works. @throws CommandFailure when that is not said well. */
  readonly place: () => Place
}

/** Every command there is. */
export function createProgram(): Program {
  const command = addPlaceOptions(new Command('gatehouse'))
    .description('One sign-in for infrastructure consoles and the automation around them.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'gatehouse: ')) })
    .showHelpAfterError('(add --help for the ways to call it)')
  const options = (): PlaceOptions => command.opts<{ timeout: number } & PlaceOptions>()
  const program: Program = { command, config: checkedConfig, options, place: () => placeOf(options()) }
  addServeCommands(program)
  addLoginCommands(program)
  addProfileCommands(program)
  addMeCommands(program)
  addUserCommands(program)
  addUserImport(program)
  addAccountCommands(program)
  addMemberCommands(program)
  addProjectCommands(program)
  addProviderCommands(program)
  addApplyCommand(program)
  addTokenCommands(program)
  addLoginTokenCommands(program)
  addSessionCommands(program)
  addIdentityCommands(program)
  addRevokeAllCommand(program)
  addIntrospectCommands(program)
  addKeyCommands(program)
  addSettingsCommands(program)
  addConfigCommands(program)
  addAuditCommands(program)
  addExportCommands(program)
  addDoctorCommand(program)
  addCompletionCommand(program)
  return program
}

function addPlaceOptions(command: Command): Command {
  return command
    .option('--server <url>', 'work at this server, with the token in GATEHOUSE_TOKEN (also GATEHOUSE_SERVER)')
    .option('--profile <name>', 'work at the server of this profile, with its token (also GATEHOUSE_PROFILE)')
    .option('--local', 'work on the local database, whatever the environment and the profile in use say')
    .option('--insecure-http', 'allow a server without https that is not this machine')
    .addOption(
      new Option('--timeout <duration>', 'how long a server may take to answer')
        .argParser(parsedBy(duration))
        .default(30_000, '30s'),
    )
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
