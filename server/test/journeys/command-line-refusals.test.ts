// What the commands of accounts, members, projects and tokens refuse, each with one sentence and its exit code; that a wrong data directory stays as it was; and that commands run at once beside a server that serves.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCommand } from '../_kit/command.ts'
import { freshDirectory } from '../_kit/directory.ts'
import { atSemaphore, semaphoreLogin, withSemaphoreToken } from '../_kit/doors.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

/** Every command of this page with arguments that would be right. */
const commands: readonly (readonly string[])[] = [
  ['account', 'create', 'acme'],
  ['account', 'list'],
  ['account', 'show', 'acme'],
  ['account', 'change', 'acme', '--active', 'no'],
  ['account', 'licence', 'acme', 'active'],
  ['account', 'region', 'acme', 'none'],
  ['member', 'add', 'default', 'ann'],
  ['member', 'role', 'acme', 'ann', 'owner'],
  ['member', 'remove', 'acme', 'ann'],
  ['member', 'list', 'default'],
  ['project', 'create', 'default', 'web'],
  ['project', 'list', 'default'],
  ['project', 'replace-token', 'default', 'web'],
  ['token', 'create', 'ann', '--dialect', 'semaphore', '--kind', 'api'],
  ['token', 'list', 'ann'],
  ['token', 'revoke', 'ann', '1'],
  ['login-token', 'list', 'ann'],
  ['login-token', 'revoke', 'ann', '1'],
  ['session', 'list', 'ann'],
  ['session', 'end', 'ann', '1'],
  ['revoke-all', 'ann'],
  ['user', 'list'],
  ['user', 'show', 'ann'],
  ['user', 'change', 'ann', '--name', 'Ann'],
  ['keys', 'list'],
  ['keys', 'rotate'],
  ['settings', 'show'],
  ['audit', 'list'],
  ['audit', 'follow'],
  ['audit', 'export'],
  ['audit', 'verify'],
]
const create = (...more: readonly string[]): readonly string[] => ['token', 'create', 'ann', ...more]
const atDoor = ['--dialect', 'semaphore'] as const
const api = [...atDoor, '--kind', 'api'] as const

/** Refused by core or the command: exactly one sentence, and an exit code. */
const refusals: readonly (readonly [readonly string[], RegExp, number])[] = [
  [['account', 'create', 'Default', '--json'], /There is an account "default" already\./, exitCodes.failed],
  [['account', 'create', 'two words'], /An account identifier is 1 to 63 of a-z/, exitCodes.failed],
  [['account', 'create', ''], /An account identifier is/, exitCodes.failed],
  [['account', 'create', '0189d1d5-0000-7000-8000-000000000000'], /and is no UUID/, exitCodes.failed],
  [['account', 'create', 'acme', '--region', 'two words'], /A region is 1 to 63 letters/, exitCodes.failed],
  [
    ['account', 'create', 'acme', '--name', 'two\nlines'],
    /A name is 1 to 255 characters on one line/,
    exitCodes.failed,
  ],
  [['account', 'licence', 'nowhere', 'active'], /There is no account "nowhere"/, exitCodes['not-found']],
  [['account', 'region', 'nowhere', 'none'], /There is no account "nowhere"/, exitCodes['not-found']],
  [['account', 'region', 'default', ''], /A region is/, exitCodes.failed],
  [['member', 'add', 'nowhere', 'ann'], /There is no account "nowhere"/, exitCodes['not-found']],
  [['member', 'add', 'default', 'nobody'], /There is nobody called "nobody"/, exitCodes['not-found']],
  [
    ['member', 'remove', 'default', 'ann'],
    /"default" is the home account of "ann"; give them another one first/,
    exitCodes.failed,
  ],
  [['member', 'remove', 'spare', 'ann'], /"ann" is no member of "spare"/, exitCodes['not-found']],
  [['member', 'list', 'nowhere'], /There is no account "nowhere"/, exitCodes['not-found']],
  [['project', 'create', 'nowhere', 'web'], /There is no account "nowhere"/, exitCodes['not-found']],
  [['project', 'create', 'default', ''], /A name is 1 to 255 characters/, exitCodes.failed],
  [['project', 'create', 'default', 'taken'], /"default" has a project "taken" already/, exitCodes.failed],
  [['project', 'list', 'nowhere'], /There is no account "nowhere"/, exitCodes['not-found']],
  [['project', 'replace-token', 'default', 'absent'], /"default" has no project "absent"/, exitCodes['not-found']],
  [['token', 'create', 'nobody', ...api], /There is nobody called "nobody"/, exitCodes['not-found']],
  [create(...api, '--name', 'two\nlines'), /The name has control characters or is too long/, exitCodes.failed],
  [
    create(...atDoor, '--kind', 'one-time', '--name', 'x'),
    /has no name, .*leave out --name, --scope and --expires/,
    exitCodes.usage,
  ],
  [
    create(...atDoor, '--kind', 'one-time', '--expires', '1h'),
    /leave out --name, --scope and --expires/,
    exitCodes.usage,
  ],
  [['token', 'list', 'nobody'], /There is nobody called "nobody"/, exitCodes['not-found']],
  [['token', 'revoke', 'nobody', '1'], /There is nobody called "nobody"/, exitCodes['not-found']],
  [
    ['token', 'revoke', 'ann', '999999999999999'],
    /ann has no API token 999999999999999; "gatehouse token list ann"/,
    exitCodes['not-found'],
  ],
  [['session', 'list', 'nobody'], /There is nobody called "nobody"/, exitCodes['not-found']],
  [['session', 'end', 'ann', '9'], /ann has no live session 9; "gatehouse session list ann"/, exitCodes['not-found']],
  [['user', 'show', 'nobody'], /There is nobody called "nobody"/, exitCodes['not-found']],
  [['user', 'change', 'ann'], /say what to change: --name, --email/, exitCodes.usage],
  [['user', 'change', 'ann', '--email', 'a@b@c'], /not a single plain address/, exitCodes.failed],
  [['account', 'change', 'default'], /say what to change: --name, --licence/, exitCodes.usage],
  [['account', 'change', 'default', '--name', 'two\nlines'], /A name is 1 to 255 characters/, exitCodes.failed],
  [['audit', 'list', '--person', 'nobody'], /There is nobody called "nobody"/, exitCodes['not-found']],
  [['project', 'list', 'default', '--tokens'], /agent tokens are shown by a server only/, exitCodes.usage],
  [['me', 'show'], /whoever is signed in at a server; commands on the local database act as nobody/, exitCodes.usage],
  [create('--dialect', 'semaphore', '--kind', 'api', '--scope', 'read'), /semaphore have no scope/, exitCodes.usage],
  [['revoke-all', 'nobody', '--json'], /There is nobody called "nobody"/, exitCodes['not-found']],
]

