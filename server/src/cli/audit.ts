// gatehouse audit verify
import type { ChainHead } from '../core/audit/audit.ts'
import type { Verification } from '../core/audit/verify-chains.ts'
import { withHouse } from './house.ts'
import { answer, complain, type Output } from './output.ts'
import type { Program } from './program.ts'

export function addAuditCommands(program: Program): void {
  const audit = program.command.command('audit').description('The audit trail.')

  audit
    .command('verify')
    .description(
      'Read every row of every chain and say where one was altered, removed or cut off; exit status 1 if so.',
    )
    .option('--heads <json>', 'heads of an "audit checkpoint" line kept from the log: also shows a cut-off end')
    .option('--json', 'answer as JSON')
    .action(async (options: Output & { readonly heads?: string }) => {
      const kept = parseHeads(options.heads)
      await withHouse(program, async ({ core }) => {
        const found = await core.audits.verify({ kept })
        const { rows, chains, findings } = found
        const isWhole = findings.length === 0
        if (isWhole || options.json === true) answer(options, found, `Whole: ${rows} rows in ${chains} chains.`)
        complainOf(found)
        if (!isWhole) process.exitCode = 1
      })
    })
}

function complainOf({ findings, furtherFindings }: Verification): void {
  for (const { chain, seq, what } of findings) complain(`audit chain ${chain}, row ${seq}: ${what}`)
  if (furtherFindings !== undefined) complain(`and ${furtherFindings} more`)
}

/** @throws Error with a sentence when it is not the `heads` of a checkpoint line. */
function parseHeads(text: string | undefined): readonly ChainHead[] {
  if (text === undefined) return []
  try {
    const heads = JSON.parse(text) as readonly ChainHead[]
    const isHead = (one: ChainHead): boolean =>
      typeof one.chain === 'string' && Number.isInteger(one.seq) && typeof one.mac === 'string'
    if (Array.isArray(heads) && heads.every(isHead)) return heads
  } catch {
    // Told below, in one sentence for every way in which it can be wrong.
  }
  throw new Error('--heads takes the value of "heads" from an "audit checkpoint" line of the log, as it stands there')
}
