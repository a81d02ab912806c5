// Implements the identity port; owns `identities`. One subject of a provider is one person's: the unique index decides
// between two who link or create it at once.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { KnownIdentity, ToldSubject } from '../../core/federation/identity.ts'
import type { EndingSessions, IdentityStore } from '../../core/federation/identity-store.ts'
import type { IdentityId, LinkedIdentity, ProviderId, ProviderKind } from '../../core/federation/provider.ts'
import type { Instant, PersonId, SessionId } from '../../core/ids.ts'
import type { NewPerson, Person } from '../../core/people/person.ts'
import { numberOf, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx, Undo } from './engine.ts'
import { useOnce } from './flows.ts'
import { dropEverything, insertNewPerson, personColumns, toPerson } from './people.ts'

// identities: unique index on (provider_id, subject); persons: primary key
const selectKnown = `
  select i.id as identity_id, ${personColumns} from identities i join persons p on p.id = i.person_id
  where i.provider_id = $1 and i.subject = $2`
// identities: index identities_by_person
const selectOfPerson = `
  select i.id, i.provider_id, v.name, v.kind, i.subject, i.linked_at, i.seen_at
  from identities i join providers v on v.id = i.provider_id where i.person_id = $1 order by i.id`
const insertIdentity = `
  insert into identities (provider_id, subject, person_id, linked_at, seen_at) values ($1, $2, $3, $4, $4)
  on conflict do nothing returning id`
// primary keys, for these seven
const selectTold = 'select id from providers where id = $1 and version = $2 and is_enabled = 1'
const selectPersonNow = "select id from persons where id = $1 and epoch = $2 and status = 'active'"
const selectPerson = 'select id from persons where id = $1'
const selectToldOf = `
  select id from providers where id = (select provider_id from identities where id = $1) and version = $2 and is_enabled = 1`
const deleteIdentity = 'delete from identities where id = $1'
const confirmIdentity = 'update identities set seen_at = $2 where id = $1 and seen_at < $2'
const lockIdentity = `
  select (select name from providers where id = provider_id) as provider from identities
  where id = $1 and person_id = $2`
// passwords: primary key; identities: index identities_by_person
const selectOtherWay = `
  select person_id from passwords where person_id = $1 and disabled_at is null
  union all
  select i.person_id from identities i join providers v on v.id = i.provider_id
  where i.person_id = $1 and i.id <> $2 and v.is_enabled = 1
  limit 1`
// sessions: partial index sessions_by_identity, for these five
const endSessionsOfIdentity = `
  update sessions set ended_at = $2 where identity_id = $1 and ended_at is null returning id`
const endSessionsOfSubject = `
  update sessions set ended_at = $3
  where ended_at is null and identity_id in (select id from identities where provider_id = $1 and subject = $2)
  returning id`
const endProviderSession = `
  update sessions set ended_at = $3
  where ended_at is null and provider_session = $2
    and identity_id in (select id from identities where provider_id = $1)
  returning id`
const endNamelessOfSubject = `
  update sessions set ended_at = $3
  where ended_at is null and provider_session is null
    and identity_id in (select id from identities where provider_id = $1 and subject = $2)
  returning id`
const selectUnconfirmed = `
  select i.id, i.subject from identities i
  where i.provider_id = $1 and i.seen_at < $2
    and exists (select 1 from sessions s where s.identity_id = i.id and s.ended_at is null and s.ends_at > $3)
  order by i.seen_at limit $4`

