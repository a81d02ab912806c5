// gatehouse keys list | rotate
import { withHouse } from './house.ts'
import { answer, isoTime, type Output, table } from './output.ts'
import type { Program } from './program.ts'

export function addKeyCommands(program: Program): void {
  const keys = program.command.command('keys').description('The keys that sign JWTs.')

  keys
    .command('list')
    .description('Every signing key with its state, newest first.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withHouse(program, async ({ core }) => {
        const all = await core.keys.list()
        const rows = all.map((key) => [key.kid, key.state, isoTime(key.createdAt)])
        answer(options, all, table(['KEY', 'STATE', 'MADE'], rows))
      }),
    )

  keys
    .command('rotate')
    .description('Sign with the next key from now on; the present one stays published until its last JWT is over.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withHouse(program, async ({ core }) => {
        if (!(await core.keys.rotate())) throw new Error('the keys were rotated by somebody else just now')
        const active = (await core.keys.list()).find((key) => key.state === 'active')
        answer(options, { active: active?.kid }, `Signing with ${active?.kid ?? 'none'} now.`)
      }),
    )
}
