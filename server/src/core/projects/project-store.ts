// The port of the projects room. Every write is one commit together with its audit row.
import type { AuditRecord } from '../audit/audit.ts'
import type { AccountId, Instant, ProjectId } from '../ids.ts'
import type { KeptAgentToken, NewProject, Project } from './project.ts'

export interface KeptProject extends Project {
  /** Undefined when it was revoked and not replaced. */
  readonly token: KeptAgentToken | undefined
}

export interface ProjectStore {
  /** The project with its agent token. Of N parallel creations of one name in an account exactly one wins. */
  create(
    project: NewProject,
    token: KeptAgentToken,
    limits: { readonly quota: number },
    record: AuditRecord,
  ): Promise<Project | 'name-taken' | 'over-quota'>
  find(accountId: AccountId, which: { readonly name: string } | { readonly uuid: string }): Promise<Project | undefined>
  /** By id, ascending; `after` is exclusive. */
  list(accountId: AccountId, after: number, limit: number): Promise<readonly KeptProject[]>
  /** Revokes the agent token, ends the sessions it opened, and puts the next one in its place. */
  replaceToken(id: ProjectId, token: KeptAgentToken, at: Instant, record: AuditRecord): Promise<void>
}
