// gatehouse export people | accounts
import type { Command } from 'commander'
import type { House } from '../compose.ts'
import { byCommand, withHouse } from './house.ts'
import { requireLocal } from './local-only.ts'
import { remark } from './output.ts'
import type { Program } from './program.ts'
import { startProgress } from './progress.ts'
import { openTarget } from './transfer/target.ts'

interface ExportOptions {
  readonly out?: string
  readonly force?: boolean
  readonly withHashes?: boolean
}

/** Pages of lines, each with the key after which the next one begins. */
type Pages = (house: House, options: ExportOptions) => AsyncIterable<readonly object[]>

const pageSize = 100

const kinds: readonly { readonly name: string; readonly description: string; readonly pages: Pages }[] = [
  {
    name: 'people',
    description: 'Everybody, as "gatehouse user import" reads them.',
    pages: ({ core }, { withHashes }) =>
      paged(
        (after) => core.transfers.depart(after, pageSize, withHashes === true),
        ({ id }) => id,
        ({ line }) => line,
      ),
  },
  {
    name: 'accounts',
    description: 'Every account, with licence, region and quota.',
    pages: ({ core }) =>
      paged(
        (after) => core.accounts.list(after, pageSize),
        ({ id }) => id,
        ({ identifier, name, licence, region = null, quota = null }) => ({ identifier, name, licence, region, quota }),
      ),
  },
]

export function addExportCommands(program: Program): void {
  const group = program.command
    .command('export')
    .description('Write out what is in the local database, one JSON object a line.')
  for (const { name, description, pages } of kinds) {
    const command = group
      .command(name)
      .description(description)
      .option('--out <file>', 'a file for its owner alone (0600), instead of standard output')
      .option('--force', 'write over a file that is there')
      .action((options: ExportOptions) => writeAll(program, name, options, pages))
    if (name === 'people') addHashes(command)
  }
}

function addHashes(command: Command): void {
  command.option('--with-hashes', 'with the password hashes, so that everybody can go on signing in elsewhere')
}

async function writeAll(program: Program, name: string, options: ExportOptions, pages: Pages): Promise<void> {
  requireLocal(program)
  await withHouse(program, async (house) => {
    await house.core.transfers.recordDeparture(name, options.withHashes === true, byCommand)
    await using target = await openTarget(options.out, options.force === true)
    const progress = startProgress(`${name} written:`)
    let count = 0
    for await (const page of pages(house, options)) {
      await target.write(page.map((line) => `${JSON.stringify(line)}\n`).join(''))
      count += page.length
      progress.tell(count)
    }
    await target.finish()
    progress.end()
    if (options.out !== undefined) remark(`Wrote ${count} ${name} to ${options.out}.`)
  })
}

async function* paged<Row>(
  page: (after: number) => Promise<readonly Row[]>,
  keyOf: (row: Row) => number,
  lineOf: (row: Row) => object,
): AsyncGenerator<readonly object[]> {
  for (let after = 0; ; ) {
    const rows = await page(after)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(lineOf)
    after = keyOf(last)
  }
}
