// gatehouse serve, gatehouse setup-link
import { makeSetupLink, openHouse, serve } from '../compose.ts'
import { readConfig } from '../config/config.ts'
import { answer } from './output.ts'
import type { Program } from './program.ts'

export function addServeCommands({ command, config }: Program): void {
  command
    .command('serve')
    .description('Serve until told to stop (SIGTERM, SIGINT). Makes the database and keys at the first start.')
    .action(async () => serve(config(), readConfig().warnings))

  command
    .command('setup-link')
    .description('Print a one-time link that makes the first administrator, while there is none.')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: boolean }) => {
      const settings = config()
      const house = await openHouse(settings)
      try {
        const link = await makeSetupLink(settings, house)
        answer({ isJson: options.json === true }, { link }, link)
      } finally {
        await house.close()
      }
    })
}
