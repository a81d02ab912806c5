// An identity: whom a provider's subject is here. Values only.
import type { Person } from '../people/person.ts'
import type { IdentityId, ProviderId } from './provider.ts'

export interface Subject {
  readonly providerId: ProviderId
  readonly subject: string
}

/** A subject in an answer that was verified: by the provider's settings of this version. */
export interface ToldSubject extends Subject {
  readonly version: number
}

/** Whose subject it is. */
export interface KnownIdentity {
  readonly id: IdentityId
  readonly person: Person
}
