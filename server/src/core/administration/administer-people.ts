// People as operators administer them: every method asks the right first, then for the operator's presence where the
// act gives somebody power (ASVS 7.5.1, 7.5.3), and then calls the room that does it.
import type { Secret } from '../../lib/secret.ts'
import { byCaller } from '../audit/audit.ts'
import type { Client } from '../client.ts'
import type { DialectName, Instant, SessionId, TokenId } from '../ids.ts'
import type { NewestPage } from '../newest-page.ts'
import type { OneTimes } from '../one-time/one-times.ts'
import type { People } from '../people/people.ts'
import type { EndedEverything, Person } from '../people/person.ts'
import type { PersonWish } from '../people/prepare-person.ts'
import type { ProfileChange, Profiles } from '../people/profiles.ts'
import { Refusal } from '../refusal.ts'
import type { Rights } from '../rights/rights.ts'
import type { ListedSession } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { ApiTokenWish, IssuedToken } from '../tokens/issue-api.ts'
import { parseScope } from '../tokens/scope.ts'
import type { Credential, OwnedToken } from '../tokens/token.ts'
import type { Tokens } from '../tokens/tokens.ts'

export interface AdministerPeopleNeeds {
  readonly rights: Rights
  readonly people: People
  readonly profiles: Profiles
  readonly sessions: Pick<Sessions, 'list' | 'endOne'>
  readonly tokens: Pick<Tokens, 'listAll' | 'findOwned' | 'issueApiFor' | 'revokeFor'>
  readonly oneTimes: Pick<OneTimes, 'issueLogin' | 'listLogin' | 'revokeLogin'>
  /** @throws Refusal `not-allowed` when the caller did not sign in a moment ago. */
  readonly confirmPresence: (by: Credential, client: Client) => Promise<void>
}

/** One kind of change at a time, so that each has an audit row that says what it was. */
export type PersonChange =
  | ({ readonly kind: 'profile' } & ProfileChange)
  | { readonly kind: 'status'; readonly status: 'active' | 'disabled' }
  | { readonly kind: 'operator'; readonly isOperator: boolean }

/** Every method: @throws Refusal `not-allowed` (no operator, another operator, no recent sign-in), `not-found`. */
export interface AdministerPeople {
  list(by: Credential, after: number, limit: number): Promise<readonly Person[]>
  /** Whoever answers to a name or e-mail address, in any spelling. */
  named(by: Credential, name: string): Promise<Person | undefined>
  get(by: Credential, uuid: string): Promise<Person>
  /** @throws Refusal `conflict`, `field-invalid`, `password-refused`. */
  create(by: Credential, wish: PersonWish, client: Client): Promise<Person>
  /** Nobody disables themselves or takes their own operator flag. @throws Refusal `conflict`, `field-invalid`. */
  change(by: Credential, uuid: string, change: PersonChange, client: Client): Promise<Person>
  /** Somebody else's; one's own is changed by showing it. @throws Refusal `password-refused`. */
  setPassword(by: Credential, uuid: string, password: Secret, client: Client): Promise<void>
  endEverything(by: Credential, uuid: string, client: Client): Promise<EndedEverything>
  sessions(by: Credential, uuid: string, page: NewestPage): Promise<readonly ListedSession[]>
  endSession(by: Credential, uuid: string, id: SessionId, client: Client): Promise<void>
  tokens(
    by: Credential,
    uuid: string,
    page: NewestPage,
  ): Promise<readonly (OwnedToken & { readonly isExpired: boolean })[]>
  /** @throws Refusal `conflict` (quota, not active), `field-invalid`. */
  issueToken(
    by: Credential,
    uuid: string,
    wish: ApiTokenWish & { readonly dialect: DialectName },
    client: Client,
  ): Promise<IssuedToken>
  revokeToken(by: Credential, uuid: string, id: TokenId, client: Client): Promise<void>
  /** @throws Refusal `conflict` (not active). */
  issueLogin(
    by: Credential,
    uuid: string,
    dialect: DialectName,
    client: Client,
  ): Promise<{ readonly secret: Secret; readonly expiresAt: Instant }>
  /** Those that still work. */
  logins(by: Credential, uuid: string): ReturnType<OneTimes['listLogin']>
  revokeLogin(by: Credential, uuid: string, id: TokenId, client: Client): Promise<void>
}

export function createAdministerPeople(needs: AdministerPeopleNeeds): AdministerPeople {
  return { ...administerPersons(needs), ...administerCredentials(needs) }
}

type Credentials =
  | 'sessions'
  | 'endSession'
  | 'tokens'
  | 'issueToken'
  | 'revokeToken'
  | 'issueLogin'
  | 'logins'
  | 'revokeLogin'