const identityActs = {
  async link(
    tx: Tx,
    { providerId, version, subject }: ToldSubject,
    person: Pick<Person, 'id' | 'epoch'>,
    at: Instant,
    record: AuditRecord,
    rest?: 'drops-rest',
  ): Promise<IdentityId | 'taken' | 'gone'> {
    if ((await tx.rows(selectTold + tx.hold, [providerId, version])).length === 0) return 'gone'
    if ((await tx.rows(selectPersonNow + tx.lock, [person.id, person.epoch])).length === 0) return 'gone'
    const [row] = await tx.rows(insertIdentity, [providerId, subject, person.id, at])
    if (row === undefined) return 'taken'
    if (rest === 'drops-rest') await dropEverything(tx, person.id, at)
    await tx.record(record)
    return numberOf(row, 'id') as IdentityId
  },

  async create(
    tx: Tx,
    { providerId, version, subject }: ToldSubject,
    person: NewPerson,
    record: AuditRecord,
  ): Promise<KnownIdentity | 'name-taken' | 'taken' | 'gone'> {
    if ((await tx.rows(selectTold + tx.hold, [providerId, version])).length === 0) return 'gone'
    const created = await insertNewPerson(tx, person)
    if (created === 'name-taken') throw new Undo('name-taken')
    const [row] = await tx.rows(insertIdentity, [providerId, subject, created.id, person.createdAt])
    if (row === undefined) throw new Undo('taken')
    await tx.record({ ...record, target: { kind: 'person', id: created.id } })
    return { id: numberOf(row, 'id') as IdentityId, person: created }
  },

  async unlink(
    tx: Tx,
    personId: PersonId,
    id: IdentityId,
    at: Instant,
    record: AuditRecord,
    rest?: 'keeps-a-way',
  ): Promise<boolean | 'last-way'> {
    // Of two that are unlinked at once, each must not take the other for what is left.
    if (rest === 'keeps-a-way') await tx.rows(selectPerson + tx.lock, [personId])
    const [row] = await tx.rows(lockIdentity + tx.lock, [id, personId])
    if (row === undefined) return false
    if (rest === 'keeps-a-way' && (await tx.rows(selectOtherWay, [personId, id])).length === 0) return 'last-way'
    const sessions = (await tx.rows(endSessionsOfIdentity, [id, at])).length
    await tx.rows(deleteIdentity, [id])
    await tx.record({ ...record, detail: { ...record.detail, provider: textOf(row, 'provider'), sessions } })
    return true
  },

  async confirm(tx: Tx, id: IdentityId, version: number, at: Instant): Promise<boolean> {
    if ((await tx.rows(selectToldOf + tx.hold, [id, version])).length === 0) return false
    await tx.rows(confirmIdentity, [id, at])
    return true
  },

  async endSessions(
    tx: Tx,
    providerId: ProviderId,
    which: EndingSessions,
    at: Instant,
    record: AuditRecord,
    order?: { readonly hash: string; readonly expiresAt: Instant },
  ): Promise<readonly SessionId[] | 'used'> {
    if (order !== undefined && !(await useOnce(tx, order.hash, order.expiresAt))) return 'used'
    const rows = await endedBy(tx, providerId, which, at)
    const ended = rows.map((row) => numberOf(row, 'id') as SessionId)
    if (ended.length > 0) await tx.record({ ...record, detail: { sessions: ended.join(' ') } })
    return ended
  },
} satisfies Acts

async function endedBy(tx: Tx, providerId: ProviderId, which: EndingSessions, at: Instant): Promise<readonly Row[]> {
  if (!('session' in which)) return tx.rows(endSessionsOfSubject, [providerId, which.subject, at])
  const named = await tx.rows(endProviderSession, [providerId, which.session, at])
  if (which.subject === undefined) return named
  return [...named, ...(await tx.rows(endNamelessOfSubject, [providerId, which.subject, at]))]
}

export const acts: Acts = identityActs

export function sqlIdentities(engine: Engine): IdentityStore {
  const { reader } = engine
  return {
    ...callActs(engine, 'identities', identityActs),
    async find({ providerId, subject }) {
      const [row] = await reader.rows(selectKnown, [providerId, subject])
      return row === undefined ? undefined : { id: numberOf(row, 'identity_id') as IdentityId, person: toPerson(row) }
    },
    async list(personId) {
      return (await reader.rows(selectOfPerson, [personId])).map(toLinked)
    },
    async unconfirmed(providerId, before, now, limit) {
      const rows = await reader.rows(selectUnconfirmed, [providerId, before, now, limit])
      return rows.map((row) => ({ id: numberOf(row, 'id') as IdentityId, subject: textOf(row, 'subject') }))
    },
  } satisfies IdentityStore
}

function toLinked(row: Row): LinkedIdentity {
  return {
    id: numberOf(row, 'id') as IdentityId,
    providerId: numberOf(row, 'provider_id') as ProviderId,
    provider: textOf(row, 'name'),
    kind: textOf(row, 'kind') as ProviderKind,
    subject: textOf(row, 'subject'),
    linkedAt: numberOf(row, 'linked_at'),
    seenAt: numberOf(row, 'seen_at'),
  }
}
