// What the contract suites hand to the stores: people, tokens, openings and audit records with every field
// filled in, each with its own unique bytes, so that a test states only what it is about.
import { createHash, randomUUID } from 'node:crypto'
import type { AuditEvent, AuditRecord } from '../../src/core/audit/audit.ts'
import type { DialectName, PersonId, TokenHash, TokenId } from '../../src/core/ids.ts'
import type { NewPerson, Person } from '../../src/core/people/person.ts'
import type { SessionOpening } from '../../src/core/sessions/session-store.ts'
import type { Store } from '../../src/core/store.ts'
import type { ThrottleClaim } from '../../src/core/throttle/throttle.ts'
import type { ListedToken, NewToken, TokenKind } from '../../src/core/tokens/token.ts'
import type { IssueApiToken } from '../../src/core/tokens/token-store.ts'

/** 2026-11-22, the instant at which every test database was prepared. */
export const firstInstant = 1_795_305_600_000
export const now = firstInstant + 60_000
export const minute = 60_000
export const hour = 60 * minute

let counted = 0

/** A word nobody has used yet in this process. */
export function fresh(word: string): string {
  counted += 1
  return `${word}-${counted}`
}

export function hashOf(text: string): TokenHash {
  return createHash('sha256').update(text).digest('base64url') as TokenHash
}

export function recordOf(event: AuditEvent, more: Partial<AuditRecord> = {}): AuditRecord {
  return { at: now, event, outcome: 'success', actor: { kind: 'system' }, ...more }
}

export function newPerson(username: string, more: Partial<NewPerson> = {}): NewPerson {
  return {
    uuid: randomUUID(),
    kind: 'human',
    username,
    email: undefined,
    displayName: username,
    isOperator: false,
    createdAt: now,
    names: [username],
    password: { encoded: `$argon2id$of-${username}`, scheme: 'argon2id' },
    ...more,
  }
}

/** A person of the store, made for this test. */
export async function settle(store: Store, more: Partial<NewPerson> = {}): Promise<Person> {
  const made = await store.people.create(newPerson(fresh('person'), more), recordOf('user.created'))
  if (made === 'name-taken') throw new Error('a fresh name was taken')
  return made
}

export function newToken(kind: TokenKind, more: Partial<NewToken> = {}): NewToken {
  const secret = fresh(kind)
  return {
    hash: hashOf(secret),
    kind,
    dialect: 'semaphore',
    scope: 'default',
    name: secret,
    shown: kind === 'api' ? hashOf(secret).slice(0, 8) : '',
    createdAt: now,
    expiresAt: kind === 'api' ? undefined : now + 8 * hour,
    ...more,
  }
}

export function opening(person: Person, more: Partial<SessionOpening> = {}): SessionOpening {
  return {
    session: {
      personId: person.id,
      projectId: undefined,
      accountId: person.homeAccountId,
      dialect: 'semaphore',
      method: 'password',
      openedAt: now,
      idle: hour,
      endsAt: now + 8 * hour,
      address: '192.0.2.7',
      agent: 'contract',
    },
    tokens: [newToken('cookie')],
    proof: { epoch: person.epoch, passwordVersion: 1 },
    claim: undefined,
    consumes: undefined,
    parentId: undefined,
    replaces: [],
    record: recordOf('auth.login.success', { actor: { kind: 'person', id: person.id } }),
    ...more,
  }
}

/** A session of the person, by the hash of its one cookie. */
export async function signIn(store: Store, person: Person, more: Partial<SessionOpening> = {}) {
  const cookie = newToken('cookie')
  const id = await store.sessions.open(opening(person, { tokens: [cookie], ...more }))
  if (id === undefined) throw new Error('the session did not open')
  return { id, hash: cookie.hash }
}

export function issuing(person: Person, more: Partial<IssueApiToken> = {}): IssueApiToken {
  return {
    token: newToken('api'),
    personId: person.id,
    accountId: undefined,
    epoch: person.epoch,
    sessionId: undefined,
    parentId: undefined,
    quota: 200,
    replaces: false,
    record: recordOf('token.api.created', { actor: { kind: 'person', id: person.id } }),
    ...more,
  }
}

/** An API token of the person, as listed and by its hash. */
export async function issueApi(store: Store, person: Person, more: Partial<NewToken> = {}, parentId?: TokenId) {
  const token = newToken('api', more)
  const issued = await store.tokens.issueApi(issuing(person, { token, parentId }))
  if (typeof issued === 'string') throw new Error(`no API token: ${issued}`)
  return { ...issued, hash: token.hash } satisfies ListedToken & { hash: TokenHash }
}

export async function issueOneTime(store: Store, personId: PersonId | undefined, expiresAt = now + hour) {
  const hash = hashOf(fresh('one-time'))
  const scope = personId === undefined ? ('setup' as const) : ('login' as const)
  const dialect: DialectName = 'cloudendure'
  await store.oneTimes.issue({ hash, scope, dialect, personId, createdAt: now, expiresAt, record: undefined })
  return hash
}

/** Keys of one name, tried from one network. */
export function claimOf(name: string, network = '192.0.2.0/24', isKnown = true): ThrottleClaim {
  return { nameKey: `n:${name}`, networkKey: `w:${network}`, pairKey: `p:${name}:${network}`, isKnown }
}

/** The same call `times` over, all at once. */
export function atOnce<Answer>(times: number, call: (index: number) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => call(index)))
}

/** How often each answer came. */
export function tally(answers: readonly unknown[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const answer of answers) counts[String(answer)] = (counts[String(answer)] ?? 0) + 1
  return counts
}
