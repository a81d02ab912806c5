// Implements the token port; owns the table `tokens`, together with one-time.ts, which uses up its one-time rows, and
// projects.ts, which makes its agent rows. people.ts and memberships.ts revoke rows of whoever they change.
import type { AuditRecord } from '../../core/audit/audit.ts'
import type {
  AccountId,
  DialectName,
  Instant,
  PersonId,
  ProjectId,
  SessionId,
  TokenHash,
  TokenId,
} from '../../core/ids.ts'
import type { ListedToken, NewToken, OwnedToken, TokenKind } from '../../core/tokens/token.ts'
import type { IssueApiToken, TokenChoice, TokenStore, TokenUse } from '../../core/tokens/token-store.ts'
import { numberOf, optional, optionalNumber, textOf } from './codecs.ts'
import { type Acts, callActs, type Engine, type Row, type Tx, Undo } from './engine.ts'
import { credentialLookUp } from './found-tokens.ts'

const insertTokenRow = `
  insert into tokens (hash, kind, dialect, scope, person_id, project_id, account_id, session_id, parent_id, name, shown,
    epoch, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  on conflict do nothing returning id`
// persons, sessions: primary keys
const selectLiveSession = 'select id from sessions where id = $1 and ended_at is null'
const selectOwner = 'select id from persons where id = $1'
const selectIssuer = "select home_account_id from persons where id = $1 and epoch = $2 and status = 'active'"
// tokens: primary key; a parent revoked at this moment must not leave a child behind
const selectLiveParent =
  'select id from tokens where id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)'
// memberships: primary key
const selectMembership = 'select role from memberships where person_id = $1 and account_id = $2'
// tokens: unique partial index tokens_shown_once (person_id, dialect, shown), for these six
const countApiTokens = `
  select count(*) as live from tokens
  where person_id = $1 and dialect = $2 and kind = 'api' and revoked_at is null
    and (expires_at is null or expires_at > $3)`
const selectApiTokens = `
  select id, person_id, name, shown, created_at, expires_at, used_at from tokens
  where person_id = $1 and dialect = $2 and kind = 'api' and revoked_at is null
  order by created_at desc, id desc`
const selectAllApiTokens = `
  select id, person_id, dialect, scope, name, shown, created_at, expires_at, used_at from tokens
  where person_id = $1 and kind = 'api' and revoked_at is null and id < $2 order by id desc limit $3`
const revokeOtherTokens = `
  update tokens set revoked_at = $3 where person_id = $1 and id <> $2 and kind = 'api' and revoked_at is null
  returning id`
const revokeApiToken = (condition: string): string => `
  update tokens set revoked_at = $3
  where person_id = $1 and dialect = $2 and kind = 'api' and revoked_at is null and ${condition}
  returning id`
const revokeById = revokeApiToken('id = $4')
const revokeByHash = revokeApiToken('hash = $4')
const revokeByShown = revokeApiToken('shown = $4')
// tokens: partial index tokens_live_by_person
const revokeAll = `
  update tokens set revoked_at = $2 where person_id = $1 and kind in ('api', 'one-time') and revoked_at is null
  returning dialect, kind, expires_at`
// tokens: unique partial index tokens_shown_once
const revokeAllApi = `
  update tokens set revoked_at = $3
  where person_id = $1 and dialect = $2 and kind = 'api' and revoked_at is null returning id`
// tokens: partial index tokens_by_parent; sessions: primary key
const mintedBy = `
  with recursive minted (id) as (
    select id from tokens where parent_id = $1
    union all select t.id from tokens t join minted m on t.parent_id = m.id
  )`
const revokeMinted = `${mintedBy}
  update tokens set revoked_at = $2
  where id in (select id from minted) and revoked_at is null and (expires_at is null or expires_at > $2)`
const endMinted = `${mintedBy}
  update sessions set ended_at = $2
  where ended_at is null and ends_at > $2
    and id in (select t.session_id from tokens t join minted m on t.id = m.id where t.session_id is not null)`
