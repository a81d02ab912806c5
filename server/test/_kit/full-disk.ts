// A process whose files may not grow any more (RLIMIT_FSIZE), which is to SQLite as a full disk: prints what acts
// and reads do then, and when there is room again. A process of its own, since the limit is the whole
// process's. Argument: the directory of a test's database.
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { databaseFile, openStore } from '../../src/stores/sql/open.ts'
import { atOnce, fresh, newPerson, recordOf, tally } from './facts.ts'

const [directory = ''] = process.argv.slice(2)
const { store, engine } = openStore({
  url: undefined,
  directory,
  auditKey: new Uint8Array(32).fill(7),
  keyCheck: 'key-check-of-tests',
  node: 'full',
})

async function act(): Promise<string> {
  try {
    const made = await store.people.create(newPerson(fresh('full')), recordOf('user.created'))
    return made === 'name-taken' ? made : 'happened'
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

/** Ten at once, which share a commit, and ten one after another. */
async function twenty(): Promise<Readonly<Record<string, number>>> {
  const answers = await atOnce(10, act)
  for (let alone = 0; alone < 10; alone += 1) answers.push(await act())
  return tally(answers)
}

function limitFiles(bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])
}

const room = await twenty()
limitFiles(statSync(`${databaseFile(directory)}-wal`).size + 100)
const full = await twenty()
const reads = (await store.people.list(0, 1000)).length
limitFiles('unlimited')
const again = await twenty()
const people = (await store.people.list(0, 1000)).length
await engine.close()
process.stdout.write(JSON.stringify({ room, full, reads, again, people }))
