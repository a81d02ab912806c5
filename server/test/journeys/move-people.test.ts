// People move in with the hashes they have elsewhere, sign in with their old passwords, and move on: out of one house
// and into an empty one, on both engines.
import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { runCommand } from '../_kit/command.ts'
import { freshDirectory } from '../_kit/directory.ts'
import { outcomeOf, portainerLogin } from '../_kit/doors.ts'
import { argonHash, bcryptHash } from '../_kit/foreign-hashes.ts'
import { adminName, adminPassword, masterKey } from '../_kit/house.ts'
import { sharedPostgres, stopSharedPostgres } from '../_kit/postgres.ts'
import { type Served, serveFresh } from '../_kit/served.ts'

after(stopSharedPostgres)

const passwords = { ann: 'old words of ann', bob: 'old words of bob', cy: 'ß'.repeat(36), dee: 'old words of dee' }

async function linesOfOld(): Promise<readonly object[]> {
  return [
    {
      username: 'Ann',
      email: 'ann@example.org',
      displayName: 'Ann of Old',
      passwordHash: await bcryptHash(passwords.ann, '$2y'),
    },
    {
      username: 'bob',
      kind: 'machine',
      memberships: [
        { account: 'acme', role: 'admin' },
        { account: 'default', role: 'read-only', home: true },
      ],
      passwordHash: await argonHash(passwords.bob, 'argon2i'),
    },
    { username: 'cy', status: 'disabled', passwordHash: await bcryptHash(passwords.cy, '$2a') },
    {
      username: 'dee',
      memberships: [{ account: 'ACME', role: 'owner' }],
      passwordHash: await argonHash(passwords.dee),
    },
    { username: 'eve', isOperator: true, email: null },
  ]
}

const asText = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

async function exported(served: Served, ...more: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const lines = (await served.tell('export', 'people', ...more)).trim().split('\n')
  const people = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  return people.sort((one, two) => String(one['username']).localeCompare(String(two['username'])))
}

const settingsOf = {
  sqlite: async () => ({}),
  postgres: async () => ({
    GATEHOUSE_DATABASE_URL: await (await sharedPostgres()).createDatabase(),
    GATEHOUSE_MASTER_KEY: masterKey,
  }),
} as const

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`people move, ${engine}`, () => {
    test('in from elsewhere, and from here into an empty house: each with their old password', async () => {
      await using first = await serveFresh(await settingsOf[engine]())
      await using second = await serveFresh(await settingsOf[engine]())
      using directory = freshDirectory()
      const file = join(directory.path, 'old.jsonl')
      writeFileSync(file, asText(await linesOfOld()))
      for (const served of [first, second]) await served.tell('account', 'create', 'acme')

      const planned = await tellOf(first, 'user', 'import', file, '--operators')
      assert.match(planned.stdout, /^make +line 1: Ann – email ann@example\.org; displayName Ann of Old; .*bcrypt:4/m)
      assert.match(planned.stdout, /Would be: 5 made, 0 changed/)
      assert.match(planned.stderr, /^Nothing was written; add --apply to do it\.\n$/)
      assert.equal((await exported(first)).length, 1, 'only the administrator')

      const done = await tellOf(first, 'user', 'import', file, '--operators', '--apply')
      assert.match(done.stdout, /Done: 5 made, 0 changed, 0 the same already, 0 left alone, 0 refused/)
      const again = await tellOf(first, 'user', 'import', file, '--operators', '--apply')
      assert.match(again.stdout, /Done: 0 made, 0 changed, 5 the same already, 0 left alone, 0 refused/)

      const target = join(directory.path, 'out.jsonl')
      const written = await first.run('export', 'people', '--with-hashes', '--out', target)
      assert.deepEqual([written.code, written.stdout, written.stderr], [0, '', `Wrote 6 people to ${target}.\n`])
      assert.equal(statSync(target).mode & 0o777, 0o600)
      const lines = readFileSync(target, 'utf8')

      const moved = await runCommand(['user', 'import', '-', '--apply', '--operators'], second.settings, lines)
      assert.match(moved.stdout, /Done: 5 made, 0 changed, 0 the same already, 1 left alone, 0 refused/, moved.stdout)
      for (const served of [first, second]) await signInByOldPasswords(served)
      const facts = (await exported(first)).filter(({ username }) => username !== adminName)
      assert.deepEqual(
        (await exported(second)).filter(({ username }) => username !== adminName),
        facts,
      )
      assert.deepEqual(facts[1], {
        username: 'bob',
        email: null,
        displayName: 'bob',
        kind: 'machine',
        isOperator: false,
        status: 'active',
        memberships: [
          { account: 'default', role: 'read-only', home: true },
          { account: 'acme', role: 'admin' },
        ],
      })
      assert.deepEqual(facts[3]?.['memberships'], [{ account: 'acme', role: 'owner', home: true }])
      assert.match(await first.tell('audit', 'verify'), /^Whole/)
    })
  })
}

/** A command that must succeed. */
async function tellOf(served: Served, ...args: readonly string[]) {
  const result = await served.run(...args)
  assert.equal(result.code, 0, result.stdout + result.stderr)
  return result
}

async function signInByOldPasswords(served: Served): Promise<void> {
  const statusOf = (name: string, password: string) => outcomeOf(portainerLogin(served, name, password))
  assert.equal(await statusOf('ann', passwords.bob), 422)
  assert.equal(await statusOf('ANN@example.org', passwords.ann), 'ok')
  assert.equal(await statusOf('bob', passwords.bob), 'ok')
  assert.equal(await statusOf('dee', passwords.dee), 'ok')
  assert.equal(await statusOf('cy', passwords.cy), 422, 'disabled')
  assert.equal((await served.run('user', 'enable', 'cy')).code, 0)
  assert.equal(await statusOf('cy', `${passwords.cy}x`), 422, 'bcrypt looks at 72 bytes; this has 73')
  assert.equal(await statusOf('cy', passwords.cy), 'ok')
  assert.equal(await statusOf('cy', passwords.cy), 'ok', 'by the hash made at the first sign-in')
  assert.equal(await statusOf(adminName, adminPassword), 'ok')
  const hashes = (await exported(served, '--with-hashes')).map(({ passwordHash }) => String(passwordHash))
  assert.deepEqual(
    hashes.filter((hash) => hash !== 'undefined' && !hash.startsWith('$argon2id$v=19$m=64,t=1,p=1$')),
    [],
    'every hash was made anew at the sign-in',
  )
}
