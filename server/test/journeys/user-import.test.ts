// gatehouse user import: every line that cannot come in is told by its number and why, and then nothing is written;
// who is here already is never changed unasked; no hash is ever printed.
import assert from 'node:assert/strict'
import { lstatSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { type CommandResult, runCommand } from '../_kit/command.ts'
import { outcomeOf, portainerLogin } from '../_kit/doors.ts'
import { argonHash, bcryptHash } from '../_kit/foreign-hashes.ts'
import { adminName } from '../_kit/house.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

const password = 'old words in a row'
const hash = await bcryptHash(password)
const otherHash = await argonHash('other words in a row')
const line = (fields: object): string => JSON.stringify(fields)

/** Each with what is said of it; the line numbers are their places. */
const refused: readonly (readonly [string, RegExp])[] = [
  ['{"username": "half', /The line is no JSON; each line holds one whole object\./],
  ['[]', /A line must be one JSON object\./],
  ['null', /A line must be one JSON object\./],
  [line({ email: 'a@example.org' }), /The line has no "username"\./],
  [line({ username: 7 }), /"username" must be text\./],
  [line({ username: ' ' }), /The field "username" is missing or empty\./],
  [line({ username: 'two words' }), /The user name has a space in it\./],
  [line({ username: 'zero\u200bwidth' }), /The user name has invisible or control characters\./],
  [line({ username: 'p\u0430ypal' }), /The user name mixes letters of several scripts\./],
  ['{"username":"a\\ud800"}', /"username" holds half a character \(a lone surrogate\)\./],
  ['{"username":"sam","\\ud800":1}', /A line has a field "\\ud800", which means nothing here\./],
  ['{"username":"sam","__proto__":{}}', /A line has a field "__proto__", which means nothing here\./],
  [line({ username: 'sam', password: 'x' }), /A line has a field "password", which means nothing here\./],
  [line({ username: 'sam', email: 'a@b@c' }), /The e-mail address is not a single plain address\./],
  [line({ username: 'sam', displayName: 'a\nb' }), /A name to show is 1 to 255 characters on one line\./],
  [line({ username: 'sam', kind: 'robot' }), /"kind" must be one of human, machine\./],
  [line({ username: 'sam', status: 'pending' }), /"status" must be one of active, disabled\./],
  [line({ username: 'sam', isOperator: 1 }), /"isOperator" must be true or false\./],
  [line({ username: 'sam', isOperator: true }), /would be made an operator; add --operators/],
  [line({ username: 'sam2', memberships: [] }), /"memberships" must be a list of 1 to 200\./],
  [line({ username: 'sam2', memberships: [{ account: 'default' }] }), /A membership needs "account" and "role"\./],
  [
    line({ username: 'sam2', memberships: [{ account: 'default', role: 'king' }] }),
    /"role" must be one of owner, admin, member, read-only\./,
  ],
  [
    line({ username: 'sam2', memberships: ['default', 'Default'].map((account) => ({ account, role: 'member' })) }),
    /Two memberships name the same account\./,
  ],
  [line({ username: 'sam2', memberships: [{ account: 'no', role: 'member' }] }), /There is no account "no"\./],
  [line({ username: 'sam3', passwordHash: hash.replace('$04$', '$31$') }), /has bcrypt cost 31; 4 to 14 can come in/],
  [
    line({ username: 'sam3', passwordHash: otherHash.replace('m=32', 'm=4194304') }),
    /has Argon2 parameters m=4194304, t=2, p=2/,
  ],
  [line({ username: 'sam3', passwordHash: hash.slice(0, -2) }), /is no whole bcrypt hash/],
  [line({ username: 'ann@example.org' }), /"ann" answers to "ann@example\.org" already\./],
  [line({ username: 'sam4', email: 'ZED@example.org' }), /"zed" answers to "zed@example\.org" already\./],
  [line({ username: 'ANN', kind: 'machine' }), /This person is a human here, and that cannot be changed\./],
  [line({ username: 'Bob', passwordHash: hash }), /^$/],
  [line({ username: 'bOB' }), /Line 31 has the name "bob" already\./],
  [line({ username: 'bob2', email: 'Bob2@example.org' }), /^$/],
  [line({ username: 'bob2@EXAMPLE.org' }), /Line 33 has the name "bob2@example\.org" already\./],
  [`{"username":"long","displayName":"${'x'.repeat(70_000)}"}`, /The line is longer than 65536 bytes\./],
]

describe('gatehouse user import', () => {
  let served: Served
  before(async () => {
    served = await serveFresh()
    const first = ['ann', 'zed'].map((username) => {
      return line({ username, email: `${username}@example.org`, passwordHash: hash })
    })
    assert.equal((await importing(first.join('\n'), '--apply')).code, 0)
  })
  after(() => served[Symbol.asyncDispose]())

  async function importing(text: string | Buffer, ...more: readonly string[]): Promise<CommandResult> {
    const result = await runCommand(['user', 'import', '-', ...more], served.settings, text)
    const said = result.stdout + result.stderr
    for (const secret of [hash, otherHash]) assert.ok(!said.includes(secret.slice(-20)), 'a hash was printed')
    return result
  }

  const usernames = async (): Promise<readonly string[]> =>
    (await served.ask<{ username: string }[]>('user', 'list')).map(({ username }) => username)

  test('every bad line is told with its number, and nothing at all is written', async () => {
    const before = await usernames()
    const text = refused.map(([one]) => one).join('\n')
    for (const more of [[], ['--apply']]) {
      const { code, stdout, stderr } = await importing(text, ...more)
      assert.equal(code, 1)
      assert.equal(stderr, 'Nothing was written; mend the refused lines first.\n')
      for (const [at, [one, says]] of refused.entries()) {
        const told = stdout.split('\n').find((said) => said.startsWith(`refused line ${at + 1}:`)) ?? ''
        assert.match(told, says, `line ${at + 1}: ${one.slice(0, 80)}`)
      }
      assert.match(stdout, /Would be: 2 made, 0 changed, 0 the same already, 0 left alone, 33 refused\.\n$/)
    }
    assert.deepEqual(await usernames(), before)
  })

  test('bytes that are no UTF-8 are refused; a byte order mark, CRLF and blank lines are no matter', async () => {
    const bytes = Buffer.concat([Buffer.from('{"username":"a'), Buffer.from([0xff]), Buffer.from('"}\n')])
    assert.match((await importing(bytes)).stdout, /refused line 1: – The line is no valid UTF-8\./)
    const good = `\ufeff${line({ username: 'crlf1' })}\r\n\r\n  \n${line({ username: 'crlf2' })}`
    const { stdout, code } = await importing(good)
    assert.equal(code, 0, stdout)
    assert.match(stdout, /^make +line 1: crlf1 .*\nmake +line 4: crlf2 .*\nWould be: 2 made/)
  })

  test('who is here is left alone; with --update each field is told, and changed', async () => {
    assert.equal((await importing(line({ username: 'upd', passwordHash: hash }), '--apply')).code, 0)
    assert.equal(await outcomeOf(portainerLogin(served, 'upd', password)), 'ok')
    const changed = line({
      username: 'upd',
      email: 'upd@example.org',
      displayName: 'Up Dated',
      passwordHash: otherHash,
      memberships: [{ account: 'default', role: 'admin' }],
    })
    const left = await importing(changed, '--apply')
    assert.match(left.stdout, /^left +line 1: upd – displayName "upd" → "Up Dated"; email "none" → "upd@example\.org"/)
    assert.match(left.stdout, /Done: 0 made, 0 changed, 0 the same already, 1 left alone, 0 refused/)
    assert.equal(await outcomeOf(portainerLogin(served, 'upd', password)), 'ok')

    const told = await importing(changed, '--update')
    assert.match(told.stdout, /^change .*; membership default "member, home" → "admin, home"; password replaced\n/)
    assert.equal(await outcomeOf(portainerLogin(served, 'upd', password)), 'ok', 'only told')
    const done = await importing(changed, '--update', '--apply', '--json')
    const [first, last] = done.stdout
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one))
    assert.deepEqual([first.line, first.what, first.username], [1, 'change', 'upd'])
    assert.deepEqual(first.fields.at(-1), { field: 'password', from: 'set', to: 'replaced' })
    assert.deepEqual(last, { applied: true, counts: { make: 0, change: 1, same: 0, left: 0, refused: 0 } })
    assert.equal(await outcomeOf(portainerLogin(served, 'upd', password)), 422)
    assert.match((await importing(changed, '--update')).stdout, /^same +line 1: upd\n/)
    assert.equal(await outcomeOf(portainerLogin(served, 'upd@example.org', 'other words in a row')), 'ok')
    const events = await served.ask<{ rows: number }>('audit', 'verify')
    assert.ok(events.rows > 0)
  })

  test('operators are made and changed only with --operators, the last one never ended', async () => {
    const rename = line({ username: adminName, displayName: 'The Root' })
    assert.match((await importing(rename, '--update')).stdout, /is an operator; add --operators/)
    assert.match((await importing(rename, '--update', '--operators')).stdout, /^change .*"The Root"/)
    const ended = await importing(
      line({ username: adminName, status: 'disabled' }),
      '--update',
      '--operators',
      '--apply',
    )
    assert.equal(ended.code, 1)
    assert.match(ended.stdout, /^refused line 1: .*This is the last active operator, and stays one\./)
    assert.equal((await importing(line({ username: 'oper', isOperator: true }), '--apply')).code, 1)
    assert.ok(!(await usernames()).includes('oper'))
    assert.equal((await importing(line({ username: 'oper', isOperator: true }), '--apply', '--operators')).code, 0)
    const people = await served.ask<{ username: string; isOperator: boolean }[]>('user', 'list')
    assert.equal(people.find(({ username }) => username === 'oper')?.isOperator, true)
  })

  test('whoever works at a server has to say that the local database is meant', async () => {
    for (const args of [
      ['user', 'import', '-'],
      ['export', 'people'],
    ]) {
      const refused = await served.run('--server', served.origin, ...args)
      assert.deepEqual([refused.code, refused.stdout], [2, ''])
      assert.match(refused.stderr, /this works on the local database alone; add --local/)
      assert.equal((await served.run('--local', ...args)).code, 0)
    }
    assert.match((await served.run('--server', served.origin, 'doctor')).stderr, /leave out --server and --profile/)
  })

  test('a file that is not there is told; nothing of standard input stays behind', async () => {
    const missing = await served.run('user', 'import', '/nowhere/people.jsonl')
    assert.deepEqual([missing.code, missing.stderr], [4, 'gatehouse: /nowhere/people.jsonl is not there\n'])
    const folder = await served.run('user', 'import', tmpdir())
    assert.deepEqual([folder.code, folder.stdout], [1, ''])
    assert.match(folder.stderr, / is no plain file; pipe what is in it to "gatehouse user import -"\n$/)
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith('gatehouse-import-')),
      [],
    )
  })

  test('an export without leave has no hash; a file that is there is not written over', async () => {
    const plain = await served.tell('export', 'people')
    assert.doesNotMatch(plain, /\$argon|\$2b|passwordHash/)
    assert.match(await served.tell('export', 'people', '--with-hashes'), /"passwordHash":"\$2b\$04/)
    const accounts = await served.tell('export', 'accounts')
    assert.equal(
      accounts,
      '{"identifier":"default","name":"Default","licence":"none-needed","region":null,"quota":null}\n',
    )
    const file = `${served.settings['GATEHOUSE_DATA']}/people.jsonl`
    assert.equal((await served.run('export', 'people', '--out', file)).code, 0)
    const again = await served.run('export', 'people', '--out', file)
    assert.equal(again.code, 1)
    assert.match(again.stderr, /is there already; add --force to write over it/)
    assert.equal((await served.run('export', 'people', '--out', file, '--force')).code, 0)
    assert.equal((await served.run('export', 'people', '--out', '/nowhere/x')).code, 1)
    const link = `${file}.link`
    symlinkSync(file, link)
    const through = await served.run('export', 'people', '--out', link, '--force')
    assert.equal(through.code, 1)
    assert.match(through.stderr, /people\.jsonl\.link is no plain file; name another/)
    assert.ok(lstatSync(link).isSymbolicLink())
  })
})
