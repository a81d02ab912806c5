// Implements the person port; owns `persons`, `names` and `passwords`, and the membership that a new person
// gets in the account `default`.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { AccountId, DialectName, Instant, PersonId } from '../../core/ids.ts'
import type {
  EndedAtDoor,
  EndedEverything,
  Identity,
  NewPerson,
  Person,
  PersonStatus,
  StoredPassword,
} from '../../core/people/person.ts'
import type { KeptSession, PersonStore } from '../../core/people/person-store.ts'
import { flag, numberOf, optional, optionalNumber, optionalText, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx, Undo } from './engine.ts'
import { isLiving } from './sessions.ts'
import { insertToken, revokeAllOf } from './tokens.ts'

export const personColumns = `p.id, p.uuid, p.kind, p.username, p.email, p.display_name, p.status, p.is_operator, p.epoch,
  p.home_account_id, p.created_at`
// names, persons, passwords: primary keys
const selectIdentity = `
  select ${personColumns}, w.encoded, w.scheme, w.version, w.disabled_at
  from names n join persons p on p.id = n.person_id left join passwords w on w.person_id = p.id
  where n.name = $1`
const selectPerson = `select ${personColumns} from persons p where p.id = $1`
const selectPeople = `select ${personColumns} from persons p where p.id > $1 order by p.id limit $2`
// accounts: unique index on identifier
const insertPersonWith = (column: string, value: string): string => `
  insert into persons (${column} uuid, kind, username, email, display_name, status, is_operator, home_account_id,
    created_at)
  select ${value} $1, $2, $3, $4, $5, $8, $6, a.id, $7 from accounts a where a.identifier = 'default'
  returning id, epoch, home_account_id`
const insertPerson = insertPersonWith('', '')
// The sequence of ids begins with 2: what an undone attempt burns of it never takes 1 from the first administrator.
const insertFirstPerson = insertPersonWith('id,', '1,')
const insertName = 'insert into names (name, person_id) values ($1, $2) on conflict do nothing returning name'
const insertMembership = 'insert into memberships (person_id, account_id, role) values ($1, $2, $3)'
const putPassword = `
  insert into passwords (person_id, encoded, scheme, set_at) values ($1, $2, $3, $4)
  on conflict (person_id) do update set
    encoded = $2, scheme = $3, set_at = $4, version = passwords.version + 1, failures = 0, disabled_at = null`
const upgradePassword = 'update passwords set encoded = $3, scheme = $4 where person_id = $1 and version = $2'
// persons: primary key; every operator is locked in order, so that two disablings cannot each spare the other
export const selectOperators = "select id from persons where is_operator = 1 and status = 'active' order by id"
const lockPerson = 'select id, is_operator, status from persons where id = $1'
const disablePerson = "update persons set status = 'disabled', epoch = epoch + 1 where id = $1"
const enablePerson = "update persons set status = 'active' where id = $1"
// sessions: partial index sessions_live_by_person
const endSessionsOf = `
  update sessions set ended_at = $2 where person_id = $1 and ended_at is null
  returning dialect, ends_at, seen_at, idle`
const endOtherSessionsOf = `
  update sessions set ended_at = $2 where person_id = $1 and id <> $3 and ended_at is null`
// sessions: primary key
const lockSession = 'select id from sessions where id = $1 and person_id = $2 and ended_at is null'
// tokens: partial index tokens_by_session
const revokeTokensOf = 'update tokens set revoked_at = $2 where session_id = $1 and revoked_at is null returning id'
// tokens: partial index tokens_live_by_person, whose own words come first
const revokeLoginTokens = `
  update tokens set revoked_at = $2
  where kind in ('api', 'one-time') and revoked_at is null and person_id = $1 and kind = 'one-time'`
// persons: primary key
const deletePassword = 'delete from passwords where person_id = $1'
const raiseEpoch = 'update persons set epoch = epoch + 1 where id = $1'

