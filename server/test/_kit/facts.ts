// What the contract suites hand to the stores: people, tokens, openings and audit records with every field
// filled in, each with its own unique bytes, so that a test states only what it is about.
import { createHash, randomUUID } from 'node:crypto'
import type { Account, NewAccount } from '../../src/core/accounts/account.ts'
import type { NewMember } from '../../src/core/accounts/membership.ts'
import type { AuditEvent, AuditRecord } from '../../src/core/audit/audit.ts'
import type { AccountId, DialectName, PersonId, TokenHash, TokenId } from '../../src/core/ids.ts'
import type { NewPerson, Person } from '../../src/core/people/person.ts'
import type { KeptAgentToken, NewProject, Project } from '../../src/core/projects/project.ts'
import type { NewSession } from '../../src/core/sessions/session.ts'
import type { SessionOpening } from '../../src/core/sessions/session-store.ts'
import type { Store } from '../../src/core/store.ts'
import type { ThrottleClaim } from '../../src/core/throttle/throttle.ts'
import { deadBecause, type ListedToken, type NewToken, type TokenKind } from '../../src/core/tokens/token.ts'
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

export function newAccount(identifier: string, more: Partial<NewAccount> = {}): NewAccount {
  return {
    uuid: randomUUID(),
    identifier,
    name: `Name of ${identifier}`,
    licence: 'active',
    region: undefined,
    quota: undefined,
    createdAt: now,
    ...more,
  }
}

/** An account of the store, made for this test. */
export async function addAccount(store: Store, more: Partial<NewAccount> = {}): Promise<Account> {
  const made = await store.accounts.create(newAccount(fresh('acme'), more), recordOf('account.created'))
  if (made === 'identifier-taken') throw new Error('a fresh identifier was taken')
  return made
}

export async function join(store: Store, person: Person, account: Account, more: Partial<NewMember> = {}) {
  const member = { personId: person.id, accountId: account.id, role: 'member', becomesHome: false } as const
  const wish = { ...member, sparesOwner: false, ...more }
  if ((await store.memberships.join(wish, recordOf('member.added'))) !== 'joined') throw new Error('nobody joined')
}

export function newAgentToken(more: Partial<KeptAgentToken> = {}): KeptAgentToken {
  const secret = fresh('agent')
  return { hash: hashOf(secret), dialect: 'cloudendure', sealed: `sealed ${secret}`, ...more }
}

export function newProject(accountId: AccountId, name = fresh('project')): NewProject {
  return { uuid: randomUUID(), accountId, name, createdAt: now }
}

/** A project of the account, with the hash and id of its agent token. */
export async function addProject(store: Store, account: Pick<Account, 'id'>) {
  const kept = newAgentToken()
  const wish = newProject(account.id)
  const project = await store.projects.create(wish, kept, { quota: 1000 }, recordOf('project.created'))
  if (typeof project === 'string') throw new Error(`no project: ${project}`)
  const found = await store.tokens.find(kept.hash)
  if (found === undefined) throw new Error('the agent token is not found')
  return { project, kept, tokenId: found.id }
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
      identity: undefined,
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

/** What a person proves with a token instead of a password, in an account. */
export function openingIn(
  person: Person,
  { id: accountId }: Pick<Account, 'id'>,
  more: Partial<SessionOpening> = {},
): SessionOpening {
  const plain = opening(person)
  const proof = { epoch: person.epoch, passwordVersion: undefined }
  return { ...plain, session: { ...plain.session, accountId }, proof, ...more }
}

/** An agent's session: a project's and nobody's. */
export function openingOfAgent(
  { id: projectId, accountId }: Project,
  parentId: TokenId | undefined,
  more: Partial<SessionOpening> = {},
): SessionOpening {
  const session: NewSession = {
    personId: undefined,
    projectId,
    accountId,
    dialect: 'cloudendure',
    method: 'agent',
    identity: undefined,
    openedAt: now,
    idle: hour,
    endsAt: now + 8 * hour,
    address: '192.0.2.8',
    agent: 'contract agent',
  }
  return {
    session,
    tokens: [newToken('cookie', { dialect: 'cloudendure', scope: 'agent' })],
    proof: { epoch: 0, passwordVersion: undefined },
    claim: undefined,
    consumes: undefined,
    parentId,
    replaces: [],
    record: recordOf('auth.login.success', { actor: { kind: 'agent', id: projectId } }),
    ...more,
  }
}

/** The hash of an opening's first token. */
export function firstHash({ tokens }: SessionOpening): TokenHash {
  const [first] = tokens
  if (first === undefined) throw new Error('the opening has no token')
  return first.hash
}

/** Whether the token would let anybody in. */
export async function isAlive(store: Store, hash: TokenHash, at = now + 1): Promise<boolean> {
  const found = await store.tokens.find(hash)
  return found !== undefined && deadBecause(found, at) === undefined
}

/** Those among the tokens that would let somebody in, in their order. */
export async function livingOf(store: Store, hashes: readonly TokenHash[]): Promise<readonly TokenHash[]> {
  const alive = await Promise.all(hashes.map((hash) => isAlive(store, hash)))
  return hashes.filter((_, index) => alive[index])
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