// primary keys
const touchToken = 'update tokens set used_at = $2 where id = $1 and coalesce(used_at, 0) < $2'
const touchSession = 'update sessions set seen_at = $2 where id = $1 and seen_at < $2'

/** Whom a new token row belongs to. */
export interface TokenOwner {
  readonly personId: PersonId | undefined
  readonly projectId: ProjectId | undefined
  readonly accountId: AccountId
  readonly sessionId: SessionId | undefined
  readonly parentId: TokenId | undefined
  readonly epoch: number
}

/** Undefined when the hash or the shown characters are taken. */
export async function insertToken(tx: Tx, token: NewToken, owner: TokenOwner): Promise<TokenId | undefined> {
  const [row] = await tx.rows(insertTokenRow, [
    token.hash,
    token.kind,
    token.dialect,
    token.scope,
    optional(owner.personId),
    optional(owner.projectId),
    owner.accountId,
    optional(owner.sessionId),
    optional(owner.parentId),
    token.name,
    token.shown,
    owner.epoch,
    token.createdAt,
    optional(token.expiresAt),
  ])
  return row === undefined ? undefined : (numberOf(row, 'id') as TokenId)
}

/** What mints must be alive in this very transaction: a sign-out answered before it leaves no token behind. */
async function mintsStill(tx: Tx, { sessionId, parentId, token }: IssueApiToken): Promise<boolean> {
  if (sessionId !== undefined && (await tx.rows(selectLiveSession + tx.hold, [sessionId])).length === 0) return false
  return parentId === undefined || isAlive(tx, parentId, token.createdAt)
}

/** Whether the token lives in this very transaction, and goes on to until it ends. */
export async function isAlive(tx: Tx, id: TokenId, at: Instant): Promise<boolean> {
  return (await tx.rows(selectLiveParent + tx.hold, [id, at])).length === 1
}

/** Under the lock on the person, for which a removal from the account waits. */
export async function isMember(tx: Tx, personId: PersonId, accountId: AccountId): Promise<boolean> {
  return (await tx.rows(selectMembership, [personId, accountId])).length === 1
}

/**
 * Ends what a token has brought about: the tokens it minted, theirs in turn, and the sessions they all opened. Two
 * statements, however much there was in its life; what is over by itself is left as it is.
 */
export async function revokeOpenedBy(tx: Tx, id: number, at: Instant): Promise<void> {
  await tx.rows(endMinted, [id, at])
  await tx.rows(revokeMinted, [id, at])
}

/** Ends every API and login token of a person for good, within the commit that raises the epoch; those that lived. */
export async function revokeAllOf(tx: Tx, personId: PersonId, at: Instant) {
  const revoked = await tx.rows(revokeAll, [personId, at])
  return revoked
    .filter((row) => (optionalNumber(row, 'expires_at') ?? Number.POSITIVE_INFINITY) > at)
    .map((row) => ({ dialect: textOf(row, 'dialect') as DialectName, kind: textOf(row, 'kind') as TokenKind }))
}

