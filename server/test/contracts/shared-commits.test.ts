// SQLite's writer thread: acts that wait at the same time share one commit, each as if it were alone. Commits
// are counted in the write-ahead log, where the last page of each is marked (sqlite.org/fileformat2, 4.1).
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { Unavailable } from '../../src/lib/unavailable.ts'
import { databaseFile } from '../../src/stores/sql/open.ts'
import { atOnce, fresh, newPerson, recordOf, settle } from '../_kit/facts.ts'
import { holdWriters } from '../_kit/hold.ts'
import { sqlite, type TestStore, verifyAudit } from '../_kit/stores.ts'

const created = recordOf('user.created')
const fullDisk = new URL('../_kit/full-disk.ts', import.meta.url).pathname

/** Commit marks in the log of the database, of the log's present round. */
function commitsIn(directory: string): number {
  const log = readFileSync(`${databaseFile(directory)}-wal`)
  const pageSize = log.readUInt32BE(8)
  const salt = log.toString('hex', 16, 24)
  let commits = 0
  for (let at = 32; at + 24 + pageSize <= log.length; at += 24 + pageSize) {
    if (log.toString('hex', at + 8, at + 16) === salt && log.readUInt32BE(at + 4) > 0) commits += 1
  }
  return commits
}

describe('shared commits', { timeout: 60_000 }, () => {
  let opened: TestStore
  before(async () => {
    opened = await sqlite.open()
    await opened.engine.ping()
  })
  after(() => opened.close())

  it('one act alone is one commit', async () => {
    await settle(opened.store)
    const before = commitsIn(opened.settings.directory)
    await settle(opened.store)
    assert.equal(commitsIn(opened.settings.directory) - before, 1)
  })

  it('64 acts asked for at once are far fewer commits than 64', async () => {
    const before = commitsIn(opened.settings.directory)
    const people = await atOnce(64, () => settle(opened.store))
    const commits = commitsIn(opened.settings.directory) - before
    assert.ok(commits >= 1 && commits <= 8, `${commits} commits`)
    assert.equal(new Set(people.map((person) => person.id)).size, 64)
  })

  it('an act of a batch that fails, or takes itself back, hurts no other', async () => {
    const person = await settle(opened.store)
    const before = commitsIn(opened.settings.directory)
    const wishes = Array.from({ length: 60 }, () => newPerson(fresh('batch')))
    const answers = await Promise.allSettled(
      wishes.map((wish, index) => {
        if (index % 3 === 0) return opened.store.people.create({ ...wish, uuid: person.uuid }, created)
        if (index % 3 === 1) return opened.store.people.create({ ...wish, names: [person.username] }, created)
        return opened.store.people.create(wish, created)
      }),
    )
    assert.ok(commitsIn(opened.settings.directory) - before <= 8)
    for (const [index, answer] of answers.entries()) {
      const kinds = ['rejected', 'name-taken', wishes[index]?.uuid]
      const got =
        answer.status === 'rejected' ? 'rejected' : typeof answer.value === 'string' ? answer.value : answer.value.uuid
      assert.equal(got, kinds[index % 3])
    }
    assert.deepEqual((await verifyAudit(opened.store)).findings, [])
  })

  it('an act that takes the whole transaction down has every act of the batch refused, and none of it happens', async () => {
    await opened.sql(`
      create trigger down before insert on names when new.name = 'takes all down'
      begin select raise(rollback, 'down'); end`)
    const names = Array.from({ length: 20 }, () => fresh('together'))
    const answers = await Promise.allSettled(
      names.map((name, index) =>
        opened.store.people.create(newPerson(name, index === 10 ? { names: ['takes all down'] } : {}), created),
      ),
    )
    for (const [index, answer] of answers.entries()) {
      assert.ok(answer.status === 'rejected')
      assert.equal(answer.reason instanceof Unavailable, index !== 10)
    }
    for (const name of names) assert.equal(await opened.store.people.findByName(name), undefined)
    await opened.sql('drop trigger down')
    await settle(opened.store)
    assert.deepEqual((await verifyAudit(opened.store)).findings, [])
  })

  it('acts beyond what may wait are Unavailable at once, the others happen', async () => {
    const release = await holdWriters(opened.settings)
    const touched = Promise.allSettled(Array.from({ length: 4100 }, () => opened.store.tokens.touch([])))
    await release()
    const answers = await touched
    const refused = answers.filter((answer) => answer.status === 'rejected')
    assert.ok(refused.every((answer) => answer.reason instanceof Unavailable))
    assert.equal(refused.length, 100)
  })

  it('reads do not wait for a writer', async () => {
    const person = await settle(opened.store)
    const release = await holdWriters(opened.settings)
    const began = performance.now()
    assert.notEqual(await opened.store.people.findByName(person.username), undefined)
    assert.ok(performance.now() - began < 500)
    await release()
  })

  it('on a full disk acts are Unavailable and reads go on; with room again everything goes on', async (context) => {
    if (spawnSync('prlimit', ['--version']).error !== undefined) return context.skip('there is no prlimit here')
    const other = await sqlite.open()
    try {
      const child = spawnSync(process.execPath, [fullDisk, other.settings.directory], { encoding: 'utf8' })
      assert.equal(child.status, 0, child.stderr)
      assert.deepEqual(JSON.parse(child.stdout), {
        room: { happened: 20 },
        full: { Unavailable: 20 },
        reads: 20,
        again: { happened: 20 },
        people: 40,
      })
      assert.deepEqual(await verifyAudit(other.store), { rows: 40, chains: 1, findings: [] })
    } finally {
      await other.close()
    }
  })
})
