// "Is this token good?", for back-end services (RFC 7662): the one look-up, under every spelling that a token of any
// dialect can have, as it stands first. Tells of live tokens only; why another is none stays here.
import { Secret } from '../../lib/secret.ts'
import type { Clock } from '../needs.ts'
import type { Mint } from './mint.ts'
import { deadBecause, type FoundToken } from './token.ts'
import type { TokenStore } from './token-store.ts'

/** Longer than any token of ours: not even hashed. */
const longestToken = 4096

export interface IntrospectNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly store: Pick<TokenStore, 'find'>
}

export interface Introspect {
  /** The live token that these bytes are, at whatever dialect; undefined for everything else. */
  introspect(text: string): Promise<FoundToken | undefined>
  /** The same, dead ones too: to end what may come to life again, as a token in an account that is not active. */
  findAnywhere(text: string): Promise<FoundToken | undefined>
}

export function createIntrospect({ clock, mint, store }: IntrospectNeeds): Introspect {
  async function findAnywhere(text: string): Promise<FoundToken | undefined> {
    if (text === '' || text.length > longestToken) return undefined
    for (const spelled of mint.spelledOf(new Secret(text))) {
      const token = await store.find(spelled.hash())
      if (token !== undefined && spelled.isFor(token)) return token
    }
    return undefined
  }

  return {
    findAnywhere,
    async introspect(text) {
      const token = await findAnywhere(text)
      return token === undefined || deadBecause(token, clock.now()) !== undefined ? undefined : token
    },
  }
}
