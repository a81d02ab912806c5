// How a database comes to its shape: both engines have the same numbers, a second start changes nothing, starts
// at once end in one installation, and data of a newer version or another key is refused with a sentence.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { checkApplied, readMigrations, StartRefused } from '../../src/stores/sql/migrate.ts'
import { openStore, prepareDatabase } from '../../src/stores/sql/open.ts'
import { atOnce, firstInstant, settle } from '../_kit/facts.ts'
import { type EmptyDatabase, eachEngine, postgres, type TestEngine } from '../_kit/stores.ts'

const elsewhere = new URL('../_kit/prepare-elsewhere.ts', import.meta.url).pathname
const names = readMigrations('sqlite').map((migration) => migration.name)

function onEmpty(engine: TestEngine, rule: string, test: (empty: EmptyDatabase) => Promise<void>): void {
  it(`${rule}, on ${engine.kind}`, async () => {
    const empty = await engine.makeEmpty()
    try {
      await test(empty)
    } finally {
      await empty.remove()
    }
  })
}

/** A first start in a process of its own; the installation's uuid and what it migrated. */
async function startElsewhere(settings: EmptyDatabase['settings']) {
  const { url = '', directory } = settings
  const child = spawn(process.execPath, [elsewhere, url, directory], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const [code] = await once(child, 'close')
  assert.equal(code, 0, errors)
  return JSON.parse(output) as { uuid: string; migrated: readonly string[] }
}

describe('migrations', () => {
  it('both engines have the same numbers and names, counted from one without a gap', () => {
    const both = eachEngine.map((engine) => readMigrations(engine.kind).map(({ number, name }) => ({ number, name })))
    assert.deepEqual(both[0], both[1])
    assert.ok((both[0]?.length ?? 0) > 0)
    assert.deepEqual(
      both[0]?.map(({ number }) => number),
      both[0]?.map((_, index) => index + 1),
    )
  })

  it('what was applied is not asked for again, what is newer or other is refused with what to do', () => {
    const known = readMigrations('sqlite')
    const applied = known.map(({ number, hash }) => ({ number, hash }))
    assert.deepEqual(checkApplied(known, []), known)
    assert.deepEqual(checkApplied(known, applied), [])
    const newer = { number: 9999, hash: 'x' }
    assert.throws(
      () => checkApplied(known, [...applied, newer]),
      (error) => error instanceof StartRefused && /newer Gatehouse.*9999.*restore a backup/i.test(error.message),
    )
    const edited = [{ number: 1, hash: 'edited' }]
    assert.throws(
      () => checkApplied(known, edited),
      (error) => error instanceof StartRefused && /Migration 1/.test(error.message),
    )
  })

  for (const engine of eachEngine) {
    onEmpty(
      engine,
      'the first start migrates and names the installation, the next ones change nothing',
      async ({ settings, sql }) => {
        const first = await prepareDatabase(settings, firstInstant)
        assert.deepEqual(first.migrated, names)
        assert.match(first.uuid, /^[0-9a-f-]{36}$/)
        const before = await sql('select * from migrations')
        assert.deepEqual(await prepareDatabase(settings, firstInstant + 1), { uuid: first.uuid, migrated: [] })
        assert.deepEqual(await sql('select * from migrations'), before)
        assert.equal((await sql('select id from installation')).length, 1)
        assert.deepEqual(
          (await sql('select identifier from accounts')).map((row) => row['identifier']),
          ['default'],
        )
      },
    )

    onEmpty(engine, 'what people wrote survives the next start', async ({ settings }) => {
      await prepareDatabase(settings, firstInstant)
      const first = openStore(settings)
      const person = await settle(first.store)
      await first.engine.close()
      await prepareDatabase(settings, firstInstant + 1)
      const second = openStore(settings)
      assert.deepEqual((await second.store.people.findByName(person.username))?.person, person)
      await second.engine.close()
    })

    onEmpty(engine, 'data of a newer version is refused and left as it is', async ({ settings, sql }) => {
      await prepareDatabase(settings, firstInstant)
      await sql("insert into migrations (number, name, hash, applied_at) values (9999, '9999-future.sql', 'x', 0)")
      await assert.rejects(
        prepareDatabase(settings, firstInstant),
        (error) =>
          error instanceof StartRefused && /written by a newer Gatehouse \(migration 9999;/.test(error.message),
      )
      assert.equal((await sql('select number from migrations where number = 9999')).length, 1)
    })

    onEmpty(engine, 'data whose migration is not this version’s is refused', async ({ settings, sql }) => {
      await prepareDatabase(settings, firstInstant)
      await sql("update migrations set hash = 'edited' where number = 1")
      await assert.rejects(prepareDatabase(settings, firstInstant), StartRefused)
    })

    onEmpty(
      engine,
      'another master key is refused with what to set, and the right one still works',
      async ({ settings, sql }) => {
        const first = await prepareDatabase(settings, firstInstant)
        const other = { ...settings, keyCheck: 'of another key' }
        await assert.rejects(
          prepareDatabase(other, firstInstant),
          (error) => error instanceof StartRefused && /GATEHOUSE_MASTER_KEY/.test(error.message),
        )
        assert.equal((await sql('select id from installation')).length, 1)
        assert.equal((await prepareDatabase(settings, firstInstant)).uuid, first.uuid)
      },
    )

    onEmpty(engine, 'four first starts at once end in one installation', async ({ settings, sql }) => {
      const starts = await atOnce(4, () => startElsewhere(settings))
      assert.equal(new Set(starts.map((start) => start.uuid)).size, 1)
      assert.deepEqual(
        starts.flatMap((start) => start.migrated),
        names,
      )
      assert.equal((await sql('select id from installation')).length, 1)
      assert.equal((await sql('select id from accounts')).length, 1)
    })
  }

  onEmpty(postgres, 'ten first starts at once in one process end in one installation', async ({ settings, sql }) => {
    const starts = await atOnce(10, () => prepareDatabase(settings, firstInstant))
    assert.equal(new Set(starts.map((start) => start.uuid)).size, 1)
    assert.deepEqual(
      starts.flatMap((start) => start.migrated),
      names,
    )
    assert.equal((await sql('select id from installation')).length, 1)
  })

  onEmpty(postgres, 'a start waits for another node’s migration, however long it takes', async ({ settings }) => {
    await prepareDatabase(settings, firstInstant)
    const client = new pg.Client({ connectionString: settings.url })
    await client.connect()
    await client.query('begin')
    await client.query('lock table migrations in access exclusive mode')
    const start = prepareDatabase(settings, firstInstant)
    await Promise.race([start, pause(3300)])
    await client.query('commit')
    await client.end()
    assert.deepEqual((await start).migrated, [])
  })
})
