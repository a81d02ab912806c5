// gatehouse account create | list | licence | region
import { Argument, type Command, Option } from 'commander'
import { wholeNumber } from '../config/setting.ts'
import type { Account, Licence } from '../core/accounts/account.ts'
import { parsedBy } from './argument.ts'
import { byCommand, everyPage, withHouse } from './house.ts'
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

export function addAccountCommands(program: Program): void {
  const account = program.command
    .command('account')
    .description(
      'Accounts (tenants): people act in them, projects belong to them. One named "default" is always there.',
    )
  addCreate(account, program)
  addList(account, program)
  addLicence(account, program)
  addRegion(account, program)
}

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
      withHouse(program, async ({ core }) => {
        const { name, licence, quota } = options
        const region = options.region === undefined ? undefined : parseRegion(options.region)
        const more = {
          ...(name === undefined ? {} : { name }),
          ...(region === undefined ? {} : { region }),
          ...(quota === undefined ? {} : { quota }),
        }
        const made = await core.accounts.create({ identifier, licence, ...more }, byCommand)
        answer(options, made, `Created account ${made.identifier} (id ${made.id}).`)
      }),
    )
}

const quota = wholeNumber(1, 1_000_000_000)

function addList(account: Command, program: Program): void {
  account
    .command('list')
    .description('Every account, by id.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withHouse(program, async ({ core }) => {
        const all = await everyPage(core.accounts.list, ({ id }) => id)
        const headings = ['ID', 'IDENTIFIER', 'LICENCE', 'REGION', 'QUOTA', 'NAME']
        answer(options, all, table(headings, all.map(rowOf)))
      }),
    )
}

function rowOf({ id, identifier, licence, region, quota, name }: Account): readonly string[] {
  return [String(id), identifier, licence, region ?? nowhere, String(quota ?? ''), name]
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
      withHouse(program, async ({ core }) => {
        const changed = await core.accounts.changeLicence(identifier, licence, byCommand)
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
      withHouse(program, async ({ core }) => {
        const changed = await core.accounts.changeRegion(identifier, parseRegion(region), byCommand)
        const where = changed.region === undefined ? 'here' : `in ${changed.region}`
        answer(options, changed, `${changed.identifier} is served ${where} now.`)
      }),
    )
}

function parseRegion(text: string): string | undefined {
  return text === nowhere ? undefined : text
}
