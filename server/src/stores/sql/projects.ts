// Implements the project port; owns `projects`, and the rows of `tokens` whose kind is agent.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { AccountId, DialectName, Instant, ProjectId, TokenHash } from '../../core/ids.ts'
import type { KeptAgentToken, NewProject, Project } from '../../core/projects/project.ts'
import type { KeptProject, ProjectStore } from '../../core/projects/project-store.ts'
import { numberOf, optionalText, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx } from './engine.ts'
import { revokeOpenedBy } from './tokens.ts'

const projectColumns = 'p.id, p.uuid, p.account_id, p.name, p.created_at'
// accounts: primary key; projects of one account are added one after another, so that the quota holds
const lockAccount = 'select id from accounts where id = $1'
// projects: unique index on (account_id, name), for these four
const countProjects = 'select count(*) as projects from projects where account_id = $1'
const insertProject = `
  insert into projects (uuid, account_id, name, created_at) values ($1, $2, $3, $4)
  on conflict do nothing returning id`
const selectProject = `select ${projectColumns} from projects p where p.account_id = $1 and p.name = $2`
// projects: unique index on uuid
const selectByUuid = `select ${projectColumns} from projects p where p.account_id = $1 and p.uuid = $2`
// tokens: unique partial index tokens_one_agent
const selectProjects = `
  select ${projectColumns}, t.hash, t.dialect, t.sealed from projects p
  left join tokens t on t.project_id = p.id and t.kind = 'agent' and t.revoked_at is null
  where p.account_id = $1 and p.id > $2 order by p.id limit $3`
const insertAgentToken = `
  insert into tokens (hash, kind, dialect, scope, project_id, account_id, epoch, created_at, sealed)
  select $1, 'agent', $5, 'agent', p.id, p.account_id, 0, $3, $4 from projects p where p.id = $2`
const revokeAgentToken = `
  update tokens set revoked_at = $2 where project_id = $1 and kind = 'agent' and revoked_at is null returning id`
// projects: primary key
const lockProject = 'select id from projects where id = $1'

async function putToken(tx: Tx, id: ProjectId, token: KeptAgentToken, at: Instant): Promise<void> {
  await tx.rows(insertAgentToken, [token.hash, id, at, token.sealed, token.dialect])
}

const projectActs = {
  async create(
    tx: Tx,
    project: NewProject,
    token: KeptAgentToken,
    { quota }: { readonly quota: number },
    record: AuditRecord,
  ): Promise<Project | 'name-taken' | 'over-quota'> {
    const { uuid, accountId, name, createdAt } = project
    await tx.rows(lockAccount + tx.lock, [accountId])
    const [count] = await tx.rows(countProjects, [accountId])
    if (count === undefined || numberOf(count, 'projects') >= quota) return 'over-quota'
    const [row] = await tx.rows(insertProject, [uuid, accountId, name, createdAt])
    if (row === undefined) return 'name-taken'
    const id = numberOf(row, 'id') as ProjectId
    await putToken(tx, id, token, createdAt)
    await tx.record({ ...record, target: { kind: 'project', id } })
    return { id, ...project }
  },

  async replaceToken(tx: Tx, id: ProjectId, token: KeptAgentToken, at: Instant, record: AuditRecord): Promise<void> {
    await tx.rows(lockProject + tx.lock, [id])
    for (const old of await tx.rows(revokeAgentToken, [id, at])) await revokeOpenedBy(tx, numberOf(old, 'id'), at)
    await putToken(tx, id, token, at)
    await tx.record(record)
  },
} satisfies Acts

export const acts: Acts = projectActs

export function sqlProjects(engine: Engine): ProjectStore {
  const { reader } = engine
  return {
    ...callActs(engine, 'projects', projectActs),
    async find(accountId, which) {
      const [row] =
        'uuid' in which
          ? await reader.rows(selectByUuid, [accountId, which.uuid])
          : await reader.rows(selectProject, [accountId, which.name])
      return row === undefined ? undefined : toProject(row)
    },
    async list(accountId, after, limit) {
      return (await reader.rows(selectProjects, [accountId, after, limit])).map(toKeptProject)
    },
  } satisfies ProjectStore
}

function toProject(row: Row): Project {
  return {
    id: numberOf(row, 'id') as ProjectId,
    uuid: textOf(row, 'uuid'),
    accountId: numberOf(row, 'account_id') as AccountId,
    name: textOf(row, 'name'),
    createdAt: numberOf(row, 'created_at'),
  }
}

function toKeptProject(row: Row): KeptProject {
  const sealed = optionalText(row, 'sealed')
  if (sealed === undefined) return { ...toProject(row), token: undefined }
  const token = { hash: textOf(row, 'hash') as TokenHash, dialect: textOf(row, 'dialect') as DialectName, sealed }
  return { ...toProject(row), token }
}
