// When each token was last used, gathered in memory and written in batches: at most once a minute a token, so
// that a verification stays a read. What a kill -9 loses is that minute, never a revocation.
import type { Duration, Instant, TokenId } from '../ids.ts'
import type { FoundToken } from './token.ts'
import type { TokenUse } from './token-store.ts'

const writtenEvery: Duration = 60_000
/** Uses waiting at most; further ones are dropped until the next flush, the next request brings them again. */
const mostWaiting = 10_000

export interface LastUse {
  note(token: FoundToken, now: Instant): void
  take(): readonly TokenUse[]
}

export function createLastUse(): LastUse {
  let waiting = new Map<TokenId, TokenUse>()
  return {
    note(token, now) {
      // A short idle limit needs finer notes, or a session in use would end by it.
      const every = Math.min(writtenEvery, (token.session?.idle ?? Number.POSITIVE_INFINITY) / 4)
      const isRecent = token.usedAt !== undefined && now - token.usedAt < every
      if (isRecent || waiting.has(token.id) || waiting.size >= mostWaiting) return
      waiting.set(token.id, { tokenId: token.id, sessionId: token.session?.id, at: now })
    },
    take() {
      const taken = [...waiting.values()]
      waiting = new Map()
      return taken
    },
  }
}
