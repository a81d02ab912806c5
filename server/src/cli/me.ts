// gatehouse whoami, gatehouse me show | sessions | tokens | password | identities: one's own, at a server.
import { type Command, Option } from 'commander'
import { GatehouseMeApi, GatehouseSessionApi } from '../../../client/src/index.ts'
import { duration } from '../config/setting.ts'
import type { Duration } from '../core/ids.ts'
import { parsedBy, rowId } from './argument.ts'
import type { Dialect } from './desk/values.ts'
import { identityTable } from './identity.ts'
import { readKnown, readPasswordChange } from './input.ts'
import { remoteOnly } from './open-desk.ts'
import { answer, type Output, remark, table } from './output.ts'
import { keepToken } from './profile-in-use.ts'
import type { Program } from './program.ts'
import { everyItem, withServer } from './remote/server.ts'
import { scopeOption } from './scope.ts'
import { sessionTable } from './session.ts'
import { dialectOption, ofDialect, requireScopes, tokenTable, tokenWish, untilOf } from './token.ts'

export function addMeCommands(program: Program): void {
  addWho(program.command.command('whoami'), program)
  const me = program.command
    .command('me')
    .description('What is your own at a server: sessions, API tokens, password, identities. Not on the local database.')
  addWho(me.command('show'), program)
  addSessions(me, program)
  addTokens(me, program)
  addPassword(me, program)
  addIdentities(me, program)
}

function addWho(command: Command, program: Program): void {
  command
    .description('Who is signed in at the server, in which account, with what scope.')
    .option('--json', 'answer as JSON')
    .action(async (options: Output) => {
      const place = remoteOnly(program)
      const me = await withServer(place, (connection) => new GatehouseSessionApi(connection).getSession())
      const { person, account, scope } = me
      const right = person.isOperator ? 'operator' : account.role
      const rows = [[person.username, right, account.identifier, scope, place.server]]
      answer(options, { ...me, server: place.server }, table(['USER NAME', 'ROLE', 'ACCOUNT', 'SCOPE', 'SERVER'], rows))
    })
}

function addSessions(me: Command, program: Program): void {
  const sessions = me.command('sessions').description('Where you are signed in.')
  sessions
    .command('list')
    .description('Your live sessions at every door, newest first.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      asMe(program, async (own) => {
        const all = await everyItem((query) => own.listMySessions(query))
        answer(options, all, sessionTable(all))
      }),
    )
  sessions
    .command('end')
    .description('End one of your sessions at once and for good.')
    .argument('<id>', 'its number in "gatehouse me sessions list"', rowId)
    .option('--json', 'answer as JSON')
    .action((id: number, options: Output) =>
      asMe(program, async (own) => {
        await own.endMySession(id)
        answer(options, { id }, `Ended session ${id}.`)
      }),
    )
  sessions
    .command('end-others')
    .description('End all of them but the one you work with now; with an API token, all of them.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      asMe(program, async (own) => {
        const { ended } = await own.endMyOtherSessions()
        answer(options, { ended }, `Ended ${ended} of your sessions.`)
      }),
    )
}

function addIdentities(me: Command, program: Program): void {
  const identities = me.command('identities').description('Whom providers vouch for as you. A page links one.')
  identities
    .command('list')
    .description('The identities that sign you in through providers, oldest first.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      asMe(program, async (own) => {
        const { items } = await own.listMyIdentities()
        answer(options, items, identityTable(items))
      }),
    )
  identities
    .command('unlink')
    .description('Unlink one of them at once and for good, and end its sessions. Needs a recent sign-in.')
    .argument('<id>', 'its number in "gatehouse me identities list"', rowId)
    .option('--json', 'answer as JSON')
    .action((id: number, options: Output) =>
      asMe(program, async (own) => {
        await own.unlinkMyIdentity(id)
        answer(options, { id }, `Unlinked identity ${id}.`)
      }),
    )
}