export const acts = {
  async create(tx: Tx, person: NewPerson, record: AuditRecord): Promise<Person | 'name-taken'> {
    const created = await insertNewPerson(tx, person)
    if (created === 'name-taken') throw new Undo('name-taken')
    await tx.record({ ...record, target: { kind: 'person', id: created.id } })
    return created
  },

  async changeStatus(
    tx: Tx,
    id: PersonId,
    status: 'active' | 'disabled',
    at: Instant,
    record: AuditRecord,
  ): Promise<'changed' | 'missing' | 'last-operator'> {
    const operators = await tx.rows(selectOperators + tx.lock, [])
    const [person] = await tx.rows(lockPerson + tx.lock, [id])
    if (person === undefined) return 'missing'
    const isLast = operators.length === 1 && operators[0]?.['id'] === person['id']
    if (status === 'disabled' && isLast) return 'last-operator'
    if (person['status'] !== status) {
      await tx.rows(status === 'disabled' ? disablePerson : enablePerson, [id])
      if (status === 'disabled') {
        await tx.rows(endSessionsOf, [id, at])
        await revokeAllOf(tx, id, at)
      }
    }
    await tx.record(record)
    return 'changed'
  },

  async setPassword(
    tx: Tx,
    id: PersonId,
    password: StoredPassword,
    at: Instant,
    record: AuditRecord,
    keeps?: KeptSession,
  ): Promise<boolean> {
    const [person] = await tx.rows(lockPerson + tx.lock, [id])
    if (person === undefined) return false
    if (keeps !== undefined && !(await goesOn(tx, id, keeps, at))) return false
    await tx.rows(putPassword, [id, password.encoded, password.scheme, at])
    await tx.rows(endOtherSessionsOf, [id, at, keeps?.id ?? 0])
    await tx.rows(revokeLoginTokens, [id, at])
    await tx.record(record)
    return true
  },

  async endEverything(tx: Tx, id: PersonId, at: Instant, record: AuditRecord): Promise<EndedEverything | undefined> {
    if ((await tx.rows(lockPerson + tx.lock, [id])).length === 0) return undefined
    await tx.rows(raiseEpoch, [id])
    const sessions = await tx.rows(endSessionsOf, [id, at])
    const living = sessions.filter((row) => isLiving(row, at))
    const ended = countByDoor([
      ...living.map((row) => ({ dialect: textOf(row, 'dialect') as DialectName, what: 'sessions' as const })),
      ...(await revokeAllOf(tx, id, at)).map(({ dialect, kind }) => {
        return { dialect, what: kind === 'api' ? ('apiTokens' as const) : ('loginTokens' as const) }
      }),
    ])
    const detail = Object.fromEntries(
      ended.map(({ dialect, ...counts }) => [dialect, `${counts.sessions} ${counts.apiTokens} ${counts.loginTokens}`]),
    )
    await tx.record({ ...record, detail })
    return ended
  },

  async upgradePassword(tx: Tx, id: PersonId, version: number, password: StoredPassword): Promise<void> {
    await tx.rows(upgradePassword, [id, version, password.encoded, password.scheme])
  },
} satisfies Acts

/** Person, names, membership and password; `name-taken` leaves half of it for the caller to undo. */
export async function insertNewPerson(tx: Tx, person: NewPerson, isFirst = false): Promise<Person | 'name-taken'> {
  const { uuid, kind, username, email, displayName, isOperator, status = 'active', createdAt } = person
  const values = [uuid, kind, username, optional(email), displayName, flag(isOperator), createdAt, status]
  const [row] = await tx.rows(isFirst ? insertFirstPerson : insertPerson, values)
  if (row === undefined) throw new Error('there is no account named default')
  const id = numberOf(row, 'id') as PersonId
  const homeAccountId = numberOf(row, 'home_account_id') as AccountId
  // Sorted: two creations with the same names in another order would wait for each other in a ring.
  for (const name of [...person.names].sort()) {
    if ((await tx.rows(insertName, [name, id])).length === 0) return 'name-taken'
  }
  await tx.rows(insertMembership, [id, homeAccountId, isOperator ? 'owner' : 'member'])
  if (person.password !== undefined) {
    await tx.rows(putPassword, [id, person.password.encoded, person.password.scheme, createdAt])
  }
  const epoch = numberOf(row, 'epoch')
  return { id, uuid, kind, username, email, displayName, status, isOperator, epoch, homeAccountId, createdAt }
}

