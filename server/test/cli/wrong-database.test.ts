// A command that looks or changes, pointed at a PostgreSQL without a Gatehouse: refused, and the database stays empty.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runCommand } from '../_kit/command.ts'
import { cheapHashing } from '../_kit/house.ts'
import { sharedPostgres, stopSharedPostgres } from '../_kit/postgres.ts'

after(() => stopSharedPostgres())

test('an empty database is refused like a missing file; one that was started first is not', async () => {
  const url = await (await sharedPostgres()).createDatabase()
  const key = Buffer.alloc(32, 7).toString('base64')
  const settings = { GATEHOUSE_DATABASE_URL: url, GATEHOUSE_MASTER_KEY: key, ...cheapHashing }
  for (const args of [
    ['user', 'list'],
    ['account', 'create', 'acme'],
    ['revoke-all', 'ann'],
    ['audit', 'verify'],
  ]) {
    const { code, stdout, stderr } = await runCommand(args, settings)
    assert.deepEqual([code, stdout], [exitCodes.failed, ''])
    assert.match(stderr, /^gatehouse: there is no Gatehouse in the database of GATEHOUSE_DATABASE_URL; set it to/)
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query("select count(*)::int as tables from pg_tables where schemaname = 'public'")
  await client.end()
  assert.deepEqual(rows, [{ tables: 0 }])

  const made = await runCommand(['user', 'create', 'ann', '--no-password', '--operator'], settings)
  assert.equal(made.code, exitCodes.done, made.stderr)
  assert.match((await runCommand(['user', 'list'], settings)).stdout, /ann +active +operator/)
})
