// The sessions room: opens what a sign-in proved, and ends what a request presents. A session is the unit of
// signing out: one write ends it, and with it every cookie and JWT it handed out, on every node.
import type { Secret } from '../../lib/secret.ts'
import type { Membership } from '../accounts/account.ts'
import type { Client } from '../client.ts'
import type { DialectName, Instant, SessionId } from '../ids.ts'
import type { Clock, TokenSubject } from '../needs.ts'
import type { Person } from '../people/person.ts'
import type { Attempt } from '../throttle/throttles.ts'
import type { Mint, Minted, Presented } from '../tokens/mint.ts'
import type { NewToken } from '../tokens/token.ts'
import type { DialectLifetime, Lifetimes } from './lifetimes.ts'
import type { SessionOpening, SessionStore } from './session-store.ts'

export interface SessionNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly store: SessionStore
  readonly lifetimes: Lifetimes
}

/** What a proof has shown, as far as the opening needs it. */
export interface Proven {
  readonly person: Person
  readonly membership: Membership
  readonly method: 'password' | 'one-time'
  readonly proof: SessionOpening['proof']
  readonly attempt: Attempt | undefined
  readonly consumes: SessionOpening['consumes']
  readonly hadFailures: boolean
}

/** A session just opened: the only moment its tokens are known in clear. */
export interface OpenedSession {
  readonly id: SessionId
  readonly person: Person
  readonly membership: Membership
  readonly cookie: Secret | undefined
  readonly access: Secret | undefined
  readonly openedAt: Instant
  readonly endsAt: Instant
}

export interface Sessions {
  /**
   * Opens a session with the tokens of the dialect and ends those whose cookies came along, in one commit.
   * Undefined when person, password or one-time token changed since the proof.
   */
  open(proven: Proven, client: Client, cameWith: readonly Presented[]): Promise<OpenedSession | undefined>
  /** Ends the sessions of everything presented, dead credentials included. Durable when it returns. */
  end(presented: readonly Presented[], client: Client): Promise<readonly SessionId[]>
}

export function createSessions(needs: SessionNeeds): Sessions {
  const { clock, mint, store, lifetimes } = needs

  return {
    async open(proven, client, cameWith) {
      const now = clock.now()
      const lifetime = lifetimes[client.dialect]
      const endsAt = now + lifetime.whole
      const { person, membership } = proven
      const minted = await mintAll(mint, lifetime, client.dialect, subjectOf(person, membership), now, endsAt)
      const id = await store.open({
        session: {
          personId: person.id,
          accountId: membership.account.id,
          dialect: client.dialect,
          method: proven.method,
          openedAt: now,
          idle: lifetime.idle,
          endsAt,
          address: client.address,
          agent: client.agent,
        },
        tokens: minted.map(({ kind, token }) => newToken(kind, token, client.dialect, now, endsAt)),
        proof: proven.proof,
        claim: proven.attempt?.claim,
        consumes: proven.consumes,
        replaces: cameWith.map((one) => mint.hashOf(client.dialect, one)),
        record: {
          at: now,
          event: proven.hadFailures ? 'auth.login.success_after_failures' : 'auth.login.success',
          outcome: 'success',
          actor: { kind: 'person', id: person.id },
          client,
          detail: { method: proven.method, account: membership.account.id },
        },
      })
      if (id === undefined) return undefined
      const secretOf = (kind: string): Secret | undefined => minted.find((one) => one.kind === kind)?.token.secret
      return { id, person, membership, cookie: secretOf('cookie'), access: secretOf('access'), openedAt: now, endsAt }
    },
    end(presented, client) {
      const now = clock.now()
      const hashes = presented.map((one) => mint.hashOf(client.dialect, one))
      if (hashes.length === 0) return Promise.resolve([])
      const actor = { kind: 'anonymous' as const }
      return store.end(hashes, now, { at: now, event: 'auth.logout', outcome: 'success', actor, client })
    },
  }
}

interface MintedToken {
  readonly kind: 'cookie' | 'access'
  readonly token: Minted
}

function mintAll(
  mint: Mint,
  lifetime: DialectLifetime,
  dialect: DialectName,
  subject: TokenSubject,
  from: Instant,
  until: Instant,
): Promise<readonly MintedToken[]> {
  return Promise.all(
    lifetime.opens.map(async (kind) => ({
      kind,
      token: kind === 'access' ? await mint.access(dialect, subject, from, until) : mint.opaque(),
    })),
  )
}

function newToken(
  kind: 'cookie' | 'access',
  minted: Minted,
  dialect: DialectName,
  createdAt: Instant,
  expiresAt: Instant,
): NewToken {
  return { hash: minted.hash, kind, dialect, scope: 'default', name: '', shown: '', createdAt, expiresAt }
}

function subjectOf(person: Person, membership: Membership): TokenSubject {
  return {
    personId: person.id,
    uuid: person.uuid,
    username: person.username,
    isOperator: person.isOperator,
    accountId: membership.account.id,
    role: membership.role,
  }
}
