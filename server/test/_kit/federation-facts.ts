// What contract suites hand to the stores of federation: providers, identities and the sessions that they opened.
import type { ToldSubject } from '../../src/core/federation/identity.ts'
import type { ProviderWish, StoredProvider } from '../../src/core/federation/provider.ts'
import type { Person } from '../../src/core/people/person.ts'
import type { SessionOpening } from '../../src/core/sessions/session-store.ts'
import type { Store } from '../../src/core/store.ts'
import { fresh, newToken, now, opening, recordOf } from './facts.ts'

const claims = { username: 'preferred_username', displayName: 'name', email: 'email', groups: 'groups' }

export function newProvider(more: Partial<ProviderWish> = {}): ProviderWish {
  const wish: ProviderWish = {
    name: fresh('provider'),
    kind: 'oidc',
    displayName: 'A provider',
    colour: undefined,
    icon: undefined,
    order: 0,
    isEnabled: true,
    settings: {
      createsPeople: false,
      linksByEmail: false,
      claims,
      roles: [],
      issuer: 'https://issuer.example.org',
      clientId: 'gatehouse',
      scopes: ['openid'],
      authStyle: 'auto',
      privateHosts: [],
    },
  }
  return { ...wish, ...more } as ProviderWish
}

/** A provider of the store, made for this test. */
export async function addProvider(store: Store, more: Partial<ProviderWish> = {}): Promise<StoredProvider> {
  const made = await store.providers.add(newProvider(more), 'sealed', now, recordOf('provider.created'))
  if (made === 'name-taken') throw new Error('a fresh name was taken')
  return made
}

type Told = Pick<StoredProvider, 'id' | 'version'>

/** Somebody whom the provider, as it was read, tells of for the first time. */
export function toldBy({ id: providerId, version }: Told): ToldSubject {
  return { providerId, version, subject: fresh('subject') }
}

/** An identity of the person's at the provider. */
export async function linkTo(store: Store, person: Person, provider: Told) {
  const subject = toldBy(provider)
  const id = await store.identities.link(subject, person, now, recordOf('identity.linked'))
  if (typeof id === 'string') throw new Error(`not linked: ${id}`)
  return { id, subject: subject.subject }
}

/** A session that the identity opens, by the hash of its cookie; undefined when it does not open. */
export async function signInBy(
  store: Store,
  person: Person,
  identity: NonNullable<SessionOpening['session']['identity']>,
) {
  const plain = opening(person)
  const cookie = newToken('cookie')
  const id = await store.sessions.open({
    ...plain,
    session: { ...plain.session, method: 'oidc', identity },
    proof: { epoch: person.epoch, passwordVersion: undefined },
    tokens: [cookie],
  })
  return id === undefined ? undefined : { id, hash: cookie.hash }
}
