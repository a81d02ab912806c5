// Core values in the words of our own API.
import type { Membership } from '../../core/accounts/membership.ts'
import type { Instant } from '../../core/ids.ts'
import type { Person } from '../../core/people/person.ts'
import type { ListedSession } from '../../core/sessions/session.ts'
import type { Credential, FoundToken, OwnedToken } from '../../core/tokens/token.ts'

export function presentInstant(instant: Instant): string {
  return new Date(instant).toISOString()
}

type Shown = Pick<Person, 'id' | 'uuid' | 'kind' | 'username' | 'email' | 'displayName' | 'isOperator' | 'createdAt'>

export function presentPerson({ id, uuid, kind, username, email, displayName, isOperator, createdAt }: Shown) {
  const address = email === undefined ? {} : { email }
  return {
    id: uuid,
    number: id,
    kind,
    username,
    ...address,
    displayName,
    isOperator,
    createdAt: presentInstant(createdAt),
  }
}

export function presentActing({ account, role }: Membership) {
  const { uuid, identifier, name } = account
  return { id: uuid, identifier, name, role }
}

export function presentSession(session: ListedSession, caller: Credential) {
  const { id, dialect, method, openedAt, seenAt, endsAt, address, agent } = session
  const instants = {
    openedAt: presentInstant(openedAt),
    seenAt: presentInstant(seenAt),
    endsAt: presentInstant(endsAt),
  }
  return { id, dialect, method, ...instants, address, agent, isPresent: caller.session?.id === id }
}

export function presentToken(token: OwnedToken & { readonly isExpired: boolean }) {
  const { id, dialect, name, scope, shown, createdAt, expiresAt, usedAt, isExpired } = token
  return {
    id,
    dialect,
    name,
    scope,
    shown,
    createdAt: presentInstant(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: presentInstant(expiresAt) }),
    ...(usedAt === undefined ? {} : { usedAt: presentInstant(usedAt) }),
    isExpired,
  }
}

const seconds = (instant: Instant): number => Math.floor(instant / 1000)

/** RFC 7662 §2.2. `undefined` is every token that is not good, and nothing is told of why. */
export function presentIntrospection(token: FoundToken | undefined, issuer: string) {
  if (token === undefined) return { active: false }
  const { person, session, dialect, kind, scope, account } = token
  const ends = [token.expiresAt, session?.endsAt, idleEnd(token)].filter((end) => end !== undefined)
  return {
    active: true,
    scope,
    client_id: dialect,
    ...(person === undefined ? {} : { username: person.username, sub: person.uuid }),
    token_type: kind === 'cookie' ? 'Cookie' : 'Bearer',
    ...(ends.length === 0 ? {} : { exp: seconds(Math.min(...ends)) }),
    iat: seconds(token.createdAt),
    aud: dialect,
    iss: issuer,
    account: account.uuid,
    kind,
  }
}

function idleEnd({ session }: FoundToken): Instant | undefined {
  return session?.idle === undefined ? undefined : session.seenAt + session.idle
}
