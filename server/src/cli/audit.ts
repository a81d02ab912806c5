// gatehouse audit list | follow | export | verify
import { type Command, Option } from 'commander'
import { wholeNumber } from '../config/setting.ts'
import { parsedBy, timeOrAgo } from './argument.ts'
import type { AuditFilter, KeptHead } from './desk/desk.ts'
import type { EventValue, VerificationValue } from './desk/values.ts'
import { exitCodes } from './exit-codes.ts'
import { CommandFailure } from './failure.ts'
import { withDesk } from './open-desk.ts'
import { answer, complain, line, type Output, table, write } from './output.ts'
import type { Program } from './program.ts'
import { startProgress } from './progress.ts'

type FilterOptions = Output & AuditFilter

export function addAuditCommands(program: Program): void {
  const audit = program.command.command('audit').description('The audit trail.')
  addList(audit, program)
  addFollow(audit, program)
  addExport(audit, program)
  addVerify(audit, program)
}

function withFilter(command: Command): Command {
  return command
    .option('--event <event>', 'only this event, or what begins like this, such as auth.')
    .option('--person <person>', 'only what this person did, or what was done to them')
}

function withTimes(command: Command): Command {
  return command
    .option('--from <time>', 'not before: a time, or how long ago, such as 7d', timeOrAgo)
    .option('--until <time>', 'before: a time, or how long ago', timeOrAgo)
}

function addList(audit: Command, program: Program): void {
  withTimes(withFilter(audit.command('list').description('The trail, newest first.')))
    .option('--limit <count>', 'so many at most', parsedBy(wholeNumber(1, 1_000_000)), 50)
    .option('--json', 'answer as JSON')
    .action((options: FilterOptions & { readonly limit: number }) =>
      withDesk(program, async (desk) => {
        const events: EventValue[] = []
        const progress = startProgress('read')
        for await (const event of desk.audit.events(filterOf(options))) {
          events.push(event)
          progress.tell(events.length)
          if (events.length === options.limit) break
        }
        progress.end()
        answer(options, events, table(headings, events.map(rowOf)))
      }),
    )
}

const headings = ['TIME', 'EVENT', 'OUTCOME', 'ACTOR', 'TARGET', 'FROM', 'MORE']

function rowOf({ at, event, outcome, reason, actor, target, client, detail }: EventValue): readonly string[] {
  const who = actor.id === undefined ? actor.kind : `${actor.kind} ${actor.id}`
  const whom = target === undefined ? '' : `${target.kind} ${target.id}`
  const from = client === undefined ? '' : `${client.dialect} ${client.address}`
  const more = [reason, detail === undefined ? undefined : JSON.stringify(detail)].filter((part) => part !== undefined)
  return [at, event, outcome, who, whom, from, more.join(' ')]
}

function filterOf({ event, person, from, until }: AuditFilter): AuditFilter {
  return {
    ...(event === undefined ? {} : { event }),
    ...(person === undefined ? {} : { person }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  }
}

function addFollow(audit: Command, program: Program): void {
  withFilter(audit.command('follow').description('What is added to the trail, as it is added, until interrupted.'))
    .option('--json', 'a JSON value a line')
    .action((options: FilterOptions) =>
      withDesk(program, async ({ audit: trail }) => {
        const spell = options.json === true ? JSON.stringify : (event: EventValue) => line(rowOf(event))
        for await (const event of trail.follow(filterOf(options), untilInterrupted())) {
          if (!(await write(`${spell(event)}\n`))) return
        }
      }),
    )
}

function untilInterrupted(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  return stop.signal
}

function addExport(audit: Command, program: Program): void {
  withTimes(
    withFilter(
      audit.command('export').description('All of it on standard output, newest first. Taking it is recorded in it.'),
    ),
  )
    .addOption(
      new Option('--format <format>', 'JSON lines, or CSV that a spreadsheet takes for text')
        .choices(['jsonl', 'csv'])
        .default('jsonl'),
    )
    .action((options: AuditFilter & { readonly format: 'jsonl' | 'csv' }) =>
      withDesk(program, async (desk) => {
        const progress = startProgress('bytes written:')
        let written = 0
        for await (const piece of desk.audit.export(filterOf(options), options.format)) {
          if (!(await write(piece))) break
          written += piece.length
          progress.tell(written)
        }
        progress.end()
      }),
    )
}

function addVerify(audit: Command, program: Program): void {
  audit
    .command('verify')
    .description(
      'Read every row of every chain and say where one was altered, removed or cut off; exit status 1 if so.',
    )
    .option('--heads <json>', 'heads of an "audit checkpoint" line kept from the log: also shows a cut-off end')
    .option('--json', 'answer as JSON')
    .action(async (options: Output & { readonly heads?: string }) => {
      const kept = parseHeads(options.heads)
      await withDesk(program, async (desk) => {
        const found = await desk.audit.verify(kept)
        const { rows, chains, findings } = found
        const isWhole = findings.length === 0
        if (isWhole || options.json === true) answer(options, found, `Whole: ${rows} rows in ${chains} chains.`)
        complainOf(found)
        if (!isWhole) process.exitCode = exitCodes.failed
      })
    })
}

function complainOf({ findings, furtherFindings }: VerificationValue): void {
  for (const { chain, seq, what } of findings) complain(`audit chain ${chain}, row ${seq}: ${what}`)
  if (furtherFindings !== undefined) complain(`and ${furtherFindings} more`)
}

/** @throws CommandFailure with a sentence when it is not the `heads` of a checkpoint line. */
function parseHeads(text: string | undefined): readonly KeptHead[] {
  if (text === undefined) return []
  try {
    const heads = JSON.parse(text) as readonly KeptHead[]
    const isHead = (one: KeptHead): boolean =>
      typeof one.chain === 'string' && Number.isInteger(one.seq) && typeof one.mac === 'string'
    if (Array.isArray(heads) && heads.every(isHead)) return heads
  } catch {
    // Told below, in one sentence for every way in which it can be wrong.
  }
  throw new CommandFailure(
    'usage',
    '--heads takes the value of "heads" from an "audit checkpoint" line of the log, as it stands there',
  )
}
