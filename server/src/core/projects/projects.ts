// The projects room: projects of an account and their agent installation tokens. The agent token is the one secret
// that can be read again, since installers are told it by whoever looks at the project; so it is kept both as a hash
// and sealed under the master key, and every time it is shown is recorded before it is.
import { type Account, parseShownName } from '../accounts/account.ts'
import type { Membership } from '../accounts/membership.ts'
import { type AuditRecord, byCaller, type Doer, doneBy } from '../audit/audit.ts'
import type { Audits } from '../audit/audits.ts'
import type { Client } from '../client.ts'
import type { Clock, Randomness } from '../needs.ts'
import { Refusal } from '../refusal.ts'
import { hasScope } from '../tokens/scope.ts'
import type { Credential } from '../tokens/token.ts'
import type { AgentTokens } from './agent-tokens.ts'
import type { Project, ShownProject } from './project.ts'
import type { KeptProject, ProjectStore } from './project-store.ts'

/** Projects of one account: a list is answered whole. */
const projectQuota = 1000
const wholeList: ListPage = { after: 0, limit: projectQuota }

/** By id, ascending; `after` is exclusive. */
export interface ListPage {
  readonly after: number
  readonly limit: number
}

export interface ProjectNeeds {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly agentTokens: AgentTokens
  readonly store: ProjectStore
  readonly audits: Audits
}

export interface Projects {
  /** The project with its agent token in clear. @throws Refusal `field-invalid`, `conflict` (name taken, quota). */
  create(account: Account, name: string, doer: Doer): Promise<ShownProject>
  /** Without tokens. */
  list(account: Account): Promise<readonly Project[]>
  /**
   * As the caller may see them, by id: read-only members, and credentials of a narrower scope, get no tokens. What is
   * shown is in the audit trail first.
   */
  show(caller: Credential, membership: Membership, client: Client, page?: ListPage): Promise<readonly ShownProject[]>
  /** A new agent token; the old one and what it opened are dead at once. @throws Refusal `not-found`. */
  replaceToken(account: Account, which: string | { readonly uuid: string }, doer: Doer): Promise<ShownProject>
}

export function createProjects(needs: ProjectNeeds): Projects {
  const { clock, randomness, agentTokens, store } = needs
  return {
    async create(account, name, doer) {
      const { secret, kept } = agentTokens.make()
      const createdAt = clock.now()
      const project = { uuid: randomness.uuid(), accountId: account.id, name: parseShownName(name), createdAt }
      const record: AuditRecord = { at: createdAt, event: 'project.created', outcome: 'success', ...doneBy(doer) }
      const created = await store.create(project, kept, { quota: projectQuota }, record)
      if (created === 'name-taken') throw conflict(account, `a project "${project.name}"`)
      if (created === 'over-quota') throw conflict(account, `${projectQuota} projects`)
      return { ...created, agentToken: secret }
    },
    async replaceToken(account, which, doer) {
      const project = await store.find(
        account.id,
        typeof which === 'string' ? { name: which.normalize('NFC').trim() } : which,
      )
      if (project === undefined) {
        const named = typeof which === 'string' ? which : which.uuid
        throw new Refusal('not-found', { hint: `"${account.identifier}" has no project "${named}".` })
      }
      const { secret, kept } = agentTokens.make()
      const at = clock.now()
      const target = { kind: 'project', id: project.id } as const
      await store.replaceToken(project.id, kept, at, {
        at,
        event: 'token.agent.replaced',
        outcome: 'success',
        ...doneBy(doer),
        target,
      })
      return { ...project, agentToken: secret }
    },
    ...showing(needs),
  }
}

/** Looking at them, with their tokens and without. */
function showing({ clock, agentTokens, store, audits }: ProjectNeeds): Pick<Projects, 'list' | 'show'> {
  function open({ token, ...project }: KeptProject): ShownProject {
    if (token === undefined) return { ...project, agentToken: undefined }
    const agentToken = agentTokens.open(token)
    return { ...project, agentToken, ...(agentToken === undefined ? { isTokenUnreadable: true } : {}) }
  }

  /** One row that was altered hides no other, and whoever looks leaves a trace of it. */
  async function recordShown(shown: readonly ShownProject[], account: Pick<Account, 'id'>, doer: Doer): Promise<void> {
    const projects = shown.filter(({ agentToken }) => agentToken !== undefined).length
    const unreadable = shown.filter(({ isTokenUnreadable }) => isTokenUnreadable).length
    if (projects + unreadable === 0) return
    await audits.record({
      at: clock.now(),
      event: 'token.agent.shown',
      ...(projects > 0 ? { outcome: 'success' } : { outcome: 'failure', reason: 'what is kept was altered' }),
      ...doneBy(doer),
      target: { kind: 'account', id: account.id },
      detail: { projects, ...(unreadable > 0 ? { unreadable } : {}) },
    })
  }

  return {
    async list({ id }) {
      const kept = await store.list(id, 0, projectQuota)
      return kept.map(({ token: _, ...project }) => project)
    },
    async show(caller, { account, role }, client, { after, limit } = wholeList) {
      const kept = await store.list(account.id, after, limit)
      if (role === 'read-only' || !hasScope(caller.scope, 'default'))
        return kept.map(({ token: _, ...project }) => ({ ...project, agentToken: undefined }))
      const shown = kept.map(open)
      await recordShown(shown, account, byCaller(caller, client))
      return shown
    },
  }
}

function conflict({ identifier }: Account, what: string): Refusal {
  return new Refusal('conflict', { hint: `"${identifier}" has ${what} already.` })
}
