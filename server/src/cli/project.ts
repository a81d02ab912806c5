// gatehouse project create | list | replace-token
import type { Command } from 'commander'
import type { Account } from '../core/accounts/account.ts'
import type { Project, ShownProject } from '../core/projects/project.ts'
import { byCommand, withHouse } from './house.ts'
import { answer, isoTime, type Output, table } from './output.ts'
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
    .action((accountName: string, name: string, options: Output) =>
      withHouse(program, async ({ core }) => {
        const account = await core.accounts.get(accountName)
        const made = await core.projects.create(account, name, byCommand)
        const text = `Created project "${made.name}" of ${account.identifier} (id ${made.id}).\n${tokenLine(made)}`
        answer(options, presentShown(made, account), text)
      }),
    )
}

function addList(project: Command, program: Program): void {
  project
    .command('list')
    .description('The projects of an account, by id; never their tokens.')
    .argument('<account>', whichAccount)
    .option('--json', 'answer as JSON')
    .action((accountName: string, options: Output) =>
      withHouse(program, async ({ core }) => {
        const account = await core.accounts.get(accountName)
        const all = await core.projects.list(account)
        const rows = all.map(({ id, createdAt, name }) => [String(id), isoTime(createdAt), name])
        const values = all.map((one) => present(one, account))
        answer(options, values, table(['ID', 'MADE', 'NAME'], rows))
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
    .action((accountName: string, name: string, options: Output) =>
      withHouse(program, async ({ core }) => {
        const account = await core.accounts.get(accountName)
        const replaced = await core.projects.replaceToken(account, name, byCommand)
        const text = `The agent token of project "${replaced.name}" of ${account.identifier} is new; the old one is dead.`
        answer(options, presentShown(replaced, account), `${text}\n${tokenLine(replaced)}`)
      }),
    )
}

function tokenLine({ agentToken }: ShownProject): string {
  return `Agent installation token: ${agentToken?.reveal() ?? 'none'}`
}

function present({ id, uuid, name, createdAt }: Project, { identifier }: Account) {
  return { id, uuid, account: identifier, name, createdAt: isoTime(createdAt) }
}

function presentShown(project: ShownProject, account: Account) {
  return { ...present(project, account), agentToken: project.agentToken?.reveal() }
}
