// Implements the membership port; owns `memberships` (a new person's first one is made by people.ts).
import type { Member, Membership, NewMember, OwnMembership, Role } from '../../core/accounts/membership.ts'
import type { MembershipStore } from '../../core/accounts/membership-store.ts'
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { AccountId, Instant, PersonId } from '../../core/ids.ts'
import { accountColumns, toAccount } from './accounts.ts'
import { numberOf, optional, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx } from './engine.ts'
import { revokeOpenedBy } from './tokens.ts'

// persons, memberships, accounts: primary keys
const selectHome = `
  select ${accountColumns}, m.role from persons p
  join memberships m on m.person_id = p.id and m.account_id = p.home_account_id
  join accounts a on a.id = m.account_id
  where p.id = $1`
// accounts: unique indexes on identifier and uuid; memberships: primary key
const selectNamed = `
  select ${accountColumns}, m.role from accounts a
  join memberships m on m.account_id = a.id and m.person_id = $1
  where a.identifier = $2 or a.uuid = $2`
const selectIn = `
  select ${accountColumns}, m.role from memberships m join accounts a on a.id = m.account_id
  where m.person_id = $1 and m.account_id = $2`
const selectOf = `
  select ${accountColumns}, m.role, case when p.home_account_id = m.account_id then 1 else 0 end as is_home
  from memberships m join persons p on p.id = m.person_id join accounts a on a.id = m.account_id
  where m.person_id = $1 order by m.account_id`
// memberships: index memberships_by_account; persons: primary key
const selectMembers = `
  select m.person_id, p.uuid, p.username, m.role, case when p.home_account_id = m.account_id then 1 else 0 end as is_home
  from memberships m join persons p on p.id = m.person_id
  where m.account_id = $1 and m.person_id > $2 order by m.person_id limit $3`
// persons: primary key; whatever opens a session or makes a token of the person waits for the same row
const lockPerson = 'select id, home_account_id from persons where id = $1'
const putMember = `
  insert into memberships (person_id, account_id, role) values ($1, $2, coalesce($3, 'member'))
  on conflict (person_id, account_id) do update set role = coalesce($3, memberships.role) returning role`
const selectRole = 'select role from memberships where person_id = $1 and account_id = $2'
const setHome = 'update persons set home_account_id = $2 where id = $1'
const removeMember = 'delete from memberships where person_id = $1 and account_id = $2 returning role'
// sessions: partial index sessions_live_by_person
const endSessions = 'update sessions set ended_at = $3 where person_id = $1 and account_id = $2 and ended_at is null'
// tokens: partial index tokens_live_by_person
const revokeTokens = `
  update tokens set revoked_at = $3
  where person_id = $1 and account_id = $2 and kind in ('api', 'one-time') and revoked_at is null
  returning id`

export const acts = {
  async join(tx: Tx, member: NewMember, record: AuditRecord): Promise<'joined' | 'missing' | 'owner'> {
    const { personId, accountId, role, becomesHome, sparesOwner } = member
    if ((await tx.rows(lockPerson + tx.lock, [personId])).length === 0) return 'missing'
    if (sparesOwner && (await isOwner(tx, personId, accountId))) return 'owner'
    const [row] = await tx.rows(putMember, [personId, accountId, optional(role)])
    if (row === undefined) throw new Error('the membership was not written')
    if (becomesHome) await tx.rows(setHome, [personId, accountId])
    await tx.record({ ...record, detail: { ...record.detail, role: textOf(row, 'role') } })
    return 'joined'
  },

  async leave(
    tx: Tx,
    { personId, accountId, sparesOwner }: Pick<NewMember, 'personId' | 'accountId' | 'sparesOwner'>,
    at: Instant,
    record: AuditRecord,
  ): Promise<'left' | 'missing' | 'home' | 'owner'> {
    const [person] = await tx.rows(lockPerson + tx.lock, [personId])
    if (person === undefined) return 'missing'
    if (sparesOwner && (await isOwner(tx, personId, accountId))) return 'owner'
    if (numberOf(person, 'home_account_id') === accountId) return 'home'
    if ((await tx.rows(removeMember, [personId, accountId])).length === 0) return 'missing'
    await tx.rows(endSessions, [personId, accountId, at])
    for (const token of await tx.rows(revokeTokens, [personId, accountId, at])) {
      // It may have opened a session in another account.
      await revokeOpenedBy(tx, numberOf(token, 'id'), at)
    }
    await tx.record(record)
    return 'left'
  },
} satisfies Acts

/** Under the lock on the person: a role given meanwhile is seen. */
async function isOwner(tx: Tx, personId: PersonId, accountId: AccountId): Promise<boolean> {
  const [row] = await tx.rows(selectRole, [personId, accountId])
  return row?.['role'] === 'owner'
}

export function sqlMemberships(engine: Engine): MembershipStore {
  const { reader } = engine
  return {
    ...callActs(engine, 'memberships', acts),
    async find(personId, name) {
      const [row] =
        name === undefined
          ? await reader.rows(selectHome, [personId])
          : await reader.rows(selectNamed, [personId, name])
      return row === undefined ? undefined : toMembership(row)
    },
    async findIn(personId, accountId) {
      const [row] = await reader.rows(selectIn, [personId, accountId])
      return row === undefined ? undefined : toMembership(row)
    },
    async listOf(personId) {
      return (await reader.rows(selectOf, [personId])).map(toOwnMembership)
    },
    async list(accountId, after, limit) {
      return (await reader.rows(selectMembers, [accountId, after, limit])).map(toMember)
    },
  } satisfies MembershipStore
}

function toMembership(row: Row): Membership {
  return { account: toAccount(row), role: textOf(row, 'role') as Role }
}

function toOwnMembership(row: Row): OwnMembership {
  return { ...toMembership(row), isHome: row['is_home'] === 1 }
}

function toMember(row: Row): Member {
  return {
    personId: numberOf(row, 'person_id') as PersonId,
    uuid: textOf(row, 'uuid'),
    username: textOf(row, 'username'),
    role: textOf(row, 'role') as Role,
    isHome: row['is_home'] === 1,
  }
}
