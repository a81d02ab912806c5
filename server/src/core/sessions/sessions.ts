// The sessions room: opens what a sign-in proved, and ends what a request presents. A session is the unit of
// signing out: one write ends it, and with it every cookie and JWT it handed out, on every node.
import type { Secret } from '../../lib/secret.ts'
import { type AuditActor, type AuditRecord, byPerson, type Doer, doneBy } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import type { ProviderKind } from '../federation/provider.ts'
import type { Instant, PersonId, SessionId, TokenId } from '../ids.ts'
import type { Clock } from '../needs.ts'
import type { NewestPage } from '../newest-page.ts'
import type { Attempt } from '../throttle/throttles.ts'
import type { Mint, Presented } from '../tokens/mint.ts'
import type { Credential, NewToken } from '../tokens/token.ts'
import { accountOf, type Holder } from './holder.ts'
import type { Lifetimes } from './lifetimes.ts'
import { type HandedOut, mintAll, secretOf } from './mint-all.ts'
import type { ListedSession, NewSession, SessionIdentity } from './session.ts'
import type { SessionOpening, SessionStore } from './session-store.ts'

export interface SessionNeeds {
  readonly clock: Clock
  readonly mint: Mint
  readonly store: SessionStore
  readonly lifetimes: Lifetimes
}

/** What a proof has shown, as far as the opening needs it. */
export interface Proven {
  readonly method: 'password' | 'one-time' | 'api-token' | 'agent' | ProviderKind
  /** Whom a provider vouched for. */
  readonly identity?: SessionIdentity | undefined
  readonly proof: SessionOpening['proof']
  readonly attempt: Attempt | undefined
  readonly consumes: SessionOpening['consumes']
  /** The API or agent token that proved it: the session has its scope, and lives no longer. */
  readonly parent: ParentToken | undefined
  readonly hadFailures: boolean
  /** The one token to hand out, where the client may choose; undefined = as the dialect does. */
  readonly handsOut?: 'cookie' | 'access' | undefined
}

export interface ParentToken {
  readonly id: TokenId
  readonly expiresAt: Instant | undefined
  readonly scope: string
}

/** A session just opened: the only moment its tokens are known in clear. */
export interface OpenedSession {
  readonly id: SessionId
  readonly holder: Holder
  readonly cookie: Secret | undefined
  /** What scripts of the cookie's browser must send back with a write; bound to the cookie. */
  readonly forgeryToken: Secret | undefined
  readonly access: Secret | undefined
  readonly openedAt: Instant
  readonly endsAt: Instant
}

export interface Sessions {
  /**
   * Opens a session with the tokens of the dialect and ends those whose cookies came along, in one commit.
   * Undefined when person, password, membership or the token that proved it changed since the proof.
   */
  open(
    holder: Holder,
    proven: Proven,
    client: Client,
    cameWith: readonly Presented[],
  ): Promise<OpenedSession | undefined>
  /** Ends the sessions of everything presented, dead credentials included. Durable when it returns. */
  end(presented: readonly Presented[], client: Client): Promise<readonly SessionId[]>
  /** Live sessions of a person at every dialect, newest first. */
  list(owner: PersonId, page: NewestPage): Promise<readonly ListedSession[]>
  /** Ends one session of the owner's by its id, at whatever dialect. False: they have no such live one. */
  endOne(by: Credential, owner: PersonId, id: SessionId, client: Client): Promise<boolean>
  /** The same by an administrator's word. */
  endFor(owner: PersonId, id: SessionId, doer: Doer): Promise<boolean>
  /** Ends all of the caller's sessions but the present one; how many. */
  endOthers(by: Credential, client: Client): Promise<number>
  /** The cookies among these that the forgery token was given out with, in their order. */
  boundTo(forgeryToken: string, cookies: readonly Presented[]): readonly Presented[]
}

export function createSessions(needs: SessionNeeds): Sessions {
  const { clock, mint, store } = needs
  return {
    open: createOpen(needs),
    ...ending(needs),
    list: (owner, page) => store.list(owner, clock.now(), page),
    boundTo: (forgeryToken, cookies) => cookies.filter((cookie) => mint.isForgeryTokenOf(cookie.secret, forgeryToken)),
  }
}

