// gatehouse token create | list | revoke
import { type Command, Option } from 'commander'
import { dialects, type House } from '../compose.ts'
import { duration } from '../config/setting.ts'
import type { DialectName, Duration, Instant, TokenId } from '../core/ids.ts'
import type { Person } from '../core/people/person.ts'
import type { ListedToken } from '../core/tokens/token.ts'
import type { Secret } from '../lib/secret.ts'
import { parsedBy, rowId } from './argument.ts'
import { CommandFailure } from './failure.ts'
import { byCommand, withHouse } from './house.ts'
import { answer, isoTime, type Output, remark, table } from './output.ts'
import type { Program } from './program.ts'

const dialectNames: readonly DialectName[] = dialects.map(({ name }) => name)
const whichPerson = 'any name the person signs in with'
const defaultName = 'command line'

interface CreateOptions extends Output {
  readonly dialect: DialectName
  readonly kind: 'api' | 'one-time'
  readonly name?: string
  readonly expires?: Duration
}

export function addTokenCommands(program: Program): void {
  const token = program.command
    .command('token')
    .description('Tokens of people. One works at the dialect it was made for and nowhere else.')
  addCreate(token, program)
  addList(token, program)
  addRevoke(token, program)
}

function dialectOption(description: string): Option {
  return new Option('--dialect <dialect>', description).choices(dialectNames)
}

function addCreate(token: Command, program: Program): void {
  token
    .command('create')
    .description(
      'Make a token for a person and print it, once: standard output holds nothing else, so that a script can keep it. What was made is told on standard error.',
    )
    .argument('<person>', whichPerson)
    .addOption(dialectOption('where it works').makeOptionMandatory())
    .addOption(
      new Option('--kind <kind>', 'api: works until it ends or is revoked; one-time: signs the person in once')
        .choices(['api', 'one-time'])
        .makeOptionMandatory(),
    )
    .option('--name <name>', `of an API token: what lists show (default: "${defaultName}")`)
    .option(
      '--expires <duration>',
      'of an API token: how long it lives, such as 12h or 90d; left out, as long as its dialect allows',
      parsedBy(duration),
    )
    .option('--json', 'answer as JSON, with the secret in it')
    .action(async (name: string, options: CreateOptions) => {
      if (options.kind === 'one-time') refuseWishes(options)
      await withHouse(program, async (house) => {
        const person = await getActive(house, name)
        const made = options.kind === 'api' ? makeApi(house, person, options) : makeOneTime(house, person, options)
        const { secret, told, value } = await made
        const { kind, dialect } = options
        answer(options, { person: person.username, dialect, kind, ...value, secret: secret.reveal() }, secret.reveal())
        if (options.json !== true) remark(told)
      })
    })
}

/** @throws Error when a one-time token is asked for what only API tokens have. */
function refuseWishes({ name, expires }: CreateOptions): void {
  if (name === undefined && expires === undefined) return
  throw new CommandFailure(
    'usage',
    'a one-time token has no name and an expiry of its own; leave out --name and --expires',
  )
}

/** @throws Error for somebody whom no token would let in. */
async function getActive({ core }: House, name: string): Promise<Person> {
  const person = await core.people.get(name)
  if (person.status === 'active') return person
  throw new Error(
    `"${name}" is ${person.status} and would not get in by a token; "gatehouse user enable ${person.username}" comes first`,
  )
}

interface Made {
  readonly secret: Secret
  /** A sentence on what was made. */
  readonly told: string
  readonly value: object
}

