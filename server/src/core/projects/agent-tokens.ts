// Agent installation tokens: the one secret that can be read again, so it is kept twice, as the hash under which it is
// found and sealed under the master key. Sealed text opens only at the place it was sealed for.
import type { Secret } from '../../lib/secret.ts'
import type { TokenHash } from '../ids.ts'
import type { Sealer } from '../needs.ts'
import type { Mint } from '../tokens/mint.ts'
import { agentDialect, type KeptAgentToken } from './project.ts'

export interface AgentTokens {
  make(): { readonly secret: Secret; readonly kept: KeptAgentToken }
  /** Undefined when what is kept was altered, or moved to another row. */
  open(kept: KeptAgentToken): Secret | undefined
}

export function createAgentTokens(mint: Mint, sealer: Sealer): AgentTokens {
  return {
    make() {
      const { secret, hash } = mint.api(agentDialect)
      return { secret, kept: { hash, dialect: agentDialect, sealed: sealer.seal(secret, placeOf(hash)) } }
    },
    open({ hash, sealed }) {
      try {
        return sealer.unseal(sealed, placeOf(hash))
      } catch {
        return undefined
      }
    },
  }
}

function placeOf(hash: TokenHash): string {
  return `tokens.sealed:${hash}`
}