/** Ends all that was a person's until now, and their password with it; the person stays. */
export async function dropEverything(tx: Tx, id: PersonId, at: Instant): Promise<void> {
  await tx.rows(raiseEpoch, [id])
  await tx.rows(deletePassword, [id])
  await tx.rows(endSessionsOf, [id, at])
  await revokeAllOf(tx, id, at)
}

/** Puts new tokens in the place of the session's; false when it, the person's epoch or the asking token ended meanwhile. */
async function goesOn(tx: Tx, personId: PersonId, keeps: KeptSession, at: Instant): Promise<boolean> {
  const [person] = await tx.rows(selectPerson, [personId])
  if (person === undefined || numberOf(person, 'epoch') !== keeps.epoch) return false
  if ((await tx.rows(lockSession + tx.lock, [keeps.id, personId])).length === 0) return false
  const revoked = await tx.rows(revokeTokensOf, [keeps.id, at])
  if (!revoked.some((row) => numberOf(row, 'id') === keeps.askedWith)) throw new Undo(false)
  const { id: sessionId, accountId, epoch } = keeps
  const owner = { personId, projectId: undefined, parentId: undefined, sessionId, accountId, epoch }
  for (const token of keeps.tokens) await insertToken(tx, token, owner)
  return true
}

function countByDoor(
  ended: readonly { readonly dialect: DialectName; readonly what: 'sessions' | 'apiTokens' | 'loginTokens' }[],
): EndedEverything {
  const doors = new Map<DialectName, EndedAtDoor>()
  for (const { dialect, what } of ended) {
    const door = doors.get(dialect) ?? { dialect, sessions: 0, apiTokens: 0, loginTokens: 0 }
    doors.set(dialect, { ...door, [what]: door[what] + 1 })
  }
  return [...doors.values()].sort((one, two) => one.dialect.localeCompare(two.dialect))
}

export function sqlPeople(engine: Engine): PersonStore {
  const { reader } = engine
  return {
    ...callActs(engine, 'people', acts),
    async findByName(name) {
      const [row] = await reader.rows(selectIdentity, [name])
      return row === undefined ? undefined : toIdentity(row)
    },
    async find(id) {
      const [row] = await reader.rows(selectPerson, [id])
      return row === undefined ? undefined : toPerson(row)
    },
    async list(after, limit) {
      return (await reader.rows(selectPeople, [after, limit])).map(toPerson)
    },
  } satisfies PersonStore
}

function toIdentity(row: Row): Identity {
  const encoded = optionalText(row, 'encoded')
  if (encoded === undefined) return { person: toPerson(row), password: undefined }
  const password = {
    encoded,
    scheme: textOf(row, 'scheme'),
    version: numberOf(row, 'version'),
    isDisabled: optionalNumber(row, 'disabled_at') !== undefined,
  }
  return { person: toPerson(row), password }
}

export function toPerson(row: Row): Person {
  return {
    id: numberOf(row, 'id') as PersonId,
    uuid: textOf(row, 'uuid'),
    kind: row['kind'] === 'machine' ? 'machine' : 'human',
    username: textOf(row, 'username'),
    email: optionalText(row, 'email'),
    displayName: textOf(row, 'display_name'),
    status: textOf(row, 'status') as PersonStatus,
    isOperator: row['is_operator'] === 1,
    epoch: numberOf(row, 'epoch'),
    homeAccountId: numberOf(row, 'home_account_id') as AccountId,
    createdAt: numberOf(row, 'created_at'),
  }
}
