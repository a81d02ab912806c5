// Implements the idempotency port; owns `idempotency_keys`. Taking a key is one conditional upsert.
import type { IdempotencyKey, IdempotencyStore, KeptAnswer } from '../../core/idempotency/idempotency-store.ts'
import type { Instant } from '../../core/ids.ts'
import { numberOf, optional, optionalText, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Tx } from './engine.ts'

// idempotency_keys: primary key
const takeKey = `
  insert into idempotency_keys (person_id, key, request, created_at) values ($1, $2, $3, $4)
  on conflict (person_id, key) do update set request = $3, is_answered = 0, body = null, created_at = $4
  where idempotency_keys.created_at < $5
  returning created_at`
const selectKey = 'select request, is_answered, body from idempotency_keys where person_id = $1 and key = $2'
const settleKey = 'update idempotency_keys set is_answered = 1, body = $3 where person_id = $1 and key = $2'
const deleteKey = 'delete from idempotency_keys where person_id = $1 and key = $2'
// idempotency_keys: index idempotency_keys_by_age
const deleteOld = 'delete from idempotency_keys where created_at < $1 returning created_at'

const idempotencyActs = {
  async claim(
    tx: Tx,
    { personId, key }: IdempotencyKey,
    request: string,
    { at, since }: { readonly at: Instant; readonly since: Instant },
  ): Promise<'claimed' | KeptAnswer> {
    if ((await tx.rows(takeKey, [personId, key, request, at, since])).length === 1) return 'claimed'
    const [row] = await tx.rows(selectKey, [personId, key])
    // Given back this very moment: for this caller it was under way.
    if (row === undefined) return { request, answer: undefined }
    const answer = numberOf(row, 'is_answered') === 1 ? { body: optionalText(row, 'body') } : undefined
    return { request: textOf(row, 'request'), answer }
  },

  async settle(tx: Tx, { personId, key }: IdempotencyKey, body: string | undefined): Promise<void> {
    await tx.rows(settleKey, [personId, key, optional(body)])
  },

  async release(tx: Tx, { personId, key }: IdempotencyKey): Promise<void> {
    await tx.rows(deleteKey, [personId, key])
  },

  async purge(tx: Tx, before: Instant): Promise<number> {
    return (await tx.rows(deleteOld, [before])).length
  },
} satisfies Acts

export const acts: Acts = idempotencyActs

export function sqlIdempotency(engine: Engine): IdempotencyStore {
  return callActs(engine, 'idempotency', idempotencyActs) satisfies IdempotencyStore
}
