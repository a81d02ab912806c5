// Implements the one-time port on the rows of `tokens` whose kind is one-time. Using one up is one conditional
// update, so of N parallel uses exactly one sees a row.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { DialectName, Instant, PersonId, TokenHash, TokenId } from '../../core/ids.ts'
import type { OneTimeStore } from '../../core/one-time/one-time-store.ts'
import type { NewSession } from '../../core/sessions/session.ts'
import { numberOf, optional, optionalNumber, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Tx } from './engine.ts'

// persons: primary key; a setup link has no person and no epoch
const insertOneTime = `
  insert into tokens (hash, kind, dialect, scope, person_id, account_id, epoch, created_at, expires_at)
  select $1, 'one-time', $2, $3, $4,
    (select home_account_id from persons where id = $4), coalesce((select epoch from persons where id = $4), 0), $5, $6
  where $3 = 'setup' or exists (select 1 from persons where id = $4 and status = 'active')
  returning id`
// tokens: unique index on hash; persons: primary key
const selectOneTime = `
  select t.person_id, t.dialect, t.expires_at, t.revoked_at, t.epoch, p.epoch as person_epoch
  from tokens t left join persons p on p.id = t.person_id
  where t.hash = $1 and t.kind = 'one-time' and t.scope = $2`
// tokens: index on person_id; a raised epoch has ended all that came before it
const selectLogins = `
  select t.id, t.dialect, t.created_at, t.expires_at from tokens t join persons p on p.id = t.person_id
  where t.person_id = $1 and t.kind = 'one-time' and t.scope = 'login' and t.revoked_at is null
    and t.expires_at > $2 and t.epoch = p.epoch
  order by t.id desc`
const revokeLogin = `
  update tokens set revoked_at = $3
  where id = $2 and person_id = $1 and kind = 'one-time' and scope = 'login' and revoked_at is null
    and expires_at > $3 and epoch = (select epoch from persons p where p.id = tokens.person_id)
  returning id`
const consume = `
  update tokens set revoked_at = $3, used_at = $3
  where hash = $1 and kind = 'one-time' and scope = $2 and revoked_at is null and expires_at > $3
    and (person_id is null or epoch = (select epoch from persons p where p.id = tokens.person_id))
  returning person_id`

export async function consumeOneTime(tx: Tx, hash: TokenHash, scope: string, at: Instant): Promise<boolean> {
  return (await tx.rows(consume, [hash, scope, at])).length === 1
}

/** A login token, for the person it was made for and nobody else; false leaves it for the caller to undo. */
export async function consumeLoginToken(
  tx: Tx,
  hash: TokenHash,
  { personId, openedAt }: Pick<NewSession, 'personId' | 'openedAt'>,
): Promise<boolean> {
  const [row] = await tx.rows(consume, [hash, 'login', openedAt])
  return row !== undefined && row['person_id'] === personId
}

const oneTimeActs = {
  async issue(tx: Tx, secret: Parameters<OneTimeStore['issue']>[0]): Promise<void> {
    const { hash, dialect, scope, personId, createdAt, expiresAt } = secret
    const [row] = await tx.rows(insertOneTime, [hash, dialect, scope, optional(personId), createdAt, expiresAt])
    if (row === undefined) throw new Error('the person of a one-time token is not active any more')
    const id = numberOf(row, 'id') as TokenId
    if (secret.record !== undefined) await tx.record({ ...secret.record, target: { kind: 'token', id } })
  },
  consume: consumeOneTime,
  async revokeLogin(tx: Tx, personId: PersonId, id: TokenId, at: Instant, record: AuditRecord): Promise<boolean> {
    const revoked = await tx.rows(revokeLogin, [personId, id, at])
    if (revoked.length > 0) await tx.record(record)
    return revoked.length > 0
  },
} satisfies Acts

export const acts: Acts = oneTimeActs

export function sqlOneTimes(engine: Engine): OneTimeStore {
  return {
    ...callActs(engine, 'oneTimes', oneTimeActs),
    async listLogin(personId, at) {
      return (await engine.reader.rows(selectLogins, [personId, at])).map((row) => ({
        id: numberOf(row, 'id') as TokenId,
        dialect: textOf(row, 'dialect') as DialectName,
        createdAt: numberOf(row, 'created_at'),
        expiresAt: numberOf(row, 'expires_at'),
      }))
    },
    async find(hash, scope) {
      const [row] = await engine.reader.rows(selectOneTime, [hash, scope])
      if (row === undefined) return undefined
      return {
        hash,
        personId: optionalNumber(row, 'person_id') as PersonId | undefined,
        dialect: textOf(row, 'dialect'),
        isUsed: row['revoked_at'] !== null || (row['person_id'] !== null && row['epoch'] !== row['person_epoch']),
        expiresAt: numberOf(row, 'expires_at'),
      }
    },
  } satisfies OneTimeStore
}