const tokenActs = {
  async issueApi(tx: Tx, issue: IssueApiToken): Promise<ListedToken | 'shown-taken' | 'over-quota' | 'person-changed'> {
    const { token, personId } = issue
    const [issuer] = await tx.rows(selectIssuer + tx.lock, [personId, issue.epoch])
    if (issuer === undefined) return 'person-changed'
    const accountId = issue.accountId ?? (numberOf(issuer, 'home_account_id') as AccountId)
    if (!(await isMember(tx, personId, accountId)) || !(await mintsStill(tx, issue))) return 'person-changed'
    const replaced = issue.replaces ? await revokeApiTokensOf(tx, issue) : 0
    const [count] = await tx.rows(countApiTokens, [personId, token.dialect, token.createdAt])
    if (count === undefined || numberOf(count, 'live') >= issue.quota) return 'over-quota'
    const { epoch, parentId } = issue
    const owner = { personId, projectId: undefined, accountId, sessionId: undefined, parentId, epoch }
    const id = await insertToken(tx, token, owner)
    if (id === undefined) throw new Undo('shown-taken')
    const told = issue.replaces ? { detail: { ...issue.record.detail, replaced } } : {}
    await tx.record({ ...issue.record, target: { kind: 'token', id }, ...told })
    const { name, shown, createdAt, expiresAt } = token
    return { id, personId, name, shown, createdAt, expiresAt, usedAt: undefined }
  },

  async revoke(tx: Tx, which: TokenChoice, at: Instant, record: AuditRecord): Promise<boolean> {
    const { by } = which
    // One after another with the issuing of the same person: nothing is minted past a revocation under way.
    await tx.rows(selectOwner + tx.lock, [which.personId])
    const [statement, value] =
      'id' in by
        ? ([revokeById, by.id] as const)
        : 'hash' in by
          ? ([revokeByHash, by.hash] as const)
          : ([revokeByShown, by.shown] as const)
    const [row] = await tx.rows(statement, [which.personId, which.dialect, at, value])
    if (row === undefined) return false
    const id = numberOf(row, 'id')
    await revokeOpenedBy(tx, id, at)
    await tx.record({ ...record, target: { kind: 'token', id } })
    return true
  },

  async revokeOthers(
    tx: Tx,
    personId: PersonId,
    except: TokenId | undefined,
    at: Instant,
    record: AuditRecord,
  ): Promise<number> {
    await tx.rows(selectOwner + tx.lock, [personId])
    const revoked = await tx.rows(revokeOtherTokens, [personId, except ?? 0, at])
    for (const row of revoked) await revokeOpenedBy(tx, numberOf(row, 'id'), at)
    if (revoked.length > 0) await tx.record({ ...record, detail: { tokens: revoked.length } })
    return revoked.length
  },

  async touch(tx: Tx, uses: readonly TokenUse[]): Promise<void> {
    // By id, so that two nodes noting the same tokens never wait for each other in a ring.
    for (const use of [...uses].sort((one, two) => one.tokenId - two.tokenId)) {
      await tx.rows(touchToken, [use.tokenId, use.at])
      if (use.sessionId !== undefined) await tx.rows(touchSession, [use.sessionId, use.at])
    }
  },
} satisfies Acts

/** How many there were. */
async function revokeApiTokensOf(tx: Tx, { personId, token }: IssueApiToken): Promise<number> {
  const revoked = await tx.rows(revokeAllApi, [personId, token.dialect, token.createdAt])
  for (const row of revoked) await revokeOpenedBy(tx, numberOf(row, 'id'), token.createdAt)
  return revoked.length
}

export const acts: Acts = tokenActs

export function sqlTokens(engine: Engine): TokenStore {
  return {
    ...callActs(engine, 'tokens', tokenActs),
    find: (hash: TokenHash) => engine.valueByKey(credentialLookUp, hash),
    async list(personId: PersonId, dialect: DialectName) {
      return (await engine.reader.rows(selectApiTokens, [personId, dialect])).map(toListedToken)
    },
    async listAll(personId, { before = Number.MAX_SAFE_INTEGER, limit }) {
      return (await engine.reader.rows(selectAllApiTokens, [personId, before, limit])).map(toOwnedToken)
    },
  } satisfies TokenStore
}

function toListedToken(row: Row): ListedToken {
  return {
    id: numberOf(row, 'id') as TokenId,
    personId: numberOf(row, 'person_id') as PersonId,
    name: textOf(row, 'name'),
    shown: textOf(row, 'shown'),
    createdAt: numberOf(row, 'created_at'),
    expiresAt: optionalNumber(row, 'expires_at'),
    usedAt: optionalNumber(row, 'used_at'),
  }
}

function toOwnedToken(row: Row): OwnedToken {
  return { ...toListedToken(row), dialect: textOf(row, 'dialect') as DialectName, scope: textOf(row, 'scope') }
}
