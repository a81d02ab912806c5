// gatehouse apply
import { carryOut } from './apply/carry-out.ts'
import { planOf, type Step } from './apply/plan.ts'
import { countsOf, jsonOf, tellCounts, tellStep } from './apply/tell.ts'
import { readWishes, type Wished } from './apply/wished.ts'
import type { ProvidersDesk } from './desk/desk.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, write } from './output.ts'
import type { Program } from './program.ts'
import { requireNone } from './written/problems.ts'

interface ApplyOptions extends Output {
  readonly file: string
  readonly dryRun?: boolean
  readonly prune?: boolean
}

export function addApplyCommand(program: Program): void {
  program.command
    .command('apply')
    .description(
      'Make the providers those of a file, and say field by field what that changes; done again, it changes nothing. The whole file is checked before anything is written.',
    )
    .requiredOption('-f, --file <file>', 'providers in YAML or JSON; - is standard input')
    .option('--dry-run', 'only say what it would do')
    .option('--prune', 'also remove providers that the file has not, with their identities and sessions')
    .option('--json', 'answer as JSON')
    .action(async (options: ApplyOptions) => {
      const read = await readWishes(options.file)
      if ('problems' in read) return requireNone(read.problems)
      await withDesk(program, ({ providers }) => apply(providers, read.wished, options))
    })
}

async function apply(desk: ProvidersDesk, wished: readonly Wished[], options: ApplyOptions): Promise<void> {
  const plan = await planOf(desk, wished, options.prune === true)
  if ('problems' in plan) return requireNone(plan.problems)
  const applies = options.dryRun !== true
  const done: Step[] = []
  try {
    for (const step of plan.steps) {
      const turned = applies ? await carryOut(desk, step) : step
      done.push(turned)
      if (options.json !== true) await write(`${tellStep(turned)}\n`)
    }
  } finally {
    // Also when one fails in the middle: what was done before it stands.
    const counts = countsOf(done)
    answer(options, { applied: applies, changes: done.map(jsonOf), counts }, tellCounts(counts, applies))
  }
}
