// gatehouse serve, gatehouse setup-link
import { makeSetupLink, openHouse, serve } from '../compose.ts'
import { readConfig } from '../config/config.ts'
import { withHouse } from './house.ts'
import { answer, type Output } from './output.ts'
import type { Program } from './program.ts'

export function addServeCommands(program: Program): void {
  const { command, config } = program
  command
    .command('serve')
    .description('Serve until told to stop (SIGTERM, SIGINT). Makes the database and keys at the first start.')
    .action(async () => serve(config(), readConfig().warnings))

  command
    .command('setup-link')
    .description('Print a one-time link that makes the first administrator, while there is none.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withHouse(
        program,
        async (house) => {
          const link = await makeSetupLink(config(), house)
          answer(options, { link }, link)
        },
        openHouse,
      ),
    )
}
