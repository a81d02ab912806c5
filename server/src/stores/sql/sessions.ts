// Implements the session port; owns the table `sessions`. A session's tokens are rows of `tokens`, written in
// the same commit and dead with it: ending touches one row, whatever the session handed out.
import type { AuditActor, AuditRecord } from '../../core/audit/audit.ts'
import type { DialectName, Instant, PersonId, SessionId, TokenHash } from '../../core/ids.ts'
import type { ListedSession } from '../../core/sessions/session.ts'
import type { SessionOpening, SessionStore } from '../../core/sessions/session-store.ts'
import { numberOf, optional, optionalNumber, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx, Undo } from './engine.ts'
import { credentialLookUp } from './found-tokens.ts'
import { consumeLoginToken } from './one-time.ts'
import { settleSuccess } from './throttle.ts'
import { insertToken, isAlive, isMember } from './tokens.ts'

// persons: primary key
const selectProvenPerson = "select id from persons where id = $1 and epoch = $2 and status = 'active'"
// passwords: primary key
const selectProvenPassword =
  'select person_id from passwords where person_id = $1 and version = $2 and disabled_at is null'
// identities, providers: primary keys; neither may go while the session opens
const selectProvenIdentity = `
  select i.id from identities i join providers v on v.id = i.provider_id
  where i.id = $1 and i.person_id = $2 and v.is_enabled = 1`
const clearFailures = 'update passwords set failures = 0 where person_id = $1 and failures > 0'
const insertSession = `
  insert into sessions (person_id, project_id, account_id, dialect, method, opened_at, seen_at, idle, ends_at, address,
    agent, identity_id, provider_session)
  values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12) returning id`
// tokens: unique index on hash
// A credential means something at its own door only.
const selectSessionOf = `
  select session_id from tokens
  where hash = $1 and kind in ('cookie', 'access') and dialect = coalesce($2, dialect)`
// sessions: primary key
const endSession =
  'update sessions set ended_at = $2 where id = $1 and ended_at is null returning person_id, project_id'
// sessions: partial index sessions_live_by_person, for these three
const selectSessions = `
  select id, dialect, method, opened_at, seen_at, idle, ends_at, address, agent from sessions
  where person_id = $1 and ended_at is null and ends_at > $2 and (idle is null or seen_at + idle > $2)
    and id < $3
  order by id desc limit $4`
const endOneOf = `
  update sessions set ended_at = $2 where person_id = $1 and id = $3 and ended_at is null
  returning id, ends_at, seen_at, idle`
const endOthersOf = `
  update sessions set ended_at = $2 where person_id = $1 and id <> $3 and ended_at is null
  returning id, ends_at, seen_at, idle`

const sessionActs = {
  async open(tx: Tx, opening: SessionOpening): Promise<SessionId | undefined> {
    const { session } = opening
    if (!(await isStillProven(tx, opening))) return undefined
    await settle(tx, opening)
    const replaced = await sessionsOf(tx, opening.replaces, session.dialect)
    for (const old of replaced) await tx.rows(endSession, [old, session.openedAt])
    const [row] = await tx.rows(insertSession, [
      optional(session.personId),
      optional(session.projectId),
      session.accountId,
      session.dialect,
      session.method,
      session.openedAt,
      optional(session.idle),
      session.endsAt,
      session.address,
      session.agent,
      optional(session.identity?.id),
      optional(session.identity?.session),
    ])
    if (row === undefined) throw new Error('the session was not inserted')
    const id = numberOf(row, 'id') as SessionId
    const owner = { ...session, sessionId: id, parentId: opening.parentId, epoch: opening.proof.epoch }
    for (const token of opening.tokens) {
      if ((await insertToken(tx, token, owner)) === undefined) throw new Error('a token of the session is taken')
    }
    const detail =
      replaced.length === 0 ? opening.record.detail : { ...opening.record.detail, replaced: replaced.join(' ') }
    await tx.record({ ...opening.record, target: { kind: 'session', id }, ...(detail === undefined ? {} : { detail }) })
    return id
  },

  async endOf(
    tx: Tx,
    personId: PersonId,
    which: { readonly id: SessionId } | { readonly except: SessionId | undefined },
    at: Instant,
    record: AuditRecord,
  ): Promise<readonly SessionId[]> {
    const rows =
      'id' in which
        ? await tx.rows(endOneOf, [personId, at, which.id])
        : await tx.rows(endOthersOf, [personId, at, which.except ?? 0])
    // Idle ones end too: a use that is not written yet would wake them. Only those that lived are told of.
    const ended = rows.filter((row) => isLiving(row, at)).map((row) => numberOf(row, 'id') as SessionId)
    if (ended.length > 0) await tx.record({ ...record, detail: { sessions: ended.join(' ') } })
    return ended
  },

  async end(tx: Tx, hashes: readonly TokenHash[], at: Instant, record: AuditRecord): Promise<readonly SessionId[]> {
    const ended: SessionId[] = []
    let actor: AuditActor | undefined
    for (const id of await sessionsOf(tx, hashes, record.client?.dialect)) {
      const [row] = await tx.rows(endSession, [id, at])
      if (row === undefined) continue
      ended.push(id)
      actor ??= holderOf(row)
    }
    const [first] = ended
    if (first !== undefined && actor !== undefined) {
      const detail = { sessions: ended.join(' ') }
      await tx.record({ ...record, actor, target: { kind: 'session', id: first }, detail })
    }
    return ended
  },
} satisfies Acts

