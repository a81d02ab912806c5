// gatehouse token create | list | revoke
import { type Command, Option } from 'commander'
import { duration } from '../config/setting.ts'
import type { Duration } from '../core/ids.ts'
import { parsedBy, rowId } from './argument.ts'
import type { CredentialsDesk, TokenWish } from './desk/desk.ts'
import type { Dialect, PersonValue, TokenValue } from './desk/values.ts'
import { CommandFailure } from './failure.ts'
import { withDesk } from './open-desk.ts'
import { answer, isoTime, type Output, remark, table } from './output.ts'
import type { Program } from './program.ts'
import { scopeOption } from './scope.ts'

const dialectNames = Object.keys({
  portainer: true,
  semaphore: true,
  cloudendure: true,
  extremecloudiq: true,
  api: true,
} satisfies Record<Dialect, true>) as readonly Dialect[]
const whichPerson = 'any name the person signs in with, or their UUID'
const defaultName = 'command line'

interface CreateOptions extends Output {
  readonly dialect: Dialect
  readonly kind: 'api' | 'one-time'
  readonly name?: string
  readonly scope?: string
  readonly expires?: Duration
}

export function addTokenCommands(program: Program): void {
  const token = program.command
    .command('token')
    .description(
      'Tokens of people. One works at the dialect it was made for and nowhere else. "gatehouse me tokens" is about your own.',
    )
  addCreate(token, program)
  addList(token, program)
  addRevoke(token, program)
}

export function dialectOption(description: string): Option {
  return new Option('--dialect <dialect>', description).choices(dialectNames)
}

function addCreate(token: Command, program: Program): void {
  token
    .command('create')
    .description(
      'Make a token for a person and print it, once: standard output holds nothing else, so that a script can keep it. What was made is told on standard error.',
    )
    .argument('<person>', whichPerson)
    .addOption(dialectOption('where it works; api is our own API').makeOptionMandatory())
    .addOption(
      new Option('--kind <kind>', 'api: works until it ends or is revoked; one-time: signs the person in once')
        .choices(['api', 'one-time'])
        .makeOptionMandatory(),
    )
    .option('--name <name>', `of an API token: what lists show (default: "${defaultName}")`)
    .addOption(scopeOption('of an API token for our own API: what it may do; left out, all its person may'))
    .option(
      '--expires <duration>',
      'of an API token: how long it lives, such as 12h or 90d; left out, as long as its dialect allows',
      parsedBy(duration),
    )
    .option('--json', 'answer as JSON, with the secret in it')
    .action(async (name: string, options: CreateOptions) => {
      if (options.kind === 'one-time') refuseWishes(options)
      requireScopes(options)
      await withDesk(program, async ({ people, credentials }) => {
        const person = requireActive(await people.get(name))
        const make = options.kind === 'api' ? makeApi : makeOneTime
        const { secret, told, value } = await make(credentials, person, options)
        const { kind, dialect } = options
        answer(options, { person: person.username, dialect, kind, ...value, secret }, secret)
        if (options.json !== true) remark(told)
      })
    })
}

/** @throws CommandFailure when a one-time token is asked for what only API tokens have. */
function refuseWishes({ name, expires, scope }: CreateOptions): void {
  if (name === undefined && expires === undefined && scope === undefined) return
  throw new CommandFailure(
    'usage',
    'a one-time token has no name, scope and expiry of its own; leave out --name, --scope and --expires',
  )
}

/** @throws CommandFailure when the dialect's tokens have no scopes of ours. */
export function requireScopes({ scope, dialect }: { readonly scope?: string; readonly dialect: Dialect }): void {
  if (scope === undefined || dialect === 'api') return
  throw new CommandFailure('usage', `tokens of ${dialect} have no scope; leave out --scope`)
}

/** @throws CommandFailure for somebody whom no token would let in. */
function requireActive(person: PersonValue): PersonValue {
  const { username, status } = person
  if (status === 'active') return person
  throw new CommandFailure(
    'failed',
    `"${username}" is ${status} and would not get in by a token; "gatehouse user enable ${username}" comes first`,
  )
}

interface Made {
  readonly secret: string
  /** A sentence on what was made. */
  readonly told: string
  readonly value: object
}