function administerPersons(needs: AdministerPeopleNeeds): Omit<AdministerPeople, Credentials> {
  const { rights, people, confirmPresence } = needs
  return {
    async list(by, after, limit) {
      rights.requireOperator(by)
      return people.list(after, limit)
    },
    async named(by, name) {
      rights.requireOperator(by)
      return (await people.findIdentity(name))?.person
    },
    get: (by, uuid) => rights.person(by, uuid),
    async create(by, wish, client) {
      rights.requireOperator(by)
      if (wish.password !== undefined || wish.isOperator === true) await confirmPresence(by, client)
      return people.create(wish, byCaller(by, client))
    },
    change: (by, uuid, change, client) => changePerson(needs, by, uuid, change, client),
    async setPassword(by, uuid, password, client) {
      const person = await rights.personToChange(by, uuid)
      refuseSelf(by, person, 'Your own password is changed by showing the present one.')
      await confirmPresence(by, client)
      await people.resetPassword(person.username, password, byCaller(by, client))
    },
    async endEverything(by, uuid, client) {
      const person = await rights.personToChange(by, uuid)
      return (await people.endEverything(person.username, byCaller(by, client))).ended
    },
  }
}

/** What acts for them. */
function administerCredentials(needs: AdministerPeopleNeeds): Pick<AdministerPeople, Credentials> {
  const { rights, sessions, tokens, oneTimes, confirmPresence } = needs
  return {
    async sessions(by, uuid, page) {
      return sessions.list((await rights.personToChange(by, uuid)).id, page)
    },
    async endSession(by, uuid, id, client) {
      const person = await rights.personToChange(by, uuid)
      if (await sessions.endOne(by, person.id, id, client)) return
      throw new Refusal('not-found', { hint: 'They have no such live session.' })
    },
    async tokens(by, uuid, page) {
      return tokens.listAll((await rights.personToChange(by, uuid)).id, page)
    },
    async issueToken(by, uuid, { dialect, ...wish }, client) {
      const person = await rights.personToChange(by, uuid)
      await confirmPresence(by, client)
      const scope = parseScope(wish.scope ?? 'default', by)
      return tokens.issueApiFor(person, dialect, { ...wish, scope }, byCaller(by, client))
    },
    async revokeToken(by, uuid, id, client) {
      const person = await rights.personToChange(by, uuid)
      const token = await tokens.findOwned(person.id, id)
      const isRevoked =
        token !== undefined && (await tokens.revokeFor(person.id, token.dialect, id, byCaller(by, client)))
      if (!isRevoked) throw new Refusal('not-found', { hint: 'They have no such API token.' })
    },
    async issueLogin(by, uuid, dialect, client) {
      const person = await rights.personToChange(by, uuid)
      await confirmPresence(by, client)
      if (person.status !== 'active') throw new Refusal('conflict', { hint: 'They are disabled; enable them first.' })
      return oneTimes.issueLogin(person, dialect, byCaller(by, client))
    },
    async logins(by, uuid) {
      return oneTimes.listLogin((await rights.personToChange(by, uuid)).id)
    },
    async revokeLogin(by, uuid, id, client) {
      const person = await rights.personToChange(by, uuid)
      if (await oneTimes.revokeLogin(person.id, id, byCaller(by, client))) return
      throw new Refusal('not-found', { hint: 'They have no such login token that still works.' })
    },
  }
}

async function changePerson(
  { rights, people, profiles, confirmPresence }: AdministerPeopleNeeds,
  by: Credential,
  uuid: string,
  change: PersonChange,
  client: Client,
): Promise<Person> {
  const doer = byCaller(by, client)
  switch (change.kind) {
    case 'profile': {
      const person = await rights.personToChange(by, uuid)
      if (change.email !== undefined) await confirmPresence(by, client)
      return profiles.change(person, change, doer)
    }
    case 'status': {
      const person = await rights.personToChange(by, uuid)
      refuseSelf(by, person, 'Nobody disables themselves.')
      return change.status === 'disabled' ? people.disable(person.username, doer) : people.enable(person.username, doer)
    }
    case 'operator': {
      // The one thing that operators do to one another: else nobody could ever be stopped from being one.
      const person = await rights.person(by, uuid)
      refuseSelf(by, person, 'Nobody changes this about themselves.')
      await confirmPresence(by, client)
      return profiles.changeOperator(person, change.isOperator, doer)
    }
  }
}

/** Attack P12. */
function refuseSelf(by: Credential, { id }: Person, hint: string): void {
  if (by.person.id === id) throw new Refusal('not-allowed', { hint })
}
