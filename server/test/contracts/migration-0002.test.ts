// Migration 0002 on data that was written under 0001: sessions are made anew on SQLite, and nobody may notice. Rows,
// ids, references and sequences stay; what was alive is alive, what was over is over; cascades still hold.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import pg from 'pg'
import type { PersonId } from '../../src/core/ids.ts'
import type { Store } from '../../src/core/store.ts'
import { readMigrations } from '../../src/stores/sql/migrate.ts'
import { databaseFile, openStore, prepareDatabase } from '../../src/stores/sql/open.ts'
import {
  addProject,
  firstHash,
  firstInstant,
  hashOf,
  hour,
  livingOf,
  now,
  opening,
  openingOfAgent,
  recordOf,
} from '../_kit/facts.ts'
import { type EmptyDatabase, eachEngine, type TestEngine } from '../_kit/stores.ts'

const over = now - hour
const later = now + 8 * hour

/** Several statements at once, as a migration runs them. */
async function run({ settings }: EmptyDatabase, text: string): Promise<void> {
  if (settings.url === undefined) {
    const database = new DatabaseSync(databaseFile(settings.directory))
    try {
      database.exec(`pragma journal_mode = wal; pragma foreign_keys = on; ${text}`)
    } finally {
      database.close()
    }
    return
  }
  const client = new pg.Client({ connectionString: settings.url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** The database as version 0001 left it, with its installation and the account `default`. */
async function beginUnder0001(engine: TestEngine, empty: EmptyDatabase): Promise<void> {
  const [first] = readMigrations(engine.kind)
  assert.ok(first)
  await run(
    empty,
    `${first.text};
    create table migrations (number integer primary key, name text not null, hash text not null, applied_at bigint not null);
    insert into migrations values (1, '${first.name}', '${first.hash}', ${firstInstant});
    insert into installation (id, uuid, key_check, created_at)
      values (1, 'installed', '${empty.settings.keyCheck}', ${firstInstant});
    insert into accounts (uuid, identifier, name, created_at) values ('uuid-default', 'default', 'Default', ${firstInstant});
    insert into accounts (uuid, identifier, name, created_at) values ('uuid-acme', 'acme', 'Acme', ${firstInstant});
    insert into persons (uuid, kind, username, display_name, status, home_account_id, created_at) values
      ('uuid-ada', 'human', 'ada', 'Ada', 'active', 1, ${firstInstant}),
      ('uuid-ben', 'human', 'ben', 'Ben', 'active', 1, ${firstInstant});
    insert into names (name, person_id) values ('ada', 2), ('ben', 3);
    insert into memberships (person_id, account_id, role) values (2, 1, 'member'), (2, 2, 'admin'), (3, 1, 'owner');
    insert into passwords (person_id, encoded, scheme, set_at) values (2, '$argon2id$a', 'argon2id', ${firstInstant})`,
  )
}

const secrets = [
  'ada cookie',
  'ada jwt',
  'ada api',
  'ada minted',
  'ada over',
  'ada ended',
  'ben cookie',
  'setup',
] as const
const hashes = Object.fromEntries(secrets.map((secret) => [secret, hashOf(secret)])) as Record<
  (typeof secrets)[number],
  ReturnType<typeof hashOf>
>

/** Sessions of every kind, of which the highest id is gone again; every kind of token. */
async function fill(empty: EmptyDatabase): Promise<void> {
  const session = (person: number, more: string) =>
    `(${person}, 1, 'semaphore', 'password', ${over}, ${over}, ${more}, '192.0.2.1', 'agent')`
  await run(
    empty,
    `insert into sessions (person_id, account_id, dialect, method, opened_at, seen_at, idle, ends_at, ended_at, address, agent)
      values ${session(2, `null, ${later}, null`)}, ${session(2, `${hour}, ${later}, null`)},
        ${session(2, `null, ${over}, null`)}, ${session(2, `null, ${later}, ${now - 1}`)},
        ${session(3, `null, ${later}, null`)}, ${session(3, `null, ${later}, null`)}, ${session(3, `null, ${later}, null`)};
    delete from sessions where id in (2, 6, 7);
    insert into tokens (hash, kind, dialect, scope, person_id, account_id, session_id, parent_id, name, shown, epoch,
      created_at, expires_at, used_at, revoked_at) values
      ('${hashes['ada cookie']}', 'cookie', 'semaphore', 'default', 2, 1, 1, null, '', '', 1, ${over}, ${later}, ${now}, null),
      ('${hashes['ada jwt']}', 'access', 'semaphore', 'default', 2, 1, 1, null, '', '', 1, ${over}, ${later}, null, null),
      ('${hashes['ada api']}', 'api', 'semaphore', 'default', 2, 1, null, null, 'ci', 'abcdefgh', 1, ${over}, null, null, null),
      ('${hashes['ada minted']}', 'api', 'semaphore', 'default', 2, 1, null, 3, 'ci 2', 'ijklmnop', 1, ${over}, null, null, null),
      ('${hashes['ada over']}', 'cookie', 'semaphore', 'default', 2, 1, 3, null, '', '', 1, ${over}, ${over}, null, null),
      ('${hashes['ada ended']}', 'cookie', 'semaphore', 'default', 2, 1, 4, null, '', '', 1, ${over}, ${later}, null, null),
      ('${hashes['ben cookie']}', 'cookie', 'semaphore', 'default', 3, 1, 5, null, '', '', 1, ${over}, ${later}, null, null),
      ('${hashes.setup}', 'one-time', 'api', 'setup', null, null, null, null, '', '', 0, ${over}, ${later}, null, null),
      ('gone', 'api', 'semaphore', 'default', 3, 1, null, null, '', 'zzzzzzzz', 1, ${over}, null, null, null);
    delete from tokens where hash = 'gone'`,
  )
}

/** The database's store, closed whatever the test says of it. */
async function inStore({ settings }: EmptyDatabase, test: (store: Store) => Promise<void>): Promise<void> {
  const { store, engine } = openStore(settings)
  try {
    await test(store)
  } finally {
    await engine.close()
  }
}

function onOld(engine: TestEngine, rule: string, test: (empty: EmptyDatabase) => Promise<void>): void {
  it(`${rule}, on ${engine.kind}`, async () => {
    const empty = await engine.makeEmpty()
    try {
      await beginUnder0001(engine, empty)
      await test(empty)
    } finally {
      await empty.remove()
    }
  })
}

async function migrate({ settings }: EmptyDatabase): Promise<void> {
  const { migrated, uuid } = await prepareDatabase(settings, now)
  assert.equal(migrated[0], '0002-projects.sql')
  assert.equal(uuid, 'installed')
}

describe('migration 0002 on older data', () => {
  for (const engine of eachEngine) {
    onOld(engine, 'every row keeps its ids, columns and references', async (empty) => {
      await fill(empty)
      const rows = async (statement: string) => (await empty.sql(statement)).map((row) => ({ ...row }))
      const read = async () => ({
        sessions: await rows('select * from sessions order by id'),
        tokens: await rows('select * from tokens order by id'),
        memberships: await rows('select * from memberships order by person_id, account_id'),
      })
      const before = await read()
      assert.equal(before.sessions.length, 4)
      assert.equal(before.tokens.length, 8)
      await migrate(empty)
      const after = await read()
      // The columns of this migration, and of those after it.
      const added = { project_id: null, identity_id: null, provider_session: null }
      assert.deepEqual(after, {
        sessions: before.sessions.map((row) => ({ ...row, ...added })),
        tokens: before.tokens.map((row) => ({ ...row, project_id: null, sealed: null })),
        memberships: before.memberships,
      })
    })

    onOld(engine, 'what was alive is alive, what was over is over', async (empty) => {
      await fill(empty)
      await migrate(empty)
      await inStore(empty, async (store) => {
        const living = ['ada cookie', 'ada jwt', 'ada api', 'ada minted', 'ben cookie'] as const
        assert.deepEqual(
          await livingOf(store, Object.values(hashes)),
          living.map((secret) => hashes[secret]),
        )
        assert.equal((await store.oneTimes.find(hashes.setup, 'setup'))?.isUsed, false)
        const ended = await store.sessions.end([hashes['ada jwt']], now, recordOf('auth.logout'))
        assert.deepEqual(ended, [1])
        assert.deepEqual(await livingOf(store, [hashes['ada cookie'], hashes['ben cookie']]), [hashes['ben cookie']])
      })
    })

    onOld(engine, 'ids of rows long gone are not used again', async (empty) => {
      await fill(empty)
      await migrate(empty)
      await inStore(empty, async (store) => {
        const ada = await store.people.find(2 as PersonId)
        assert.ok(ada)
        const wish = opening(ada)
        assert.equal(await store.sessions.open(wish), 8)
        assert.equal((await store.tokens.find(firstHash(wish)))?.id, 10)
      })
    })

    onOld(
      engine,
      'ids go on where they were when no session is left, and begin with 1 when there was none',
      async (empty) => {
        const other = await engine.makeEmpty()
        await beginUnder0001(engine, other)
        await fill(empty)
        await empty.sql('delete from sessions')
        for (const [database, first] of [
          [empty, 8],
          [other, 1],
        ] as const) {
          await migrate(database)
          await inStore(database, async (store) => {
            const ada = await store.people.find(2 as PersonId)
            assert.ok(ada)
            assert.equal(await store.sessions.open(opening(ada)), first)
          })
        }
        await other.remove()
      },
    )

    onOld(engine, 'deleting a person still takes sessions and tokens along, and nobody else’s', async (empty) => {
      await fill(empty)
      await migrate(empty)
      await run(empty, 'delete from persons where id = 2')
      const sessions = await empty.sql('select person_id from sessions')
      assert.deepEqual(
        sessions.map((row) => Number(row['person_id'])),
        [3],
      )
      const tokens = await empty.sql('select hash from tokens order by id')
      assert.deepEqual(
        tokens.map((row) => row['hash']),
        [hashes['ben cookie'], hashes.setup],
      )
      await run(empty, 'delete from sessions where id = 5')
      assert.equal((await empty.sql('select hash from tokens')).length, 1)
    })

    onOld(engine, 'references are checked as before', async (empty) => {
      await fill(empty)
      await migrate(empty)
      const [session] = await empty.sql('select * from sessions where id = 1')
      assert.ok(session)
      await assert.rejects(run(empty, "update tokens set session_id = 77 where kind = 'cookie'"), /foreign key/i)
      await assert.rejects(run(empty, 'update sessions set person_id = 77 where id = 1'), /foreign key/i)
      await assert.rejects(run(empty, 'update sessions set project_id = 77 where id = 1'), /foreign key|check/i)
      await assert.rejects(run(empty, 'update sessions set person_id = null where id = 1'), /check/i)
      if (engine.kind === 'sqlite') {
        assert.deepEqual(await empty.sql('pragma foreign_key_check'), [])
        assert.deepEqual(
          (await empty.sql('pragma integrity_check')).map((row) => row['integrity_check']),
          ['ok'],
        )
      }
    })

    onOld(engine, 'it ends in the same shape as a first start, and takes projects', async (empty) => {
      await fill(empty)
      await migrate(empty)
      const fresh = await engine.makeEmpty()
      await prepareDatabase(fresh.settings, now)
      const shape = ({ sql }: EmptyDatabase) =>
        engine.kind === 'sqlite'
          ? sql("select type, name, tbl_name, sql from sqlite_schema where name <> 'migrations' order by type, name")
          : sql(`select table_name, column_name, data_type, is_nullable from information_schema.columns
              where table_schema = 'public' order by table_name, column_name`)
      assert.deepEqual(await shape(empty), await shape(fresh))
      await fresh.remove()
      await inStore(empty, async (store) => {
        const account = await store.accounts.find('acme')
        assert.ok(account)
        const { project, tokenId } = await addProject(store, account)
        const wish = openingOfAgent(project, tokenId)
        assert.equal(await store.sessions.open(wish), 8)
        assert.deepEqual(await livingOf(store, [firstHash(wish)]), [firstHash(wish)])
      })
      await run(empty, 'delete from projects')
      assert.deepEqual(await empty.sql('select id from tokens where project_id is not null'), [])
      assert.deepEqual(await empty.sql('select id from sessions where project_id is not null'), [])
    })

    onOld(
      engine,
      'a failure in the middle leaves the data as 0001 had it, and the next start goes on',
      async (empty) => {
        await fill(empty)
        const before = await empty.sql('select * from sessions order by id')
        await run(empty, 'create table projects (id integer)')
        await assert.rejects(prepareDatabase(empty.settings, now), /projects/)
        assert.deepEqual(await empty.sql('select * from sessions order by id'), before)
        await run(empty, 'drop table projects')
        await migrate(empty)
        assert.equal((await empty.sql('select id from sessions')).length, before.length)
      },
    )
  }
})
