// The command line, on the data of a server that runs: people are made, disabled and reset beside it, and it sees
// that at once; errors are one sentence on stderr and a status that is not 0.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { type CommandResult, runCommand } from '../_kit/command.ts'
import { type Directory, freshDirectory } from '../_kit/directory.ts'
import { liveAtPortainer, outcomeOf, portainerLogin } from '../_kit/doors.ts'
import { adminName, adminPassword, cheapHashing } from '../_kit/house.ts'
import { type ServerProcess, startServer } from '../_kit/process.ts'

const password = 'rivers and lanterns apart'

describe('gatehouse', () => {
  let data: Directory
  let server: ServerProcess
  let settings: Readonly<Record<string, string>>

  before(async () => {
    data = freshDirectory()
    settings = {
      GATEHOUSE_DATA: data.path,
      GATEHOUSE_ADMIN_USERNAME: adminName,
      GATEHOUSE_ADMIN_PASSWORD: adminPassword,
      ...cheapHashing,
    }
    server = await startServer(settings)
  })
  after(async () => {
    await server.end()
    data[Symbol.dispose]()
  })

  const run = (...args: readonly string[]): Promise<CommandResult> => runCommand(args, settings)
  const signIn = (username: string, pass: string) => outcomeOf(portainerLogin(server, username, pass))

  test('user create, list, disable, enable: seen by the server at once, and nothing dead revives', async () => {
    const made = await runCommand(
      ['user', 'create', 'Alice', '--email', 'alice@example.org', '--json'],
      settings,
      password,
    )
    assert.equal(made.code, 0, made.stderr)
    const { id, uuid, createdAt, ...rest } = JSON.parse(made.stdout)
    assert.deepEqual(rest, {
      kind: 'human',
      username: 'Alice',
      email: 'alice@example.org',
      displayName: 'Alice',
      status: 'active',
      isOperator: false,
    })
    const lives = liveAtPortainer(await portainerLogin(server, 'alice@EXAMPLE.org', password))
    assert.equal(await lives(), 'ok')

    assert.match((await run('user', 'list')).stdout, /\n\d+ +Alice +alice@example\.org +active +human\n?/)
    assert.equal((await run('user', 'disable', 'alice')).stdout, 'Disabled Alice.\n')
    assert.equal(await lives(), 401)
    assert.equal(await signIn('Alice', password), 422)
    assert.equal((await run('user', 'enable', 'ALICE')).code, 0)
    assert.equal(await lives(), 401)
    assert.equal(await signIn('Alice', password), 'ok')
  })

  test('user reset: the old password and its sessions end, the new one works', async () => {
    await runCommand(['user', 'create', 'bob'], settings, password)
    const lives = liveAtPortainer(await portainerLogin(server, 'bob', password))
    const reset = await runCommand(['user', 'reset', 'bob'], settings, 'entirely different words')
    assert.deepEqual([reset.code, reset.stdout], [0, 'New password for bob.\n'])
    assert.equal(await lives(), 401)
    assert.equal(await signIn('bob', password), 422)
    assert.equal(await signIn('bob', 'entirely different words'), 'ok')
  })

  test('refusals are one sentence on stderr and an exit code', async () => {
    const cases: readonly (readonly [readonly string[], string, RegExp])[] = [
      [['user', 'create', adminName.toUpperCase()], password, /Somebody already answers to/],
      [['user', 'create', 'carol'], 'too short', /shorter than 15 characters/],
      [['user', 'create', 'carol'], '', /no password came on standard input/],
      [['user', 'create', 'two words'], password, /has a space in it/],
      [['user', 'create', 'dave', '--email', 'a@b@c'], password, /not a single plain address/],
      [['user', 'disable', 'nobody-here'], '', /There is nobody called "nobody-here"/],
      [['user', 'disable', adminName], '', /the last active operator/],
      [['user', 'reset', 'nobody-here'], password, /There is nobody called/],
      [['setup-link'], '', /already has its first administrator/],
    ]
    for (const [args, input, says] of cases) {
      const refused = await runCommand(args, settings, input)
      const code = says.source.startsWith('There is nobody') ? exitCodes['not-found'] : exitCodes.failed
      assert.equal(refused.code, code, `${args.join(' ')}: ${refused.stdout}`)
      assert.match(refused.stderr, says)
      assert.equal(refused.stderr.trim().split('\n').length, 1, refused.stderr)
    }
  })

  test('an unknown command or option is refused, every command has help', async () => {
    assert.equal((await run('frobnicate')).code, exitCodes.usage)
    assert.equal((await run('user', 'list', '--frobnicate')).code, exitCodes.usage)
    for (const args of [
      [],
      ['serve'],
      ['setup-link'],
      ['user'],
      ['user', 'create'],
      ['keys', 'rotate'],
      ['config', 'check'],
      ['audit', 'verify'],
    ]) {
      const help = await run(...args, '--help')
      assert.equal(help.code, 0)
      assert.match(help.stdout, /^Usage: gatehouse/)
    }
  })

  test('keys rotate: the new key signs, the old one stays published, tokens live on', async () => {
    const lives = liveAtPortainer(await portainerLogin(server, adminName, adminPassword))
    const kids = async () => {
      const set = (await (await fetch(`${server.origin}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }
      return set.keys.map(({ kid }) => kid)
    }
    const before = await kids()
    assert.equal((await run('keys', 'rotate')).code, 0)
    const after = await kids()
    for (const kid of before) assert.ok(after.includes(kid), 'an old key left the published set')
    assert.equal(after.length, before.length + 1)
    assert.equal(await lives(), 'ok')
    const listed = JSON.parse((await run('keys', 'list', '--json')).stdout) as { state: string }[]
    assert.equal(listed.filter(({ state }) => state === 'active').length, 1)
    assert.doesNotMatch((await run('keys', 'list', '--json')).stdout, /"d":|private/i)
  })

  test('config explain shows every value with its source, and no secret', async () => {
    const { stdout } = await run('config', 'explain', '--json')
    const byName = new Map(
      (JSON.parse(stdout) as { name: string; value?: string; source: string }[]).map((one) => [one.name, one]),
    )
    assert.equal(byName.get('GATEHOUSE_DATA')?.source, 'environment')
    assert.equal(byName.get('GATEHOUSE_HOST')?.value, '127.0.0.1')
    assert.equal(byName.get('GATEHOUSE_HOST')?.source, 'default')
    assert.equal(byName.get('GATEHOUSE_ADMIN_PASSWORD')?.value, '[secret]')
    assert.ok(!stdout.includes(adminPassword))
  })

  test('config check: status 1 and every problem by name, status 0 when right', async () => {
    assert.equal((await run('config', 'check')).code, 0)
    const wrong = { ...settings, GATEHOUSE_PORT: '-1', GATEHOUSE_SEMAPHORE_LISTEN: 'nowhere', GATEHOUSE_NONSENSE: '1' }
    const checked = await runCommand(['config', 'check'], wrong)
    assert.equal(checked.code, 1)
    for (const name of ['GATEHOUSE_PORT', 'GATEHOUSE_SEMAPHORE_LISTEN', 'GATEHOUSE_NONSENSE']) {
      assert.match(checked.stderr, new RegExp(`gatehouse: ${name} `))
    }
  })

  test('audit verify: whole while the server runs; an altered row is named and the status is 1', async () => {
    const whole = await run('audit', 'verify')
    assert.deepEqual([whole.code, whole.stderr], [0, ''])
    assert.match(whole.stdout, /^Whole: \d+ rows in 1 chains\.\n$/)

    const database = new DatabaseSync(join(data.path, 'gatehouse.db'), { timeout: 2000 })
    const { body } = database.prepare('select body from audit where seq = 3').get() as { body: string }
    database.prepare('update audit set body = ? where seq = 3').run(body.replace('success', 'failure'))
    const altered = await run('audit', 'verify')
    assert.equal(altered.code, 1)
    assert.match(altered.stderr, /audit chain c01, row 3: altered/)
    database.prepare('update audit set body = ? where seq = 3').run(body)
    database.close()
    assert.equal((await run('audit', 'verify')).code, 0)
  })
})
