// Implements the bootstrap port on the one row of `installation`: closing the door comes first in the
// transaction, so of N parallel first administrators one gets past it and the others change nothing. Person 1
// is theirs alone, whoever was made before.
import type { BootstrapStore } from '../../core/bootstrap/bootstrap-store.ts'
import type { Person } from '../../core/people/person.ts'
import { type Acts, callActs, type Engine, type Tx, Undo } from './engine.ts'
import { consumeOneTime } from './one-time.ts'
import { insertNewPerson } from './people.ts'

// installation: primary key
const closeDoor = 'update installation set bootstrapped_at = $1 where id = 1 and bootstrapped_at is null returning id'
const selectDone = 'select bootstrapped_at from installation where id = 1'

const bootstrapActs = {
  async finish(
    tx: Tx,
    first: Parameters<BootstrapStore['finish']>[0],
  ): Promise<Person | 'done-before' | 'link-not-good' | 'name-taken'> {
    const { person, link, record } = first
    if ((await tx.rows(closeDoor, [record.at])).length === 0) return 'done-before'
    if (link !== undefined && !(await consumeOneTime(tx, link, 'setup', record.at))) throw new Undo('link-not-good')
    const created = await insertNewPerson(tx, person, true)
    if (created === 'name-taken') throw new Undo('name-taken')
    await tx.record({ ...record, target: { kind: 'person', id: created.id } })
    return created
  },
} satisfies Acts

export const acts: Acts = bootstrapActs

export function sqlBootstrap(engine: Engine): BootstrapStore {
  return {
    ...callActs(engine, 'bootstrap', bootstrapActs),
    async isDone() {
      const [row] = await engine.reader.rows(selectDone, [])
      return row !== undefined && row['bootstrapped_at'] !== null
    },
  } satisfies BootstrapStore
}
