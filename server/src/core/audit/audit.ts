// Audit records: what happened, to whom, from where. A closed list of event names; no record ever holds a
// password, token, code or cookie, nor the name somebody typed who is not known (it may be a password).
import type { Client } from '../client.ts'
import type { Instant, PersonId } from '../ids.ts'
import type { Credential } from '../tokens/token.ts'

export const auditEvents = [
  'account.changed',
  'account.created',
  'audit.checkpoint',
  'audit.exported',
  'audit.verified',
  'auth.login.failure',
  'auth.login.redirected',
  'auth.login.success',
  'auth.login.success_after_failures',
  'auth.login.throttled',
  'auth.lockout.start',
  'auth.logout',
  'authz.denied',
  'bootstrap.completed',
  'bootstrap.denied',
  'csrf.blocked',
  'identity.linked',
  'identity.unlinked',
  'input.rejected',
  'key.created',
  'key.rotated',
  'member.added',
  'member.removed',
  'password.changed',
  'password.reset_done',
  'project.created',
  'provider.changed',
  'provider.created',
  'provider.disabled',
  'provider.failed',
  'provider.logout',
  'provider.removed',
  'session.carried',
  'session.revoked',
  'token.agent.replaced',
  'token.agent.shown',
  'token.api.created',
  'token.api.revoked',
  'token.invalid',
  'token.one_time.created',
  'token.one_time.revoked',
  'user.created',
  'user.disabled',
  'user.enabled',
  'user.ended',
  'user.exported',
  'user.role_changed',
  'user.updated',
] as const

export type AuditEvent = (typeof auditEvents)[number]

/** Who did it: a person or a project's agent by id, the command line, the system itself, or nobody known. */
export interface AuditActor {
  readonly kind: 'person' | 'agent' | 'command' | 'system' | 'anonymous'
  readonly id?: number
  /** The token with which they called; nothing can be done with its id. */
  readonly token?: number
}

/** Who acts, and from where when it is by a request. */
export interface Doer extends AuditActor {
  readonly client?: Client
}

/** One fact to be kept. Instants are epoch milliseconds; `count` > 1 stands for that many equal refusals. */
export interface AuditRecord {
  readonly at: Instant
  readonly event: AuditEvent
  readonly outcome: 'success' | 'failure'
  readonly reason?: string
  readonly actor: AuditActor
  readonly target?: {
    readonly kind: 'person' | 'session' | 'token' | 'key' | 'account' | 'project' | 'provider'
    readonly id: number | string
  }
  readonly client?: Client
  readonly count?: number
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

/** Where a row stands among all, by time. */
export interface AuditPlace {
  readonly at: Instant
  readonly chain: string
  readonly seq: number
}

/** A record as it stands in its chain. */
export interface AuditRow {
  readonly chain: string
  readonly seq: number
  readonly at: Instant
  readonly event: string
  /** The record as JSON, exactly as it was sealed. */
  readonly body: string
  readonly mac: string
}

/** The record that was sealed; undefined for a body that none of us wrote. */
export function recordIn({ body }: Pick<AuditRow, 'body'>): (AuditRecord & { readonly node?: string }) | undefined {
  try {
    const record = JSON.parse(body) as Partial<AuditRecord> | null
    const isRecord = typeof record?.at === 'number' && typeof record.event === 'string'
    const isWhole = typeof record?.outcome === 'string' && typeof record.actor?.kind === 'string'
    return isRecord && isWhole ? (record as AuditRecord) : undefined
  } catch {
    return undefined
  }
}

export interface ChainHead {
  readonly chain: string
  readonly seq: number
  readonly mac: string
}

export function byCaller({ person, id: token }: Credential, client: Client): Doer {
  return { kind: 'person', id: person.id, token, client }
}

/** What a record says of who acted. */
export function doneBy({ client, ...actor }: Doer): Pick<AuditRecord, 'actor' | 'client'> {
  return { actor, ...(client === undefined ? {} : { client }) }
}

export const byPerson = (id: PersonId): AuditActor => ({ kind: 'person', id })
export const byCommand: AuditActor = { kind: 'command' }
export const bySystem: AuditActor = { kind: 'system' }
export const byNobody: AuditActor = { kind: 'anonymous' }