async function makeApi(credentials: CredentialsDesk, { username }: PersonValue, options: CreateOptions): Promise<Made> {
  const wish = tokenWish(options)
  const { token, secret } = await credentials.issueToken(username, wish)
  const { id, name, scope, createdAt, expiresAt } = token
  const told = `Made API token ${id} of ${username} for ${wish.dialect}, ${untilOf(token, wish)}; it is shown this once.`
  return { secret: secret.reveal(), told, value: { id, name, scope, createdAt, expiresAt } }
}

export function tokenWish({
  dialect,
  name = defaultName,
  scope,
  expires,
}: Pick<CreateOptions, 'dialect' | 'name' | 'scope' | 'expires'>): TokenWish {
  return {
    dialect,
    name,
    ...(scope === undefined ? {} : { scope }),
    ...(expires === undefined ? {} : { expiresAt: isoTime(Date.now() + expires) }),
  }
}

/** How long it lives, and why no longer. */
export function untilOf({ dialect, expiresAt }: TokenValue, asked: TokenWish): string {
  if (expiresAt === undefined) return 'without an end'
  const isShortened = asked.expiresAt !== undefined && Date.parse(expiresAt) < Date.parse(asked.expiresAt)
  const bound = isShortened ? ` (${lifeSetting(dialect)} allows no longer)` : ''
  return `until ${expiresAt}${bound}`
}

function lifeSetting(dialect: string): string {
  return dialect === 'api' ? 'our own API' : `GATEHOUSE_${dialect.toUpperCase()}_TOKEN_LIFE`
}

async function makeOneTime(
  credentials: CredentialsDesk,
  { username }: PersonValue,
  { dialect }: CreateOptions,
): Promise<Made> {
  const { secret, expiresAt } = await credentials.issueLogin(username, dialect)
  return {
    secret: secret.reveal(),
    told: `Made a login token of ${username} for ${dialect}, good once until ${expiresAt}; it is shown this once.`,
    value: { expiresAt },
  }
}

function addList(token: Command, program: Program): void {
  token
    .command('list')
    .description('The API tokens of a person: what they begin with, never the whole. Expired ones are told as such.')
    .argument('<person>', whichPerson)
    .addOption(dialectOption('only those of this dialect'))
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output & { readonly dialect?: Dialect }) =>
      withDesk(program, async ({ credentials }) => {
        const all = ofDialect(await credentials.tokens(name), options.dialect)
        answer(options, all, tokenTable(all))
      }),
    )
}

export function ofDialect(tokens: readonly TokenValue[], dialect: Dialect | undefined): readonly TokenValue[] {
  return tokens.filter((token) => dialect === undefined || token.dialect === dialect)
}

export function tokenTable(tokens: readonly TokenValue[]): string {
  const rows = tokens.map(({ id, dialect, name, scope, shown, createdAt, expiresAt, usedAt, isExpired }) => {
    const end = isExpired ? `${expiresAt} (over)` : (expiresAt ?? 'never')
    return [String(id), dialect, shown, scope, createdAt, end, usedAt ?? 'never', name]
  })
  return table(['ID', 'DIALECT', 'BEGINS', 'SCOPE', 'MADE', 'EXPIRES', 'LAST USED', 'NAME'], rows)
}

function addRevoke(token: Command, program: Program): void {
  token
    .command('revoke')
    .description('End an API token at once and for good, with the tokens it made and the sessions it opened.')
    .argument('<person>', whichPerson)
    .argument('<id>', 'its number in "gatehouse token list"; of any dialect', rowId)
    .option('--json', 'answer as JSON')
    .action((name: string, id: number, options: Output) =>
      withDesk(program, async ({ people, credentials }) => {
        const { username } = await people.get(name)
        const token = (await credentials.tokens(name)).find((one) => one.id === id)
        if (token === undefined || !(await credentials.revokeToken(name, id))) {
          throw new CommandFailure(
            'not-found',
            `${username} has no API token ${id}; "gatehouse token list ${username}" shows what there is`,
          )
        }
        const { dialect } = token
        answer(options, { person: username, id, dialect }, `Revoked API token ${id} of ${username} for ${dialect}.`)
      }),
    )
}