/** What the opening uses up and clears. @throws Undo when the login token is used or over by now. */
async function settle(tx: Tx, { session, proof, consumes, claim }: SessionOpening): Promise<void> {
  if (consumes !== undefined && !(await consumeLoginToken(tx, consumes, session))) throw new Undo(undefined)
  if (claim !== undefined) await settleSuccess(tx, claim)
  // Only who shows the password speaks for it: scripts that sign in by tokens must not keep a guesser's count at nought.
  const { personId } = session
  if (personId !== undefined && proof.passwordVersion !== undefined) await tx.rows(clearFailures, [personId])
}

/** By id, each once: acts that end the same sessions take them in one order and never wait for each other in a ring. */
async function sessionsOf(
  tx: Tx,
  hashes: readonly TokenHash[],
  dialect: DialectName | undefined,
): Promise<readonly SessionId[]> {
  const ids = new Set<SessionId>()
  for (const hash of hashes) {
    const [row] = await tx.rows(selectSessionOf, [hash, optional(dialect)])
    const id = row === undefined ? undefined : optionalNumber(row, 'session_id')
    if (id !== undefined) ids.add(id as SessionId)
  }
  return [...ids].sort((one, two) => one - two)
}

async function isStillProven(tx: Tx, opening: SessionOpening): Promise<boolean> {
  const { personId, openedAt } = opening.session
  if (personId !== undefined && !(await isStillProvenPerson(tx, personId, opening))) return false
  return opening.parentId === undefined || isAlive(tx, opening.parentId, openedAt)
}

async function isStillProvenPerson(tx: Tx, personId: PersonId, { proof, session }: SessionOpening): Promise<boolean> {
  const [person] = await tx.rows(selectProvenPerson + tx.lock, [personId, proof.epoch])
  if (person === undefined || !(await isMember(tx, personId, session.accountId))) return false
  if (session.identity !== undefined) {
    const [identity] = await tx.rows(selectProvenIdentity + tx.hold, [session.identity.id, personId])
    if (identity === undefined) return false
  }
  if (proof.passwordVersion === undefined) return true
  const [password] = await tx.rows(selectProvenPassword, [personId, proof.passwordVersion])
  return password !== undefined
}

function holderOf(row: Row): AuditActor {
  const personId = optionalNumber(row, 'person_id')
  return personId === undefined ? { kind: 'agent', id: numberOf(row, 'project_id') } : { kind: 'person', id: personId }
}

export const acts: Acts = sessionActs

export function sqlSessions(engine: Engine): SessionStore {
  const { open, end, endOf } = callActs(engine, 'sessions', sessionActs)
  return {
    open,
    endOf,
    async list(personId, now, { before = Number.MAX_SAFE_INTEGER, limit }) {
      return (await engine.reader.rows(selectSessions, [personId, now, before, limit])).map(toListedSession)
    },
    async end(hashes, at, record) {
      // Looked up together first: a header full of invented cookies must not hold a transaction for each of them.
      const found = await Promise.all(hashes.map((hash) => engine.valueByKey(credentialLookUp, hash)))
      const known = hashes.filter((_, index) => found[index]?.session !== undefined)
      return known.length === 0 ? [] : end(known, at, record)
    },
  } satisfies SessionStore
}

/** Of a row with `ends_at`, `seen_at` and `idle` that nobody has ended: whether it is not over by itself either. */
export function isLiving(session: Row, at: Instant): boolean {
  const idle = optionalNumber(session, 'idle') ?? Number.POSITIVE_INFINITY
  return numberOf(session, 'ends_at') > at && numberOf(session, 'seen_at') + idle > at
}

function toListedSession(row: Row): ListedSession {
  const endsAt = numberOf(row, 'ends_at')
  const seenAt = numberOf(row, 'seen_at')
  const idle = optionalNumber(row, 'idle')
  return {
    id: numberOf(row, 'id') as SessionId,
    dialect: textOf(row, 'dialect') as DialectName,
    method: textOf(row, 'method'),
    openedAt: numberOf(row, 'opened_at'),
    seenAt,
    endsAt: idle === undefined ? endsAt : Math.min(endsAt, seenAt + idle),
    address: textOf(row, 'address'),
    agent: textOf(row, 'agent'),
  }
}
