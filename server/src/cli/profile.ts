// gatehouse profile list | use | remove
import { readRemoteEnvironment } from '../config/remote.ts'
import { answer, type Output, table } from './output.ts'
import { checkProfileName, profileNamed, readProfiles, withoutProfile, writeProfiles } from './profiles.ts'
import type { Program } from './program.ts'

const whichProfile = 'its name, as the list shows it'

export function addProfileCommands({ command }: Program): void {
  const profile = command
    .command('profile')
    .description('The servers that you are signed in at. "gatehouse login" adds one, "gatehouse logout" ends it.')

  profile
    .command('list')
    .description('Every profile, never its token.')
    .option('--json', 'answer as JSON')
    .action((options: Output) => {
      const { inUse, profiles } = readProfiles(readRemoteEnvironment().directory)
      const all = Object.entries(profiles).map(([name, { server, username, kind, expiresAt }]) => {
        return { name, server, username, kind, expiresAt, isInUse: name === inUse }
      })
      const rows = all.map(({ name, server, username, kind, expiresAt = 'never', isInUse }) => [
        ...[`${name}${isInUse ? ' (in use)' : ''}`, server, username, kind, expiresAt],
      ])
      answer(options, all, table(['PROFILE', 'SERVER', 'USER NAME', 'HOLDS', 'ENDS'], rows))
    })

  profile
    .command('use')
    .description('Let commands that name no place go to this one. "--local" takes the local database all the same.')
    .argument('<name>', whichProfile)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) => {
      const { directory } = readRemoteEnvironment()
      const file = readProfiles(directory)
      const { server } = profileNamed(file, checkProfileName(name))
      writeProfiles(directory, { ...file, inUse: name })
      answer(options, { name, server }, `Commands go to ${server} now.`)
    })

  profile
    .command('remove')
    .description(
      'Forget a profile, without asking its server: its token lives on there. "gatehouse logout" ends it, too.',
    )
    .argument('<name>', whichProfile)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) => {
      const { directory } = readRemoteEnvironment()
      const file = readProfiles(directory)
      const { server } = profileNamed(file, checkProfileName(name))
      writeProfiles(directory, withoutProfile(file, name))
      answer(options, { name, server }, `Forgot "${name}"; its token lives on at ${server}.`)
    })
}