/** Refused by the shape of the call: one sentence, and where to read more. */
const misspelt: readonly (readonly [readonly string[], RegExp])[] = [
  [['account', 'create'], /missing required argument 'identifier'/],
  [['account', 'create', 'acme', '--licence', 'lapsed'], /Allowed choices are active, expired, none-needed\./],
  [['account', 'create', 'acme', '--quota', '0'], /It must be a whole number from 1 to 1000000000\./],
  [['account', 'create', 'acme', '--quota', '1.5'], /It must be a whole number/],
  [['account', 'licence', 'default', 'lapsed'], /Allowed choices are active, expired, none-needed\./],
  [['account', 'list', 'more'], /too many arguments/],
  [['member', 'add', 'default', 'ann', '--role', 'king'], /Allowed choices are owner, admin, member, read-only\./],
  [create('--kind', 'api'), /required option '--dialect <dialect>' not specified/],
  [create(...atDoor), /required option '--kind <kind>' not specified/],
  [create(...atDoor, '--kind', 'cookie'), /Allowed choices are api, one-time\./],
  [
    create('--dialect', 'gopher', '--kind', 'api'),
    /Allowed choices are portainer, semaphore, cloudendure, extremecloudiq, api\./,
  ],
  [create(...api, '--expires', 'soon'), /It must be a duration such as 90s, 15m, 8h or 7d, at most 400d\./],
  [create(...api, '--expires', '0s'), /It must be a duration/],
  [
    ['token', 'list', 'ann', '--dialect', 'gopher'],
    /Allowed choices are portainer, semaphore, cloudendure, extremecloudiq, api\./,
  ],
  [['token', 'revoke', 'ann', 'ci'], /It must be the number that the list shows as ID\./],
  [['token', 'revoke', 'ann', '0'], /It must be the number/],
  [create('--dialect', 'api', '--kind', 'api', '--scope', 'all'), /It must be words of default, read, introspect\./],
  [['audit', 'list', '--from', 'yesterday'], /It must be a time such as .+, or how long ago, such as 2h or 7d\./],
  [['audit', 'list', '--limit', '0'], /It must be a whole number/],
  [['audit', 'export', '--format', 'xml'], /Allowed choices are jsonl, csv\./],
  [['account', 'change', 'default', '--active', 'maybe'], /It must be one of yes, no\./],
  [['user', 'list', '--status', 'gone'], /Allowed choices are active, disabled, pending\./],
  [['revoke-all'], /missing required argument 'person'/],
]