function createOpen({ clock, mint, store, lifetimes }: SessionNeeds): Sessions['open'] {
  return async (holder, proven, client, cameWith) => {
    const now = clock.now()
    const { whole, idle, ...lifetime } = lifetimes[client.dialect]
    const opens = proven.handsOut === undefined ? lifetime.opens : [proven.handsOut]
    const endsAt = Math.min(now + whole, proven.parent?.expiresAt ?? Number.POSITIVE_INFINITY)
    const minted = await mintAll(mint, { opens, dialect: client.dialect, holder, from: now, until: endsAt })
    const id = await store.open({
      session: newSession(holder, client, {
        method: proven.method,
        identity: proven.identity,
        openedAt: now,
        idle,
        endsAt,
      }),
      tokens: minted.map((one) => newToken(one, proven, client, { createdAt: now, expiresAt: endsAt })),
      proof: proven.proof,
      claim: proven.attempt?.claim,
      consumes: proven.consumes,
      parentId: proven.parent?.id,
      replaces: cameWith.map((one) => mint.hashOf(client.dialect, one)),
      record: {
        at: now,
        event: proven.hadFailures ? 'auth.login.success_after_failures' : 'auth.login.success',
        outcome: 'success',
        actor: actorOf(holder),
        client,
        detail: { method: proven.method, account: accountOf(holder).id },
      },
    })
    if (id === undefined) return undefined
    const cookie = secretOf(minted, 'cookie')
    const forgeryToken = cookie === undefined ? undefined : mint.forgeryToken(cookie)
    return { id, holder, cookie, forgeryToken, access: secretOf(minted, 'access'), openedAt: now, endsAt }
  }
}

function ending({ clock, mint, store }: SessionNeeds): Pick<Sessions, 'end' | 'endOne' | 'endFor' | 'endOthers'> {
  function revoked(doer: Doer, owner: PersonId): AuditRecord {
    const target = { kind: 'person', id: owner } as const
    return { at: clock.now(), event: 'session.revoked', outcome: 'success', ...doneBy(doer), target }
  }

  async function endFor(owner: PersonId, id: SessionId, doer: Doer): Promise<boolean> {
    const record = revoked(doer, owner)
    return (await store.endOf(owner, { id }, record.at, record)).length > 0
  }

  return {
    end(presented, client) {
      const now = clock.now()
      const hashes = presented.map((one) => mint.hashOf(client.dialect, one))
      if (hashes.length === 0) return Promise.resolve([])
      const actor = { kind: 'anonymous' as const }
      return store.end(hashes, now, { at: now, event: 'auth.logout', outcome: 'success', actor, client })
    },
    endOne: (by, owner, id, client) => endFor(owner, id, { ...byPerson(by.person.id), client }),
    endFor,
    async endOthers(by, client) {
      const record = revoked({ ...byPerson(by.person.id), client }, by.person.id)
      return (await store.endOf(by.person.id, { except: by.session?.id }, record.at, record)).length
    },
  }
}

function newSession(
  holder: Holder,
  client: Client,
  parts: Pick<NewSession, 'method' | 'identity' | 'openedAt' | 'idle' | 'endsAt'>,
): NewSession {
  return {
    personId: holder.kind === 'person' ? holder.person.id : undefined,
    projectId: holder.kind === 'agent' ? holder.projectId : undefined,
    accountId: accountOf(holder).id,
    dialect: client.dialect,
    address: client.address,
    agent: client.agent,
    ...parts,
  }
}

function newToken(
  { kind, token }: HandedOut,
  { parent }: Proven,
  { dialect }: Client,
  times: Pick<NewToken, 'createdAt' | 'expiresAt'>,
): NewToken {
  const scope = parent?.scope ?? 'default'
  return { hash: token.hash, kind, dialect, scope, name: '', shown: '', ...times }
}

function actorOf(holder: Holder): AuditActor {
  return holder.kind === 'person' ? { kind: 'person', id: holder.person.id } : { kind: 'agent', id: holder.projectId }
}
