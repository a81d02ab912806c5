// Implements the profile port on `persons` and `names`.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { PersonId } from '../../core/ids.ts'
import type { Person } from '../../core/people/person.ts'
import type { ProfileStore, StoredProfileChange } from '../../core/people/profile-store.ts'
import { flag } from './codecs.ts'
import { type Acts, callActs, type Engine, type Tx, Undo } from './engine.ts'
import { personColumns, selectOperators, toPerson } from './people.ts'

// persons: unique index on uuid
const selectByUuid = `select ${personColumns} from persons p where p.uuid = $1`
// persons: primary key, for these
const selectPerson = `select ${personColumns} from persons p where p.id = $1`
const setDisplayName = 'update persons set display_name = $2 where id = $1'
const setEmail = 'update persons set email = $2 where id = $1'
const setOperator = 'update persons set is_operator = $2 where id = $1'
// names: index names_by_person, primary key
const deleteNames = 'delete from names where person_id = $1'
const insertName = 'insert into names (name, person_id) values ($1, $2) on conflict do nothing returning name'

export const acts = {
  async change(
    tx: Tx,
    id: PersonId,
    { displayName, email }: StoredProfileChange,
    record: AuditRecord,
  ): Promise<Person | 'missing' | 'name-taken'> {
    if ((await tx.rows(selectPerson + tx.lock, [id])).length === 0) return 'missing'
    if (displayName !== undefined) await tx.rows(setDisplayName, [id, displayName])
    if (email !== undefined) {
      await tx.rows(setEmail, [id, email.address])
      await tx.rows(deleteNames, [id])
      // Sorted: two changes to the same names in another order would wait for each other in a ring.
      for (const name of [...email.names].sort()) {
        if ((await tx.rows(insertName, [name, id])).length === 0) throw new Undo('name-taken')
      }
    }
    await tx.record(record)
    return changed(tx, id)
  },

  async changeOperator(
    tx: Tx,
    id: PersonId,
    isOperator: boolean,
    record: AuditRecord,
  ): Promise<Person | 'missing' | 'last-operator'> {
    // As in a disabling: all of them in order, so that two demotions cannot each spare the other.
    const operators = await tx.rows(selectOperators + tx.lock, [])
    const [person] = await tx.rows(selectPerson + tx.lock, [id])
    if (person === undefined) return 'missing'
    const isLast = operators.length === 1 && operators[0]?.['id'] === person['id']
    if (!isOperator && isLast) return 'last-operator'
    await tx.rows(setOperator, [id, flag(isOperator)])
    await tx.record(record)
    return changed(tx, id)
  },
} satisfies Acts

async function changed(tx: Tx, id: PersonId): Promise<Person> {
  const [row] = await tx.rows(selectPerson, [id])
  if (row === undefined) throw new Error('the person went under its own lock')
  return toPerson(row)
}

export function sqlProfiles(engine: Engine): ProfileStore {
  return {
    ...callActs(engine, 'profiles', acts),
    async find(uuid) {
      const [row] = await engine.reader.rows(selectByUuid, [uuid])
      return row === undefined ? undefined : toPerson(row)
    },
  } satisfies ProfileStore
}