describe('the command line of accounts and tokens', () => {
  let served: Served

  before(async () => {
    served = await serveFresh()
    await served.person('ann')
    await served.tell('account', 'create', 'spare')
    await served.tell('project', 'create', 'default', 'taken')
  })
  after(() => served[Symbol.asyncDispose]())

  test('refusals are one sentence on stderr, nothing on stdout, an exit code that says which kind', async () => {
    await inTurn(refusals, async ([args, says, status]) => {
      const { code, stdout, stderr } = await served.run(...args)
      assert.deepEqual([code, stdout], [status, ''], args.join(' '))
      assert.match(stderr, says)
      assert.match(stderr, /^gatehouse: .+\n$/, 'one line')
    })
  })

  test('a misspelt call is refused with what would be right, and changes nothing', async () => {
    await inTurn(misspelt, async ([args, says]) => {
      const { code, stdout, stderr } = await served.run(...args)
      assert.deepEqual([code, stdout], [exitCodes.usage, ''], args.join(' '))
      assert.match(stderr, says)
      assert.match(stderr, /^gatehouse: .+\n\(add --help for the ways to call it\)\n$/)
    })
    const accounts = await served.ask<{ identifier: string }[]>('account', 'list')
    assert.deepEqual(
      accounts.map(({ identifier }) => identifier),
      ['default', 'spare'],
    )
    assert.deepEqual(await served.ask('token', 'list', 'ann'), [])
  })

  test('every command has help that says what it does and what its arguments are', async () => {
    const groups = ['account', 'member', 'project', 'token'].map((name) => [name])
    const each = commands.map((args) => args.slice(0, args[0] === 'revoke-all' ? 1 : 2))
    await inTurn([...groups, ...each], async (args) => {
      const { code, stdout, stderr } = await served.run(...args, '--help')
      assert.deepEqual([code, stderr], [0, ''])
      assert.ok(stdout.startsWith(`Usage: gatehouse ${args.join(' ')} `), stdout)
      const [, description = ''] = stdout.split('\n\n')
      assert.match(description, /\.$/)
      for (const [argument] of stdout.split('\n', 1)[0]?.matchAll(/<[\w-]+>/g) ?? []) {
        assert.match(stdout, new RegExp(`\n +${argument.slice(1, -1)} +\\S`), `${argument} is not explained`)
      }
    })
  })

  test('in a wrong data directory every command says so and makes nothing', async () => {
    using empty = freshDirectory()
    const missing = join(empty.path, 'missing')
    await inTurn(commands, async (args) => {
      // One without a cache of the tests, which would make its own where it works.
      const wrong = args === commands[0] ? { ...served.settings, NODE_COMPILE_CACHE: '' } : served.settings
      for (const path of args[1] === 'create' ? [missing, empty.path] : [missing]) {
        const { code, stdout, stderr } = await runCommand(args, { ...wrong, GATEHOUSE_DATA: path })
        assert.deepEqual([code, stdout], [1, ''], args.join(' '))
        assert.equal(
          stderr,
          `gatehouse: there is no Gatehouse in ${path}; set GATEHOUSE_DATA to its directory, or start it first\n`,
        )
      }
    })
    assert.equal(existsSync(missing), false)
    assert.deepEqual(readdirSync(empty.path), [])
  })

  test('commands at once beside sign-ins: all succeed, one wins what only one can have, the audit trail is whole', async () => {
    await served.person('joe')
    const eight = Array.from({ length: 8 }, (_, index) => String(index))
    const busy = (async () => {
      for (let turn = 0; turn < 20; turn += 1) await semaphoreLogin(served, 'joe')
    })()
    const made = await Promise.all(eight.map((name) => served.run('token', 'create', 'joe', ...api, '--name', name)))
    for (const { code, stderr } of made) assert.equal(code, 0, stderr)
    await busy
    const tokens = await served.ask<{ id: number; name: string }[]>('token', 'list', 'joe')
    assert.deepEqual(tokens.map(({ name }) => name).sort(), eight)
    const probes = made.map(({ stdout }) => withSemaphoreToken(served, stdout.trim()))
    for (const lives of probes) assert.equal(await lives(), 'ok')

    const winners = async (args: readonly string[]): Promise<number> => {
      const results = await Promise.all(eight.map(() => served.run(...args)))
      return results.filter(({ code }) => code === 0).length
    }
    assert.equal(await winners(['account', 'create', 'contested']), 1)
    assert.equal(await winners(['project', 'create', 'default', 'contested']), 1)
    assert.equal(await winners(['token', 'revoke', 'joe', String(tokens[0]?.id)]), 1)

    const session = await atSemaphore(served, 'joe')
    const receipts = await Promise.all([1, 2, 3].map(() => served.ask<{ ended: unknown[] }>('revoke-all', 'joe')))
    assert.deepEqual(receipts.map(({ ended }) => ended.length).sort(), [0, 0, 1])
    for (const lives of [...probes, session]) assert.equal(await lives(), 401)
    assert.match(await served.tell('audit', 'verify'), /^Whole: /)
  })
})

/** Some processes at once, not all: each is a whole Node. */
async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items]
  const workers = Array.from({ length: 4 }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  })
  await Promise.all(workers)
}