interface CreateOptions extends Output {
  readonly dialect: Dialect
  readonly name?: string
  readonly scope?: string
  readonly expires?: Duration
  readonly password?: boolean
}

function addTokens(me: Command, program: Program): void {
  const tokens = me.command('tokens').description('Your API tokens, for every door.')
  addTokenList(tokens, program)
  addTokenCreate(tokens, program)
  tokens
    .command('revoke')
    .description('End one of your API tokens at once and for good, with what it made and opened.')
    .argument('<id>', 'its number in "gatehouse me tokens list"', rowId)
    .option('--json', 'answer as JSON')
    .action((id: number, options: Output) =>
      asMe(program, async (own) => {
        await own.revokeMyToken(id)
        answer(options, { id }, `Revoked API token ${id}.`)
      }),
    )
  tokens
    .command('revoke-others')
    .description('End all of them but the one you work with now.')
    .option('--json', 'answer as JSON')
    .action((options: Output) =>
      asMe(program, async (own) => {
        const { ended } = await own.revokeMyOtherTokens()
        answer(options, { ended }, `Revoked ${ended} of your API tokens.`)
      }),
    )
}

function addTokenList(tokens: Command, program: Program): void {
  tokens
    .command('list')
    .description('What they begin with, never the whole. Expired ones are told as such.')
    .addOption(dialectOption('only those of this dialect'))
    .option('--json', 'answer as JSON')
    .action((options: Output & { readonly dialect?: Dialect }) =>
      asMe(program, async (own) => {
        const all = ofDialect(await everyItem((query) => own.listMyTokens(query)), options.dialect)
        answer(options, all, tokenTable(all))
      }),
    )
}

function addTokenCreate(tokens: Command, program: Program): void {
  tokens
    .command('create')
    .description(
      'Make one and print it, once, alone on standard output. Needs a sign-in of the last ten minutes ("gatehouse login --session"), or in a later session the password.',
    )
    .addOption(dialectOption('where it works; api is our own API').default('api'))
    .option('--name <name>', 'what lists show')
    .addOption(scopeOption('for our own API: what it may do; left out, as much as you work with now'))
    .option('--expires <duration>', 'how long it lives, such as 12h or 90d', parsedBy(duration))
    .addOption(new Option('--password', 'show the password: on standard input, or asked for'))
    .option('--json', 'answer as JSON, with the secret in it')
    .action(async (options: CreateOptions) => {
      requireScopes(options)
      const password = options.password === true ? (await readKnown('password', 'Your password')).reveal() : undefined
      await asMe(program, async (own) => {
        const wish = tokenWish(options)
        const { token, secret } = await own.createMyToken({ ...wish, ...(password === undefined ? {} : { password }) })
        answer(options, { ...token, secret }, secret)
        const told = `Made API token ${token.id} for ${token.dialect}, ${untilOf(token, wish)}; it is shown this once.`
        if (options.json !== true) remark(told)
      })
    })
}

function addPassword(me: Command, program: Program): void {
  me.command('password')
    .description(
      'Change your password; your other sessions end. Needs a session ("gatehouse login --session"). Both are asked for, or piped in as two lines.',
    )
    .option('--json', 'answer as JSON')
    .action(async (options: Output) => {
      const place = remoteOnly(program)
      const { current, next } = await readPasswordChange()
      const { accessToken } = await withServer(place, (connection) =>
        new GatehouseMeApi(connection).changeMyPassword({ current: current.reveal(), next: next.reveal() }),
      )
      const isKept = accessToken !== undefined && keepToken(place, accessToken)
      const goesOn = isKept ? 'this one goes on' : 'this one has another token now, which is not kept: sign in anew'
      answer(options, { changed: true }, `Your password is changed. Your other sessions have ended; ${goesOn}.`)
    })
}

function asMe(program: Program, work: (own: GatehouseMeApi) => Promise<void>): Promise<void> {
  return withServer(remoteOnly(program), (connection) => work(new GatehouseMeApi(connection)))
}
