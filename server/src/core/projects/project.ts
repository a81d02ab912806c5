// Projects: what an account installs agents for. Values; the token is in clear only on its way out.
import type { Secret } from '../../lib/secret.ts'
import type { AccountId, DialectName, Instant, ProjectId, TokenHash } from '../ids.ts'

/** The one dialect whose clients install agents. */
export const agentDialect: DialectName = 'cloudendure'

export interface Project {
  readonly id: ProjectId
  readonly uuid: string
  readonly accountId: AccountId
  readonly name: string
  readonly createdAt: Instant
}

/** A project with its agent token, as far as the one who asks may read it. */
export interface ShownProject extends Project {
  readonly agentToken: Secret | undefined
  /** There is one, and what is kept of it was altered: it can be replaced, and read no more. */
  readonly isTokenUnreadable?: true
}

export interface NewProject {
  readonly uuid: string
  readonly accountId: AccountId
  readonly name: string
  readonly createdAt: Instant
}

/** A project's agent token as it is kept: to be found by hash, and to be read again under the master key. */
export interface KeptAgentToken {
  readonly hash: TokenHash
  readonly dialect: DialectName
  readonly sealed: string
}
