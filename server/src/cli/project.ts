// gatehouse project create | list | replace-token
import type { Command } from 'commander'
import type { ProjectValue } from './desk/values.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

const whichAccount = "the account's identifier or UUID"

export function addProjectCommands(program: Program): void {
  const project = program.command
    .command('project')
    .description('Projects of an account, and the tokens with which agents are installed for them.')
  addCreate(project, program)
  addList(project, program)
  addReplaceToken(project, program)
}

function addCreate(project: Command, program: Program): void {
  project
    .command('create')
    .description('Add a project, and print its agent installation token.')
    .argument('<account>', whichAccount)
    .argument('<name>', 'a name that no other project of the account has')
    .option('--json', 'answer as JSON')
    .action((account: string, name: string, options: Output) =>
      withDesk(program, async ({ projects }) => {
        const made = await projects.create(account, name)
        const text = `Created project "${made.name}" of ${made.account} (id ${made.id}).\n${tokenLine(made)}`
        answer(options, made, text)
      }),
    )
}

function addList(project: Command, program: Program): void {
  project
    .command('list')
    .description('The projects of an account, by id.')
    .argument('<account>', whichAccount)
    .option('--tokens', 'with their agent tokens, which a server records as shown; not on the local database')
    .option('--json', 'answer as JSON')
    .action((account: string, options: Output & { readonly tokens?: boolean }) =>
      withDesk(program, async ({ projects }) => {
        const shows = options.tokens === true
        const all = await projects.list(account, shows)
        const headings = ['ID', 'MADE', ...(shows ? ['AGENT TOKEN'] : []), 'NAME']
        const rows = all.map(({ id, createdAt, name, agentToken = 'none' }) => [
          ...[String(id), createdAt, ...(shows ? [agentToken] : []), name],
        ])
        answer(options, all, table(headings, rows))
      }),
    )
}

function addReplaceToken(project: Command, program: Program): void {
  project
    .command('replace-token')
    .description(
      'Make a new agent installation token, and print it. The old one and the sessions it opened are dead at once.',
    )
    .argument('<account>', whichAccount)
    .argument('<name>', 'the name of the project, as the list shows it')
    .option('--json', 'answer as JSON')
    .action((account: string, name: string, options: Output) =>
      withDesk(program, async ({ projects }) => {
        const replaced = await projects.replaceToken(account, name)
        const text = `The agent token of project "${replaced.name}" of ${replaced.account} is new; the old one is dead.`
        answer(options, replaced, `${text}\n${tokenLine(replaced)}`)
      }),
    )
}

function tokenLine({ agentToken }: ProjectValue): string {
  return `Agent installation token: ${agentToken ?? 'none'}`
}
