// Somebody else's program on our database: reads it in transactions that stay open for up to some seconds, as a
// backup or a reporting tool does, so that no checkpoint can begin the log anew while they last. Arguments: file, seed.
import { DatabaseSync } from 'node:sqlite'
import { createSeeded } from './seeded.ts'

const longestRead = 2500

const [file = '', seed = '0'] = process.argv.slice(2)
const seeded = createSeeded(Number(seed), 'external reader')
const sleeper = new Int32Array(new SharedArrayBuffer(4))
const database = new DatabaseSync(file, { readOnly: true, timeout: 2000 })
const count = database.prepare('select (select count(*) from audit) + (select count(*) from tokens) as rows')

for (;;) {
  database.exec('begin')
  const before = Number(count.get()?.['rows'])
  Atomics.wait(sleeper, 0, 0, seeded.whole(20, longestRead))
  const after = Number(count.get()?.['rows'])
  database.exec('commit')
  // One transaction sees one moment.
  process.stdout.write(before === after ? 'read\n' : `torn: ${before} rows became ${after}\n`)
}
