// gatehouse provider add | change: settings from a file, the usual ones as options too.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { oneOf } from '../config/setting.ts'
import type { ProviderDraft } from '../core/federation/complete-provider.ts'
import type { ProviderKind } from '../core/federation/provider.ts'
import type { Secret } from '../lib/secret.ts'
import { parsedBy } from './argument.ts'
import { CommandFailure } from './failure.ts'
import { leftAccounts, tellLeft } from './left-accounts.ts'
import { withDesk } from './open-desk.ts'
import { answer, line, type Output, remark } from './output.ts'
import type { Program } from './program.ts'
import { draftOf } from './provider-draft.ts'
import { readSecretFrom, type SecretSource, secretSource, secretSources } from './secret-source.ts'
import { readDocument } from './written/document.ts'
import { requireNone } from './written/problems.ts'
import { checkProvider } from './written/provider.ts'

type YesOrNo = 'yes' | 'no'

interface WishOptions extends Output {
  readonly settings?: string
  readonly issuer?: string
  readonly clientId?: string
  readonly displayName?: string
  readonly colour?: string
  readonly icon?: string
  readonly order?: number
  readonly createsPeople?: YesOrNo
  readonly linksByEmail?: YesOrNo
  readonly secretFrom?: SecretSource
}

interface AddOptions extends WishOptions {
  readonly kind: ProviderKind
  readonly disabled?: boolean
}

const yesOrNo = parsedBy(oneOf('yes', 'no'))

function withWishOptions(command: Command): Command {
  return command
    .option('--settings <file>', 'its settings in YAML or JSON; - is standard input')
    .option('--issuer <url>', 'of OpenID Connect, exactly as the provider spells it')
    .option('--client-id <id>', 'as the provider knows us')
    .option('--display-name <name>', 'what its button says')
    .option('--colour <colour>', 'of the button, such as #2a6df4')
    .option('--icon <name>', 'of the button')
    .option('--order <number>', 'its place on the sign-in page', wholeNumber)
    .option('--creates-people <yes|no>', 'whether somebody nobody knows yet becomes a person', yesOrNo)
    .option('--links-by-email <yes|no>', 'whether a verified address links to whoever has it here', yesOrNo)
    .option('--secret-from <source>', `where its secret is: ${secretSources}`, secretSource)
    .option('--json', 'answer as JSON')
}

function wholeNumber(text: string): number {
  if (/^-?\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

export function addProviderAdd(provider: Command, program: Program): void {
  const add = provider
    .command('add')
    .description(
      'Add a provider. What is left out goes without saying; "gatehouse provider test" looks whether it works.',
    )
    .argument('<name>', 'its id in addresses: lower case letters, digits and dashes')
    .addOption(new Option('--kind <kind>', 'how it is spoken to').choices(kinds).default('oidc'))
    .option('--disabled', 'not offered to anybody yet')
  withWishOptions(add).action(async (name: string, options: AddOptions) => {
    requireOneInput(options)
    const settings = { ...(await settingsFile(options)), ...settingsOptions(options) }
    const look = { ...lookOptions(options), ...(options.disabled === true ? { isEnabled: false } : {}) }
    const draft = checked({ name, kind: options.kind, ...look, settings })
    const secret = await secretOption(options)
    await withDesk(program, async ({ providers }) => {
      const made = await providers.create(draft, secret)
      const redirect =
        made.redirectUri === undefined
          ? ''
          : `\nRedirect address of our own page, to register there: ${made.redirectUri}`
      answer(options, made, `Added provider ${made.name} (${made.kind}).${redirect}`)
    })
  })
}

const kinds = Object.keys({ oidc: true, oauth2: true, ldap: true } satisfies Record<ProviderKind, true>)

export function addProviderChange(provider: Command, program: Program): void {
  const change = provider
    .command('change')
    .description('Change what is named; the rest stays as it is. --settings puts others in the place of all settings.')
    .argument('<name>', 'its name in "gatehouse provider list"')
  withWishOptions(change).action(async (name: string, options: WishOptions) => {
    requireOneInput(options)
    const [file, said, look] = [await settingsFile(options), settingsOptions(options), lookOptions(options)]
    const secret = await secretOption(options)
    if (file === undefined && secret === undefined && Object.keys({ ...said, ...look }).length === 0)
      throw new CommandFailure('usage', 'say what to change; --help names what there is')
    await withDesk(program, async ({ providers }) => {
      const present = await providers.get(name)
      const draft = checked({ ...draftOf(present), ...look, settings: { ...(file ?? present.settings), ...said } })
      const changed = await providers.change(draft, secret, present)
      answer(options, changed, `Changed provider ${changed.name}.`)
      if (options.json === true) return
      for (const account of leftAccounts(present.settings, changed.settings)) remark(line([tellLeft(account)]))
    })
  })
}

function requireOneInput({ settings, secretFrom }: WishOptions): void {
  if (settings === '-' && secretFrom?.kind === 'input')
    throw new CommandFailure('usage', 'standard input is one thing: settings or secret')
}

async function settingsFile({ settings }: WishOptions): Promise<object | undefined> {
  if (settings === undefined) return undefined
  const read = await readDocument(settings)
  if ('problems' in read) requireNone(read.problems)
  else if (typeof read.value === 'object' && read.value !== null && !Array.isArray(read.value)) return read.value
  throw new CommandFailure('failed', `${settings} holds no settings: names with their values`)
}

function settingsOptions({ issuer, clientId, createsPeople, linksByEmail }: WishOptions): object {
  return {
    ...(issuer === undefined ? {} : { issuer }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(createsPeople === undefined ? {} : { createsPeople: createsPeople === 'yes' }),
    ...(linksByEmail === undefined ? {} : { linksByEmail: linksByEmail === 'yes' }),
  }
}

function lookOptions({ displayName, colour, icon, order }: WishOptions): object {
  const look = { displayName, colour, icon, order }
  return Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined))
}

async function secretOption({ secretFrom }: WishOptions): Promise<Secret | undefined> {
  return secretFrom === undefined ? undefined : readSecretFrom(secretFrom)
}

/** What is written, when it is a provider. @throws CommandFailure that says what is not. */
function checked(written: object): ProviderDraft {
  const found = checkProvider(written)
  if ('wish' in found) return written as ProviderDraft
  throw new CommandFailure('failed', found.problems.map(({ says }) => says.replace(/\.$/, '')).join('; '))
}
