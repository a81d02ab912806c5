// gatehouse provider add | list | show | change | enable | disable | secret | test | remove
import type { Command } from 'commander'
import type { FindingValue, ProviderValue } from './desk/values.ts'
import { exitCodes } from './exit-codes.ts'
import { CommandFailure } from './failure.ts'
import { withDesk } from './open-desk.ts'
import { answer, line, type Output, table } from './output.ts'
import type { Program } from './program.ts'
import { addProviderAdd, addProviderChange } from './provider-add.ts'
import { draftOf } from './provider-draft.ts'
import { readSecretFrom, type SecretSource, secretSource, secretSources } from './secret-source.ts'
import { tellWithoutWayIn } from './without-way-in.ts'

const whichProvider = 'its name in "gatehouse provider list"'

export function addProviderCommands(program: Program): void {
  const provider = program.command
    .command('provider')
    .description('Who else says who somebody is: OpenID Connect and OAuth 2.0 providers, LDAP directories.')
  addProviderAdd(provider, program)
  addList(provider, program)
  addShow(provider, program)
  addProviderChange(provider, program)
  addSwitch(provider, program, true)
  addSwitch(provider, program, false)
  addSecret(provider, program)
  addTest(provider, program)
  addRemove(provider, program)
}

function addList(provider: Command, program: Program): void {
  provider
    .command('list')
    .description('Every provider, in the order of the sign-in page; never a secret.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      withDesk(program, async ({ providers }) => {
        const all = await providers.list()
        const rows = all.map(({ name, kind, order, isEnabled, hasSecret, displayName }) => [
          ...[name, kind, String(order), isEnabled ? 'yes' : 'no', hasSecret ? 'yes' : 'no', displayName],
        ])
        answer(options, all, table(['NAME', 'KIND', 'ORDER', 'ENABLED', 'SECRET', 'SHOWN AS'], rows))
      }),
    )
}

function addShow(provider: Command, program: Program): void {
  provider
    .command('show')
    .description('One provider with its settings, and the redirect address to register there.')
    .argument('<name>', whichProvider)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ providers }) => {
        const one = await providers.get(name)
        answer(options, one, inWords(one))
      }),
    )
}

/** Field by field, the settings as JSON. */
function inWords(one: ProviderValue): string {
  const { settings, version, createdAt, changedAt } = one
  const { name, kind, displayName, colour, icon, order, isEnabled, hasSecret, redirectUri } = one
  const look = { name, kind, displayName, colour, icon, order }
  const own = { ...look, isEnabled, hasSecret, redirectUri, version, createdAt, changedAt }
  const said = Object.entries(own).filter(([, value]) => value !== undefined)
  const more = Object.entries(settings).map(([field, value]) => [`settings.${field}`, JSON.stringify(value)])
  return table(['FIELD', 'VALUE'], [...said.map(([field, value]) => [field, String(value)]), ...more])
}

function addSwitch(provider: Command, program: Program, isEnabled: boolean): void {
  provider
    .command(isEnabled ? 'enable' : 'disable')
    .description(
      isEnabled
        ? 'Let people sign in through a provider again.'
        : 'Let nobody sign in through a provider any more; its sessions and the flows under way end at once.',
    )
    .argument('<name>', whichProvider)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ providers }) => {
        const present = await providers.get(name)
        const isThere = present.isEnabled === isEnabled
        const after = isThere ? present : await providers.change({ ...draftOf(present), isEnabled }, undefined, present)
        answer(options, after, `${after.name} is ${isEnabled ? 'enabled' : 'disabled'}.`)
      }),
    )
}

interface SecretOptions extends Output {
  readonly secretFrom?: SecretSource
  readonly none?: boolean
}

function addSecret(provider: Command, program: Program): void {
  provider
    .command('secret')
    .description(
      "Give a provider another secret (the client's, or the directory reader's password): piped in, or asked for.",
    )
    .argument('<name>', whichProvider)
    .option('--secret-from <source>', `where it is: ${secretSources}`, secretSource)
    .option('--none', 'take it away')
    .option('--json', 'answer as JSON')
    .action((name: string, options: SecretOptions) =>
      withDesk(program, async ({ providers }) => {
        if (options.none === true && options.secretFrom !== undefined)
          throw new CommandFailure('usage', '--none and --secret-from exclude each other')
        await providers.get(name)
        const secret = options.none === true ? null : await readSecretFrom(options.secretFrom ?? { kind: 'input' })
        const after = await providers.setSecret(name, secret)
        answer(options, after, `${after.name} has ${secret === null ? 'no secret any more' : 'this secret now'}.`)
      }),
    )
}

function addTest(provider: Command, program: Program): void {
  provider
    .command('test')
    .description('Look at everything that a sign-in through a provider will need; exit code 1 when something fails.')
    .argument('<name>', whichProvider)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ providers }) => {
        const findings = await providers.check(name)
        answer(options, { findings }, findingTable(findings))
        if (findings.some(({ level }) => level === 'failure')) process.exitCode = exitCodes.failed
      }),
    )
}

function findingTable(findings: readonly FindingValue[]): string {
  const rows = findings.map(({ level, what, seen }) => [level, what, seen])
  const [head = '', ...lines] = table(['LEVEL', 'WHAT', 'SEEN'], rows).split('\n')
  const mended = findings.map(({ mend }, index) => {
    const seen = lines[index] ?? ''
    return mend === undefined ? seen : `${seen}\n${line([`  -> ${mend}`])}`
  })
  return [head, ...mended].join('\n')
}

function addRemove(provider: Command, program: Program): void {
  provider
    .command('remove')
    .description(
      'Remove a provider with its identities and sessions; people, their API tokens and the memberships that it gave stay. Says who can sign in no more.',
    )
    .argument('<name>', whichProvider)
    .option('--json', 'answer as JSON')
    .action((name: string, options: Output) =>
      withDesk(program, async ({ providers }) => {
        const removed = await providers.remove(name)
        const { withoutWayIn } = removed
        const more = withoutWayIn.count === 0 ? '' : `\n${line([tellWithoutWayIn(withoutWayIn)])}`
        answer(options, { name, ...removed }, `Removed provider ${name}; ${removed.sessions} sessions ended.${more}`)
      }),
    )
}
