// The one look-up that lets anybody in. A token is found by the hash of its canonical spelling and then asked
// whether it lives; nothing else about the request is believed. (Law 1 of ARCHITECTURE.md.)
import type { AuditRecord } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { DialectName, Instant } from '../ids.ts'
import type { Clock } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { LastUse } from './last-use.ts'
import type { Mint, Presented } from './mint.ts'
import { type Credential, deadBecause, type FoundToken, isOfPerson } from './token.ts'
import type { TokenStore } from './token-store.ts'

/** Longer than any token of ours: refused before it is hashed. */
const longestToken = 4096

export interface AuthenticateNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly store: Pick<TokenStore, 'find'>
  readonly audits: Audits
  readonly uses: LastUse
}

export interface Authenticate {
  /** As `Tokens.authenticate`. */
  authenticate(presented: readonly Presented[], client: Client): Promise<Credential>
  /** As `Tokens.find`. */
  find(presented: readonly Presented[], dialect: DialectName): Promise<Credential | undefined>
  /** As `Tokens.lookUp`. */
  lookUp(presented: Presented, dialect: DialectName): Promise<LookedUp>
}

/** What a look-up says: a live token, or why it is none. */
export interface LookedUp {
  readonly live?: FoundToken
  readonly dead?: string
  readonly token?: FoundToken
}

export function createAuthenticate(needs: AuthenticateNeeds): Authenticate {
  const { clock, mint, store, audits, uses } = needs

  /** Undefined for what is no token of ours whatever it says: it is not even hashed. */
  function search(presented: Presented, dialect: DialectName): Promise<FoundToken | undefined> | undefined {
    const text = presented.secret.reveal()
    if (text === '' || text.length > longestToken) return undefined
    return store.find(mint.hashOf(dialect, presented))
  }

  function judge(presented: Presented, dialect: DialectName, token: FoundToken | undefined): LookedUp {
    if (token === undefined) return { dead: 'unknown' }
    if (token.dialect !== dialect || !presented.kinds.includes(token.kind)) return { dead: 'of another kind', token }
    const dead = deadBecause(token, clock.now())
    return dead === undefined ? { live: token } : { dead, token }
  }

  async function lookUp(presented: Presented, dialect: DialectName): Promise<LookedUp> {
    const searching = search(presented, dialect)
    return searching === undefined ? { dead: 'malformed' } : judge(presented, dialect, await searching)
  }

  async function lookUpAll(presented: readonly Presented[], dialect: DialectName): Promise<LookedUp | undefined> {
    const different = distinct(presented)
    return deciding(different, await Promise.all(different.map((one) => lookUp(one, dialect))))
  }

  return {
    async authenticate(presented, client) {
      const [first] = presented
      // One credential is the common case, and the hot one: no list is made for it, and nothing waited for twice.
      const searching = presented.length === 1 && first !== undefined ? search(first, client.dialect) : undefined
      const found =
        first !== undefined && searching !== undefined
          ? judge(first, client.dialect, await searching)
          : await lookUpAll(presented, client.dialect)
      if (found?.live !== undefined) {
        uses.note(found.live, clock.now())
        return ofPerson(found.live)
      }
      if (found !== undefined) audits.refused(deadTokenRecord(found, client, clock.now()))
      throw new Refusal('not-signed-in', { reason: found?.dead ?? 'nothing presented' })
    },
    async find(presented, dialect) {
      for (const one of presented) {
        const { live } = await lookUp(one, dialect)
        if (live !== undefined && isOfPerson(live)) return live
      }
      return undefined
    },
    async lookUp(presented, dialect) {
      const found = await lookUp(presented, dialect)
      if (found.live !== undefined) uses.note(found.live, clock.now())
      return found
    },
  }
}

/** What an agent holds may only be signed out with: no door has anything else for it. @throws Refusal `not-allowed`. */
function ofPerson(token: FoundToken): Credential {
  if (isOfPerson(token)) return token
  const project = token.projectId === undefined ? {} : { id: token.projectId }
  throw new Refusal('not-allowed', { reason: 'an agent', actor: { kind: 'agent', ...project, token: token.id } })
}

/** The same bytes in two headers are one credential, good for the kinds of both places. */
function distinct(presented: readonly Presented[]): readonly Presented[] {
  const byText = new Map<string, Presented>()
  for (const one of presented) {
    const text = one.secret.reveal()
    const known = byText.get(text)
    byText.set(text, known === undefined ? one : { ...known, kinds: [...known.kinds, ...one.kinds] })
  }
  return [...byText.values()]
}

/**
 * The first that is live or that decides even when it is not.
 * @throws Refusal `two-people` for live ones of different people, whatever their order.
 */
function deciding(presented: readonly Presented[], found: readonly LookedUp[]): LookedUp | undefined {
  const holders = new Set(found.flatMap((one) => (one.live === undefined ? [] : [holderOf(one.live)])))
  if (holders.size > 1) throw new Refusal('two-people', { reason: 'live credentials of different people' })
  return found.find((one, at) => one.live !== undefined || presented[at]?.isTentative !== true) ?? found[0]
}

function holderOf(token: FoundToken): string {
  return token.person === undefined ? `project ${token.projectId}` : `person ${token.person.id}`
}

function deadTokenRecord(found: LookedUp, client: Client, at: Instant): AuditRecord {
  return {
    at,
    event: 'token.invalid',
    outcome: 'failure',
    reason: found.dead ?? 'unknown',
    actor: { kind: 'anonymous' },
    ...(found.token === undefined ? {} : { target: { kind: 'token', id: found.token.id } }),
    client,
  }
}
