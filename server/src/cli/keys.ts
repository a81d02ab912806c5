// gatehouse keys list | rotate
import { openExistingHouse } from '../compose.ts'
import { answer, table } from './output.ts'
import type { Program } from './program.ts'

export function addKeyCommands({ command, config }: Program): void {
  const keys = command.command('keys').description('The keys that sign JWTs.')

  keys
    .command('list')
    .description('Every signing key with its state, newest first.')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: boolean }) => {
      const house = await openExistingHouse(config())
      try {
        const all = await house.core.keys.list()
        const rows = all.map((key) => [key.kid, key.state, new Date(key.createdAt).toISOString()])
        answer({ isJson: options.json === true }, all, table(['KEY', 'STATE', 'MADE'], rows))
      } finally {
        await house.close()
      }
    })

  keys
    .command('rotate')
    .description('Sign with the next key from now on; the present one stays published until its last JWT is over.')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: boolean }) => {
      const house = await openExistingHouse(config())
      try {
        if (!(await house.core.keys.rotate())) throw new Error('the keys were rotated by somebody else just now')
        const active = (await house.core.keys.list()).find((key) => key.state === 'active')
        answer({ isJson: options.json === true }, { active: active?.kid }, `Signing with ${active?.kid ?? 'none'} now.`)
      } finally {
        await house.close()
      }
    })
}
