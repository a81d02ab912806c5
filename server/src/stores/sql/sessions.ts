// Implements the session port; owns the table `sessions`. A session's tokens are rows of `tokens`, written in
// the same commit and dead with it: ending touches one row, whatever the session handed out.
import type { AuditActor, AuditRecord } from '../../core/audit/audit.ts'
import type { DialectName, Instant, PersonId, SessionId, TokenHash } from '../../core/ids.ts'
import type { SessionOpening, SessionStore } from '../../core/sessions/session-store.ts'
import { numberOf, optional, optionalNumber } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx, Undo } from './engine.ts'
import { consumeLoginToken } from './one-time.ts'
import { settleSuccess } from './throttle.ts'
import { credentialLookUp, insertToken, isAlive, isMember } from './tokens.ts'

// persons: primary key
const selectProvenPerson = "select id from persons where id = $1 and epoch = $2 and status = 'active'"
// passwords: primary key
const selectProvenPassword =
  'select person_id from passwords where person_id = $1 and version = $2 and disabled_at is null'
const clearFailures = 'update passwords set failures = 0 where person_id = $1 and failures > 0'
const insertSession = `
  insert into sessions (person_id, project_id, account_id, dialect, method, opened_at, seen_at, idle, ends_at, address,
    agent)
  values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10) returning id`
// tokens: unique index on hash
// A credential means something at its own door only.
const selectSessionOf = `
  select session_id from tokens
  where hash = $1 and kind in ('cookie', 'access') and dialect = coalesce($2, dialect)`
// sessions: primary key
const endSession =
  'update sessions set ended_at = $2 where id = $1 and ended_at is null returning person_id, project_id'

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
  const { open, end } = callActs(engine, 'sessions', sessionActs)
  return {
    open,
    async end(hashes, at, record) {
      // Looked up together first: a header full of invented cookies must not hold a transaction for each of them.
      const found = await Promise.all(hashes.map((hash) => engine.valueByKey(credentialLookUp, hash)))
      const known = hashes.filter((_, index) => found[index]?.session !== undefined)
      return known.length === 0 ? [] : end(known, at, record)
    },
  } satisfies SessionStore
}
