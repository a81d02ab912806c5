// The first start, as somebody lives it who has nothing but the README: one line with a link, a form or a JSON
// request, a sign-in, a restart. And the starts that are refused, each with a sentence.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCommand } from '../_kit/command.ts'
import { freshDirectory } from '../_kit/directory.ts'
import { type Outcome, outcomeOf, portainerLogin } from '../_kit/doors.ts'
import { cheapHashing } from '../_kit/house.ts'
import { type ServerProcess, startServer } from '../_kit/process.ts'

const name = 'first-admin'
const password = 'four unrelated quiet words'

function signIn(server: ServerProcess, pass: string): Promise<Outcome> {
  return outcomeOf(portainerLogin(server, name, pass))
}

describe('a first start', () => {
  test('prints one setup link; its form makes the administrator, once; a restart prints none', async () => {
    using data = freshDirectory()
    const settings = { GATEHOUSE_DATA: data.path, ...cheapHashing }
    const first = await startServer(settings)
    const link = await first.setupLink()
    const form = await fetch(link)
    assert.equal(form.status, 200)
    assert.match(await form.text(), /<form method="post">/)

    const body = new URLSearchParams({ username: name, password, email: '' })
    // As Chromium posts it: a page without a referrer has no origin to tell.
    const asBrowser = { origin: 'null', 'sec-fetch-site': 'same-origin' }
    const made = await fetch(link, { method: 'POST', body, headers: asBrowser })
    assert.equal(made.status, 200)
    assert.match(made.headers.get('content-type') ?? '', /^text\/html/)
    const again = await fetch(link, { method: 'POST', body, headers: { origin: first.origin } })
    assert.equal(again.status, 409)
    assert.equal(await signIn(first, password), 'ok')
    assert.equal(await signIn(first, 'four unrelated other words'), 422)
    assert.equal(first.output().split(link).length - 1, 1, 'the link stands in one line')
    assert.deepEqual(await first.end(), { code: 0, signal: null })

    const second = await startServer(settings)
    assert.equal(await signIn(second, password), 'ok')
    await second.end()
    assert.doesNotMatch(second.output(), /\/setup\//)
  })

  test('makes the administrator from the environment, once, without a link', async () => {
    using data = freshDirectory()
    const settings = { GATEHOUSE_DATA: data.path, GATEHOUSE_ADMIN_USERNAME: name, ...cheapHashing }
    const first = await startServer({ ...settings, GATEHOUSE_ADMIN_PASSWORD: password })
    assert.equal(await signIn(first, password), 'ok')
    await first.end()
    assert.doesNotMatch(first.output(), /\/setup\//)

    const second = await startServer({ ...settings, GATEHOUSE_ADMIN_PASSWORD: 'another password by far' })
    assert.equal(await signIn(second, 'another password by far'), 422)
    assert.equal(await signIn(second, password), 'ok')
    await second.end()
  })

  test('keeps its data to itself: directory 0700, master key 0600', async () => {
    using data = freshDirectory()
    const directory = join(data.path, 'inner')
    const server = await startServer({ GATEHOUSE_DATA: directory })
    await server.end()
    assert.equal(statSync(directory).mode & 0o777, 0o700)
    assert.equal(statSync(join(directory, 'master.key')).mode & 0o777, 0o600)
    assert.ok(existsSync(join(directory, 'gatehouse.db')))
  })
})

describe('a start is refused', () => {
  const refusals: readonly {
    readonly name: string
    readonly prepare: (directory: string) => Promise<Readonly<Record<string, string>>>
    readonly says: RegExp
    readonly code?: number
  }[] = [
    {
      name: 'with another master key than the data was made with',
      prepare: async () => ({ GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') }),
      says: /The master key is not the one this database was made with\. Set GATEHOUSE_MASTER_KEY/,
    },
    {
      name: 'on data that a newer version wrote',
      prepare: async (directory) => {
        const database = new DatabaseSync(join(directory, 'gatehouse.db'))
        database.exec("insert into migrations (number, name, hash, applied_at) values (9999, 'later', 'x', 0)")
        database.close()
        return {}
      },
      says: /written by a newer Gatehouse \(migration 9999/,
    },
    {
      name: 'while a master key file is open to others',
      prepare: async (directory) => {
        chmodSync(join(directory, 'master.key'), 0o644)
        return {}
      },
      says: /is open to others; run: chmod 600/,
    },
    {
      name: 'on a setting that is wrong, naming it',
      prepare: async () => ({ GATEHOUSE_PORT: 'eighty' }),
      says: /GATEHOUSE_PORT must be a whole number from 0 to 65535, not "eighty"/,
    },
    {
      name: 'on a setting that does not exist, naming it',
      prepare: async () => ({ GATEHOUSE_PROT: '8080' }),
      says: /GATEHOUSE_PROT is no setting of this version/,
    },
    {
      name: 'with PostgreSQL and no master key',
      prepare: async () => ({ GATEHOUSE_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }),
      says: /GATEHOUSE_DATABASE_URL needs GATEHOUSE_MASTER_KEY/,
    },
    {
      name: 'when PostgreSQL does not answer',
      prepare: async () => ({
        GATEHOUSE_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
        GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 9).toString('base64'),
      }),
      says: /The database of GATEHOUSE_DATABASE_URL does not answer: /,
      code: exitCodes.unavailable,
    },
  ]

  for (const { name, prepare, says, code = exitCodes.failed } of refusals) {
    test(name, async () => {
      using data = freshDirectory()
      const settings = { GATEHOUSE_DATA: data.path, GATEHOUSE_PORT: '0' }
      const once = await startServer(settings)
      await once.end()
      const refused = await runCommand(['serve'], { ...settings, ...(await prepare(data.path)) })
      assert.equal(refused.code, code, refused.stdout)
      assert.match(refused.stderr, says)
      assert.match(refused.stderr, /^gatehouse: /)
    })
  }

  test('while another server has the embedded database, which goes on serving', async () => {
    using data = freshDirectory()
    const settings = { GATEHOUSE_DATA: data.path, GATEHOUSE_PORT: '0' }
    const first = await startServer(settings)
    const second = await runCommand(['serve'], settings)
    assert.equal(second.code, 1)
    assert.match(second.stderr, /another Gatehouse serves from/)
    assert.equal((await fetch(`${first.origin}/health/ready`)).status, 200)
    // The lock goes with the process, however it ends.
    await first.end('SIGKILL')
    const third = await startServer(settings)
    await third.end()
  })
})
