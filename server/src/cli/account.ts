// gatehouse account create | list | show | change | licence | region
import { Argument, type Command, Option } from 'commander'
import { oneOf, wholeNumber } from '../config/setting.ts'
import { parsedBy } from './argument.ts'
import type { AccountChange } from './desk/desk.ts'
import type { AccountValue, Licence } from './desk/values.ts'
import { CommandFailure } from './failure.ts'
import { withDesk } from './open-desk.ts'
import { answer, type Output, table } from './output.ts'
import type { Program } from './program.ts'

const licences = Object.keys({
  active: true,
  expired: true,
  'none-needed': true,
} satisfies Record<Licence, true>)
const nowhere = 'none'
const whichAccount = 'its identifier, in any case, or its UUID'

interface CreateOptions extends Output {
  readonly name?: string
  readonly licence: Licence
  readonly region?: string
  readonly quota?: number
}

interface ChangeOptions extends Output {
  readonly name?: string
  readonly licence?: Licence
  readonly region?: string
  readonly quota?: number | typeof nowhere
  readonly active?: 'yes' | 'no'
}

export function addAccountCommands(program: Program): void {
  const account = program.command
    .command('account')
    .description(
      'Accounts (tenants): people act in them, projects belong to them. One named "default" is always there.',
    )
  addCreate(account, program)
  addList(account, program)
  addShow(account, program)
  addChange(account, program)
  addLicence(account, program)
  addRegion(account, program)
}

const quota = wholeNumber(1, 1_000_000_000)

function addCreate(account: Command, program: Program): void {
  account
    .command('create')
    .description('Add an account.')
    .argument('<identifier>', 'what people name it by when they sign in: a-z, 0-9, dot, dash and underscore')
    .option('--name <name>', 'the name to show; the identifier when left out')
    .addOption(new Option('--licence <state>', 'whether people may sign in').choices(licences).default('none-needed'))
    .option('--region <region>', 'where it is served, if not here: CloudEndure sends sign-ins on to there')
    .option('--quota <requests>', 'requests an hour that its clients are told they may make', parsedBy(quota))
    .option('--json', 'answer as JSON')
    .action((identifier: string, options: CreateOptions) =>
      withDesk(program, async ({ accounts }) => {
        const { name, licence, quota } = options
        const region = options.region === nowhere ? undefined : options.region
        const more = {
          ...(name === undefined ? {} : { name }),
          ...(region === undefined ? {} : { region }),
          ...(quota === undefined ? {} : { quota }),
        }
        const made = await accounts.create({ identifier, licence, ...more })
        answer(options, made, `Created account ${made.identifier} (id ${made.id}).`)
      }),
    )
}

function addList(account: Command, program: Program): void {
  account
    .command('list')
    .description('Every account, by id; at a server for whoever is no operator, the one they act in.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withDesk(program, async ({ accounts }) => {
        const all = await accounts.list()
        answer(options, all, tableOf(all))
      }),
    )
}

function tableOf(accounts: readonly AccountValue[]): string {
  const rows = accounts.map(({ id, identifier, licence, region, quota, isActive, name }) => [
    ...[String(id), identifier, licence, region ?? nowhere, String(quota ?? ''), isActive ? 'yes' : 'no', name],
  ])
  return table(['ID', 'IDENTIFIER', 'LICENCE', 'REGION', 'QUOTA', 'ACTIVE', 'NAME'], rows)
}

function addShow(account: Command, program: Program): void {
  account
    .command('show')
    .description('One account.')
    .argument('<identifier>', whichAccount)
    .option('--json', 'answer as JSON')
    .action((identifier: string, options: Output) =>
      withDesk(program, async ({ accounts }) => {
        const one = await accounts.get(identifier)
        answer(options, one, tableOf([one]))
      }),
    )
}

function addChange(account: Command, program: Program): void {
  account
    .command('change')
    .description('Change what is named, at once; the rest stays as it is.')
    .argument('<identifier>', whichAccount)
    .option('--name <name>', 'the name to show')
    .addOption(new Option('--licence <state>', 'whether people may sign in').choices(licences))
    .option('--region <region>', `where it is served, or ${nowhere}: served here`)
    .option('--quota <requests>', `requests an hour, or ${nowhere}: as each door has it`, (text) =>
      text === nowhere ? nowhere : parsedBy(quota)(text),
    )
    .option(
      '--active <yes|no>',
      'no: nobody gets in and nothing acts in it until it is active again',
      parsedBy(oneOf('yes', 'no')),
    )
    .option('--json', 'answer as JSON')
    .action((identifier: string, options: ChangeOptions) => {
      const change = changeOf(options)
      return withDesk(program, async ({ accounts }) => {
        const changed = await accounts.change(identifier, change)
        answer(options, changed, `Changed ${changed.identifier}: ${Object.keys(change).join(', ')}.`)
      })
    })
}

/** @throws CommandFailure when nothing is to be changed. */
function changeOf({ name, licence, region, quota, active }: ChangeOptions): AccountChange {
  const change = {
    ...(name === undefined ? {} : { name }),
    ...(licence === undefined ? {} : { licence }),
    ...(region === undefined ? {} : { region: region === nowhere ? null : region }),
    ...(quota === undefined ? {} : { quota: quota === nowhere ? null : quota }),
    ...(active === undefined ? {} : { isActive: active === 'yes' }),
  }
  if (Object.keys(change).length > 0) return change
  throw new CommandFailure('usage', 'say what to change: --name, --licence, --region, --quota or --active')
}

function addLicence(account: Command, program: Program): void {
  account
    .command('licence')
    .description(
      'Say whether people may sign in to an account. Asked at the next sign-in: once expired, nobody gets in any more, and what is open goes on.',
    )
    .argument('<identifier>', whichAccount)
    .addArgument(new Argument('<state>', 'the licence from now on').choices(licences))
    .option('--json', 'answer as JSON')
    .action((identifier: string, licence: Licence, options: Output) =>
      withDesk(program, async ({ accounts }) => {
        const changed = await accounts.change(identifier, { licence })
        answer(options, changed, `The licence of ${changed.identifier} is ${changed.licence} now.`)
      }),
    )
}

function addRegion(account: Command, program: Program): void {
  account
    .command('region')
    .description(
      'Say where an account is served. CloudEndure sends its next sign-ins on to that region (GATEHOUSE_CLOUDENDURE_REGIONS says where it is); other doors take no notice.',
    )
    .argument('<identifier>', whichAccount)
    .argument('<region>', `a name such as eu-west, or ${nowhere}: served here`)
    .option('--json', 'answer as JSON')
    .action((identifier: string, region: string, options: Output) =>
      withDesk(program, async ({ accounts }) => {
        const changed = await accounts.change(identifier, { region: region === nowhere ? null : region })
        const where = changed.region === undefined ? 'here' : `in ${changed.region}`
        answer(options, changed, `${changed.identifier} is served ${where} now.`)
      }),
    )
}
