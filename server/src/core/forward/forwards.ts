// The forward room: what a proxy in front of an application is told about a request, and how a session reaches an
// application's own host. There it is one more cookie of the session, good for that host's proxy and nothing else, so
// that an application which reads it can be nobody at our own door, and signing out anywhere ends it.
import type { Secret } from '../../lib/secret.ts'
import type { Memberships } from '../accounts/memberships.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { Duration } from '../ids.ts'
import type { Keys } from '../keys/keys.ts'
import type { Clock, Randomness } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import type { Mint } from '../tokens/mint.ts'
import { hasScope } from '../tokens/scope.ts'
import type { Credential } from '../tokens/token.ts'
import { createAssertions } from './assertions.ts'
import type { ForwardStore } from './forward-store.ts'

const codeLife: Duration = 60_000
/** From leaving the application to coming back signed in. */
const flowLife: Duration = 600_000
/** Codes of one session that wait to be used: a browser has a tab for each. */
const mostCodes = 20
/** Cookies of one session for one host: a browser keeps the last, and tabs that race may each have set one. */
const mostCookies = 5

export interface ForwardNeeds {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly mint: Mint
  readonly keys: Pick<Keys, 'sign'>
  readonly issuer: string
  readonly store: ForwardStore
  readonly memberships: Pick<Memberships, 'of'>
  readonly audits: Audits
  /** Hosts of applications, besides our own, as browsers write them. */
  readonly hosts: readonly string[]
}

/** A request to an application, as far as it decides. */
export interface AskedFor {
  readonly host: string
  /** Whether that is one of our own hosts, where our own cookie goes. */
  readonly isOwn: boolean
  /** GET or HEAD. */
  readonly isRead: boolean
}

/** Who calls an application. */
export interface ForwardIdentity {
  readonly username: string
  readonly displayName: string
  readonly email: string | undefined
  /** The role in the account, and `operator`. */
  readonly groups: readonly string[]
  /** A JWT for this application, good for half a minute at least and a minute at most. */
  readonly assertion: string
}

/** A way from an application's host to the sign-in and back. */
export interface Flow {
  /** Told to everybody. */
  readonly id: string
  /** Stays in the browser that began it. */
  readonly secret: Secret
  readonly life: Duration
}

export interface Forwards {
  /** Whether this is an application's host: people may be sent back there. */
  isHost(host: string): boolean
  /** @throws Refusal `not-allowed` for a host that is neither ours nor an application's. */
  requireHost(host: string, isOwn: boolean): void
  /** @throws Refusal `not-signed-in` (a cookie of another host), `not-allowed` (scope, no member). */
  identify(by: Credential, asked: AskedFor): Promise<ForwardIdentity>
  begin(): Flow
  /** A code for this host and flow, good once and for a minute. @throws Refusal `not-signed-in` (ended meanwhile). */
  issueCode(by: Credential, host: string, flow: string): Promise<Secret>
  /** Turns the code into a cookie for this host. @throws Refusal `not-signed-in`. */
  redeem(code: Secret, flow: Secret, host: string, client: Client): Promise<Secret>
}

export function createForwards(needs: ForwardNeeds): Forwards {
  const { clock, mint, store, audits, hosts } = needs
  const isHost = (host: string): boolean => hosts.includes(host)

  const assertions = createAssertions(needs)

  return {
    isHost,
    requireHost(host, isOwn) {
      if (isOwn || isHost(host)) return
      throw new Refusal('not-allowed', { hint: 'The host of this application is not in GATEHOUSE_FORWARD_HOSTS.' })
    },
    async identify(by, asked) {
      requireMay(by, asked)
      const { role } = await needs.memberships.of(by)
      const { username, displayName, email, isOperator } = by.person
      const groups = isOperator ? [role, 'operator'] : [role]
      const assertion = await assertions.of(by, { host: asked.host, role, groups })
      return { username, displayName, email, groups, assertion }
    },
    begin() {
      const { secret, hash } = mint.opaque()
      return { id: hash, secret, life: flowLife }
    },
    async issueCode(by, host, flow) {
      const { secret, hash } = mint.opaque()
      const createdAt = clock.now()
      const bounds = { createdAt, expiresAt: createdAt + codeLife, atMost: mostCodes }
      const isIssued = await store.issueCode({ hash, tokenId: by.id, boundTo: boundTo(host, flow), ...bounds })
      if (!isIssued) throw new Refusal('not-signed-in', { reason: 'ended meanwhile' })
      return secret
    },
    async redeem(code, flow, host, client) {
      const at = clock.now()
      const actor = { kind: 'anonymous' } as const
      const cookie = mint.opaque()
      const id = mint.hashOf(client.dialect, { secret: flow, kinds: ['one-time'] })
      const isRedeemed = await store.redeem({
        hash: mint.hashOf(client.dialect, { secret: code, kinds: ['one-time'] }),
        boundTo: boundTo(host, id),
        at,
        cookie: { hash: cookie.hash, scope: scopeOf(host), atMost: mostCookies },
        record: { at, event: 'session.carried', outcome: 'success', actor, client, detail: { host } },
      })
      if (isRedeemed) return cookie.secret
      const reason = 'forward code unknown, used, over or of another flow'
      audits.refused({ at, event: 'token.invalid', outcome: 'failure', reason, actor, client })
      throw new Refusal('not-signed-in', { reason, hint: 'This way back from the sign-in is used or too old.' })
    },
  }
}

function boundTo(host: string, flow: string): string {
  return `${host} ${flow}`
}

/** One word, which is none of those that our own API asks for. */
function scopeOf(host: string): string {
  return `forward:${host}`
}

function requireMay({ kind, scope }: Credential, { host, isOwn, isRead }: AskedFor): void {
  if (kind === 'cookie') {
    const isForHere = isOwn ? hasScope(scope, 'default') : scope === scopeOf(host)
    if (isForHere) return
    // Not `not-allowed`: a new way through the sign-in mends it.
    throw new Refusal('not-signed-in', { reason: 'a cookie of another host' })
  }
  if (hasScope(scope, isRead ? 'read' : 'default')) return
  throw new Refusal('not-allowed', { hint: `The scope "${scope}" does not reach so far.` })
}
