// Implements the key port; owns `signing_keys`. At most one key is active: a unique index says so.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { KeyState, StoredKey } from '../../core/keys/key.ts'
import type { KeyStore } from '../../core/keys/key-store.ts'
import { numberOf, optional, optionalNumber, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Tx, Undo } from './engine.ts'

// signing_keys: a handful of rows
const selectKeys = `
  select kid, state, public_jwk, sealed_private_jwk, created_at, removed_at from signing_keys
  order by created_at desc, kid`
// signing_keys: primary key, and the unique partial index signing_keys_one_active
const insertKey = `
  insert into signing_keys (kid, state, public_jwk, sealed_private_jwk, created_at, removed_at)
  values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning kid`
const retireActive =
  "update signing_keys set state = 'retiring', removed_at = $2 where kid = $1 and state = 'active' returning kid"
const selectNext = "select kid from signing_keys where state = 'next' order by created_at limit 1"
const activate = "update signing_keys set state = 'active' where kid = $1"
const removeOver = "update signing_keys set state = 'removed' where state = 'retiring' and removed_at <= $1"

const keyActs = {
  async addFirst(tx: Tx, first: Parameters<KeyStore['addFirst']>[0], record: AuditRecord): Promise<boolean> {
    if (!(await insert(tx, first.active)) || !(await insert(tx, first.next))) throw new Undo(false)
    await tx.record(record)
    return true
  },

  async rotate(tx: Tx, rotation: Parameters<KeyStore['rotate']>[0]): Promise<boolean> {
    const { activeKid, next, removedAt, record } = rotation
    await tx.rows(removeOver, [record.at])
    const [retired] = await tx.rows(retireActive, [activeKid, removedAt])
    if (retired === undefined) throw new Undo(false)
    const [waiting] = await tx.rows(selectNext, [])
    if (waiting === undefined) throw new Error('no next signing key; addFirst and rotate always leave one')
    await tx.rows(activate, [textOf(waiting, 'kid')])
    if (!(await insert(tx, next))) throw new Undo(false)
    await tx.record(record)
    return true
  },
} satisfies Acts

async function insert(tx: Tx, key: StoredKey): Promise<boolean> {
  const { kid, state, publicJwk, sealedPrivateJwk, createdAt, removedAt } = key
  const rows = await tx.rows(insertKey, [kid, state, publicJwk, sealedPrivateJwk, createdAt, optional(removedAt)])
  return rows.length === 1
}

export const acts: Acts = keyActs

export function sqlKeys(engine: Engine): KeyStore {
  return {
    ...callActs(engine, 'keys', keyActs),
    async list() {
      const rows = await engine.reader.rows(selectKeys, [])
      return rows.map((row) => ({
        kid: textOf(row, 'kid'),
        state: textOf(row, 'state') as KeyState,
        publicJwk: textOf(row, 'public_jwk'),
        sealedPrivateJwk: textOf(row, 'sealed_private_jwk'),
        createdAt: numberOf(row, 'created_at'),
        removedAt: optionalNumber(row, 'removed_at'),
      }))
    },
  } satisfies KeyStore
}
