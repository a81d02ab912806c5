// Implements the retention port on `sessions` and `tokens`. A session takes its tokens along, a token what it minted:
// neither lives longer than what it came from.
import type { Instant } from '../../core/ids.ts'
import type { RetentionStore } from '../../core/retention/retention-store.ts'
import { type Acts, callActs, type Engine, type Tx } from './engine.ts'

// sessions: index sessions_by_end
const forgetSessions = `
  delete from sessions where id in (select id from sessions where ends_at < $1 order by ends_at limit $2) returning id`
// tokens: partial index tokens_by_expiry
const forgetTokens = `
  delete from tokens where id in (
    select id from tokens where expires_at is not null and expires_at < $1 order by expires_at limit $2)
  returning id`

const retentionActs = {
  async forgetSessions(tx: Tx, before: Instant, most: number): Promise<number> {
    return (await tx.rows(forgetSessions, [before, most])).length
  },
  async forgetTokens(tx: Tx, before: Instant, most: number): Promise<number> {
    return (await tx.rows(forgetTokens, [before, most])).length
  },
} satisfies Acts

export const acts: Acts = retentionActs

export function sqlRetention(engine: Engine): RetentionStore {
  return callActs(engine, 'retention', retentionActs)
}
