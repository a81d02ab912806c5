// gatehouse keys list | rotate, gatehouse settings show
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

export function addKeyCommands(program: Program): void {
  const keys = program.command.command('keys').description('The keys that sign JWTs.')

  keys
    .command('list')
    .description('Every signing key with its state, newest first.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withDesk(program, async ({ system }) => {
        const all = await system.keys()
        const rows = all.map((key) => [key.kid, key.state, key.createdAt])
        answer(options, all, table(['KEY', 'STATE', 'MADE'], rows))
      }),
    )

  keys
    .command('rotate')
    .description('Sign with the next key from now on; the present one stays published until its last JWT is over.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withDesk(program, async ({ system }) => {
        const active = (await system.rotateKeys()).find((key) => key.state === 'active')
        answer(options, { active: active?.kid }, `Signing with ${active?.kid ?? 'none'} now.`)
      }),
    )
}

export function addSettingsCommands(program: Program): void {
  program.command
    .command('settings')
    .description('The settings that are in force.')
    .command('show')
    .description(
      'Every setting with its value and where it comes from: those a server runs with, or those of this directory.',
    )
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withDesk(program, async ({ system }) => {
        const all = await system.settings()
        const rows = all.map((one) => [one.name, one.value ?? '', one.source, one.summary])
        answer(options, all, table(['SETTING', 'VALUE', 'SOURCE', 'MEANING'], rows))
      }),
    )
}
