// An identity: whom a provider's subject is here. Values only.
import type { Person } from '../people/person.ts'
import type { IdentityId, ProviderId } from './provider.ts'

export interface Subject {
  readonly providerId: ProviderId
  readonly subject: string
}

/** Whose subject it is. */
export interface KnownIdentity {
  readonly id: IdentityId
  readonly person: Person
}
