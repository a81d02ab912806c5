// "Is this token good?", for back-end services (RFC 7662): the one look-up, under every spelling that a token of any
// dialect can have, in one go. Tells of live tokens only; why another is none stays here.
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

/** The live token that these bytes are, at whatever dialect; undefined for everything else. */
export type Introspect = (text: string) => Promise<FoundToken | undefined>

export function createIntrospect({ clock, mint, store }: IntrospectNeeds): Introspect {
  return async (text) => {
    if (text === '' || text.length > longestToken) return undefined
    const spelled = mint.hashesOf(new Secret(text))
    const found = await Promise.all(spelled.map(({ hash }) => store.find(hash)))
    const token = found.find((one, at) => one !== undefined && spelled[at]?.isFor(one) === true)
    return token === undefined || deadBecause(token, clock.now()) !== undefined ? undefined : token
  }
}
