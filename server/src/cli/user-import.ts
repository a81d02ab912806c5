// gatehouse user import
import { exitCodes } from './exit-codes.ts'
import { withHouse } from './house.ts'
import { requireLocal } from './local-only.ts'
import { remark, write } from './output.ts'
import type { Program } from './program.ts'
import { carryOutLines, checkLines, type Reading } from './transfer/import-people.ts'
import { openSource } from './transfer/source.ts'
import { type Counts, type Told, tellCounts, tellJson, tellText } from './transfer/tell-arrival.ts'

interface ImportOptions {
  readonly apply?: boolean
  readonly update?: boolean
  readonly operators?: boolean
  readonly json?: boolean
}

/** One more command of `user`. */
export function addUserImport(program: Program): void {
  const user = program.command.commands.find((one) => one.name() === 'user') ?? program.command.command('user')
  user
    .command('import')
    .description(
      'Add people from JSON lines, with the bcrypt or Argon2 hashes they have elsewhere. Says what it would do; --apply does it, once every line can come in.',
    )
    .argument('<file>', 'one JSON object a line, as "gatehouse export people" writes; - is standard input')
    .option('--apply', 'do it')
    .option('--update', 'also change people who are here already; without it they are left alone')
    .option('--operators', 'also make and change operators')
    .option('--json', 'answer as JSON lines: one for each line, the counts last')
    .action(async (name: string, options: ImportOptions) => {
      requireLocal(program)
      await using file = await openSource(name)
      await withHouse(program, async (house) => {
        const leave = { update: options.update === true, operators: options.operators === true }
        await importLines({ house, file, leave, tell: teller(options) }, options)
      })
    })
}

function teller({ json }: ImportOptions): Reading['tell'] {
  return async (told) => {
    // Whether anybody reads it or not, it is done.
    await write(json === true ? tellJson(told) : tellText(told))
  }
}

async function importLines(reading: Reading, options: ImportOptions): Promise<void> {
  const applies = options.apply === true
  // Before it is done only what cannot be is worth a line: the rest is told as it happens.
  const quiet = async (told: Told): Promise<void> => (told.plan.kind === 'refused' ? reading.tell(told) : undefined)
  const checked = await checkLines(applies ? { ...reading, tell: quiet } : reading)
  if (!applies || checked.refused > 0) {
    await tellEnd(checked, false, options)
    const again = checked.refused > 0 ? 'mend the refused lines first' : 'add --apply to do it'
    if (options.json !== true) remark(`Nothing was written; ${again}.`)
  } else {
    await tellEnd(await carryOutLines(reading), true, options)
  }
}

async function tellEnd(counts: Counts, applied: boolean, { json }: ImportOptions): Promise<void> {
  await write(json === true ? `${JSON.stringify({ applied, counts })}\n` : tellCounts(counts, applied))
  if (counts.refused > 0) process.exitCode = exitCodes.failed
}
