// The one look-up that lets anybody in: a token by its hash, with the session, the person and the account that decide
// whether it lives. An agent's has no person. It reads and never writes; tokens.ts owns the table.
import type { AccountId, DialectName, PersonId, ProjectId, SessionId, TokenId } from '../../core/ids.ts'
import type { CredentialPerson, CredentialSession, FoundToken, TokenKind } from '../../core/tokens/token.ts'
import { numberOf, optionalNumber, optionalText, textOf } from './codecs.ts'
import type { KeyedLookUp, Row } from './engine.ts'

const credentialColumns = `
  t.hash as key, t.id, t.kind, t.dialect, t.scope, t.created_at, t.expires_at, t.used_at, t.revoked_at, t.epoch, t.project_id,
  s.id as session_id, s.method, s.opened_at, s.seen_at, s.idle, s.ends_at, s.ended_at,
  p.id as person_id, p.uuid as person_uuid, p.username, p.email, p.display_name, p.kind as person_kind,
  p.status, p.is_operator, p.epoch as person_epoch, p.created_at as person_created_at,
  a.id as account_id, a.uuid as account_uuid, a.is_active
  from tokens t
  join accounts a on a.id = t.account_id
  left join persons p on p.id = t.person_id
  left join sessions s on s.id = t.session_id`
// tokens: unique index on hash; the joins by primary key
export const credentialLookUp: KeyedLookUp<FoundToken> = {
  one: `select ${credentialColumns} where t.hash = $1`,
  many: `select ${credentialColumns} where t.hash = any($1)`,
  toValue: toFoundToken,
}

function toFoundToken(row: Row): FoundToken {
  return {
    id: numberOf(row, 'id') as TokenId,
    kind: textOf(row, 'kind') as TokenKind,
    dialect: textOf(row, 'dialect') as DialectName,
    scope: textOf(row, 'scope'),
    createdAt: numberOf(row, 'created_at'),
    expiresAt: optionalNumber(row, 'expires_at'),
    usedAt: optionalNumber(row, 'used_at'),
    revokedAt: optionalNumber(row, 'revoked_at'),
    epoch: numberOf(row, 'epoch'),
    session: toCredentialSession(row),
    person: toCredentialPerson(row),
    projectId: optionalNumber(row, 'project_id') as ProjectId | undefined,
    account: {
      id: numberOf(row, 'account_id') as AccountId,
      uuid: textOf(row, 'account_uuid'),
      isActive: row['is_active'] === 1,
    },
  }
}

function toCredentialPerson(row: Row): CredentialPerson | undefined {
  if (row['person_id'] === null) return undefined
  return {
    id: numberOf(row, 'person_id') as PersonId,
    uuid: textOf(row, 'person_uuid'),
    username: textOf(row, 'username'),
    email: optionalText(row, 'email'),
    displayName: textOf(row, 'display_name'),
    kind: row['person_kind'] === 'machine' ? 'machine' : 'human',
    isActive: row['status'] === 'active',
    isOperator: row['is_operator'] === 1,
    epoch: numberOf(row, 'person_epoch'),
    createdAt: numberOf(row, 'person_created_at'),
  }
}

function toCredentialSession(row: Row): CredentialSession | undefined {
  if (row['session_id'] === null) return undefined
  return {
    id: numberOf(row, 'session_id') as SessionId,
    method: textOf(row, 'method'),
    openedAt: numberOf(row, 'opened_at'),
    seenAt: numberOf(row, 'seen_at'),
    idle: optionalNumber(row, 'idle'),
    endsAt: numberOf(row, 'ends_at'),
    endedAt: optionalNumber(row, 'ended_at'),
  }
}
