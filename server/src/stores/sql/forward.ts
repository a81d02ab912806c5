// Implements the forward port on rows of `tokens`: a code is a one-time row that takes everything over from the
// credential it was asked for with, and whose name says what it is bound to.
import type { ForwardRedemption, ForwardStore, NewForwardCode } from '../../core/forward/forward-store.ts'
import type { PersonId, SessionId } from '../../core/ids.ts'
import { numberOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Tx } from './engine.ts'

// tokens, sessions: primary keys
const insertCode = `
  insert into tokens (hash, kind, dialect, scope, name, person_id, account_id, session_id, parent_id, epoch, created_at,
    expires_at)
  select $1, 'one-time', t.dialect, 'forward', $3, t.person_id, t.account_id, t.session_id, t.parent_id, t.epoch, $4, $5
  from tokens t join sessions s on s.id = t.session_id
  where t.id = $2 and t.revoked_at is null and s.ended_at is null
  returning id`
// sessions: primary key; codes of one session are given and used one after another, so that their number holds
const lockSession = (of: string): string =>
  `select id from sessions where id = (select session_id from tokens where ${of} = $1)`
const lockById = lockSession('id')
const lockByHash = lockSession('hash')
// tokens: partial index tokens_by_session, for both
const retire = (which: string): string => `
  update tokens set revoked_at = $2
  where session_id = (select session_id from tokens where id = $1) and revoked_at is null and ${which}
    and id not in (
      select t.id from tokens t
      where t.session_id = (select session_id from tokens where id = $1) and t.revoked_at is null
        and t.kind = tokens.kind and t.scope = tokens.scope
      order by t.id desc limit $3)`
const retireCodes = retire("kind = 'one-time' and scope = 'forward'")
const retireCookies = retire("kind = 'cookie' and scope = $4")
// tokens: unique index on hash; persons, sessions: primary keys
const consumeCode = `
  update tokens set revoked_at = $3, used_at = $3
  where hash = $1 and kind = 'one-time' and scope = 'forward' and name = $2 and revoked_at is null and expires_at > $3
    and epoch = (select epoch from persons p where p.id = tokens.person_id)
    and exists (
      select 1 from sessions s
      where s.id = tokens.session_id and s.ended_at is null and s.ends_at > $3
        and (s.idle is null or s.seen_at + s.idle > $3))
  returning id, person_id, session_id`
// tokens, sessions: primary keys
const insertCookie = `
  insert into tokens (hash, kind, dialect, scope, person_id, account_id, session_id, parent_id, epoch, created_at,
    expires_at)
  select $1, 'cookie', t.dialect, $2, t.person_id, t.account_id, t.session_id, t.parent_id, t.epoch, $3, s.ends_at
  from tokens t join sessions s on s.id = t.session_id where t.id = $4
  returning id`

const forwardActs = {
  async issueCode(tx: Tx, code: NewForwardCode): Promise<boolean> {
    const { hash, tokenId, boundTo, createdAt, expiresAt, atMost } = code
    await tx.rows(lockById + tx.lock, [tokenId])
    const isIssued = (await tx.rows(insertCode, [hash, tokenId, boundTo, createdAt, expiresAt])).length === 1
    if (isIssued) await tx.rows(retireCodes, [tokenId, createdAt, atMost])
    return isIssued
  },

  async redeem(tx: Tx, { hash, boundTo, at, cookie, record }: ForwardRedemption): Promise<boolean> {
    await tx.rows(lockByHash + tx.lock, [hash])
    const [code] = await tx.rows(consumeCode, [hash, boundTo, at])
    if (code === undefined) return false
    const rows = await tx.rows(insertCookie, [cookie.hash, cookie.scope, at, numberOf(code, 'id')])
    if (rows.length !== 1) throw new Error('the cookie was not inserted')
    await tx.rows(retireCookies, [numberOf(code, 'id'), at, cookie.atMost, cookie.scope])
    const actor = { kind: 'person', id: numberOf(code, 'person_id') as PersonId } as const
    const target = { kind: 'session', id: numberOf(code, 'session_id') as SessionId } as const
    await tx.record({ ...record, actor, target })
    return true
  },
} satisfies Acts

export const acts: Acts = forwardActs

export function sqlForwards(engine: Engine): ForwardStore {
  return callActs(engine, 'forward', forwardActs) satisfies ForwardStore
}