async function makeApi({ core }: House, person: Person, options: CreateOptions): Promise<Made> {
  const { dialect, name = defaultName, expires } = options
  const asked = expires === undefined ? {} : { expiresAt: Date.now() + expires }
  const { token, minted } = await core.tokens.issueApiFor(person, dialect, { name, ...asked }, byCommand)
  const { id, expiresAt } = token
  const isShortened = expiresAt !== undefined && asked.expiresAt !== undefined && expiresAt < asked.expiresAt
  const bound = isShortened ? ` (GATEHOUSE_${dialect.toUpperCase()}_TOKEN_LIFE allows no longer)` : ''
  const until = expiresAt === undefined ? 'without an end' : `until ${isoTime(expiresAt)}${bound}`
  return {
    secret: minted.secret,
    told: `Made API token ${id} of ${person.username} for ${dialect}, ${until}; it is shown this once.`,
    value: { id, name, createdAt: isoTime(token.createdAt), expiresAt: optionalTime(expiresAt) },
  }
}

async function makeOneTime({ core }: House, person: Person, { dialect }: CreateOptions): Promise<Made> {
  const { secret, expiresAt } = await core.oneTimes.issueLogin(person, dialect, byCommand)
  return {
    secret,
    told: `Made a login token of ${person.username} for ${dialect}, good once until ${isoTime(expiresAt)}; it is shown this once.`,
    value: { expiresAt: isoTime(expiresAt) },
  }
}

function addList(token: Command, program: Program): void {
  token
    .command('list')
    .description('The API tokens of a person: what they begin with, never the whole. Expired ones are told as such.')
    .argument('<person>', whichPerson)
    .addOption(dialectOption('only those of this dialect'))
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output & { readonly dialect?: DialectName }) =>
      withHouse(program, async ({ core }) => {
        const person = await core.people.get(name)
        const names = options.dialect === undefined ? dialectNames : [options.dialect]
        const lists = names.map(async (dialect) =>
          (await core.tokens.list(person.id, dialect)).map((one) => present(one, dialect)),
        )
        const all = (await Promise.all(lists)).flat()
        const headings = ['ID', 'DIALECT', 'BEGINS', 'MADE', 'EXPIRES', 'LAST USED', 'NAME']
        answer(options, all, table(headings, all.map(rowOf)))
      }),
    )
}

type ShownToken = ReturnType<typeof present>

function present(token: ListedToken & { readonly isExpired: boolean }, dialect: DialectName) {
  const { id, name, shown, isExpired } = token
  return {
    id,
    dialect,
    name,
    shown,
    createdAt: isoTime(token.createdAt),
    expiresAt: optionalTime(token.expiresAt),
    usedAt: optionalTime(token.usedAt),
    isExpired,
  }
}

function rowOf({ id, dialect, name, shown, createdAt, expiresAt, usedAt, isExpired }: ShownToken): readonly string[] {
  const end = isExpired ? `${expiresAt} (over)` : (expiresAt ?? 'never')
  return [String(id), dialect, shown, createdAt, end, usedAt ?? 'never', name]
}

function optionalTime(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : isoTime(instant)
}

function addRevoke(token: Command, program: Program): void {
  token
    .command('revoke')
    .description('End an API token at once and for good, with the tokens it made and the sessions it opened.')
    .argument('<person>', whichPerson)
    .argument('<id>', 'its number in "gatehouse token list"; of any dialect', rowId)
    .option('--json', 'answer as JSON')
    .action((name: string, id: number, options: Output) =>
      withHouse(program, async (house) => {
        const person = await house.core.people.get(name)
        const dialect = await revoke(house, person, id as TokenId)
        if (dialect === undefined) {
          const { username } = person
          throw new CommandFailure(
            'not-found',
            `${username} has no API token ${id}; "gatehouse token list ${username}" shows what there is`,
          )
        }
        const text = `Revoked API token ${id} of ${person.username} for ${dialect}.`
        answer(options, { person: person.username, id, dialect }, text)
      }),
    )
}

/** The dialect it worked at; undefined when the person has no such token. */
async function revoke({ core }: House, person: Person, id: TokenId): Promise<DialectName | undefined> {
  for (const dialect of dialectNames) {
    if (await core.tokens.revokeFor(person.id, dialect, id, byCommand)) return dialect
  }
  return undefined
}
