// What our own API and the console administer, put together: each part asks the rights room before it acts.
import type { SignIn } from '../sign-in/sign-in.ts'
import {
  type AdministerAccounts,
  type AdministerAccountsNeeds,
  createAdministerAccounts,
} from './administer-accounts.ts'
import {
  type AdministerIdentities,
  type AdministerIdentitiesNeeds,
  createAdministerIdentities,
} from './administer-identities.ts'
import { type AdministerPeople, type AdministerPeopleNeeds, createAdministerPeople } from './administer-people.ts'
import {
  type AdministerProviders,
  type AdministerProvidersNeeds,
  createAdministerProviders,
} from './administer-providers.ts'
import { type AdministerSystem, type AdministerSystemNeeds, createAdministerSystem } from './administer-system.ts'

type Parts = AdministerAccountsNeeds &
  AdministerIdentitiesNeeds &
  AdministerPeopleNeeds &
  AdministerProvidersNeeds &
  AdministerSystemNeeds

export interface AdministrationNeeds extends Omit<Parts, 'confirmPresence'> {
  readonly signIn: Pick<SignIn, 'confirmPresence'>
}

export interface Administration {
  readonly people: AdministerPeople
  readonly identities: AdministerIdentities
  readonly accounts: AdministerAccounts
  readonly providers: AdministerProviders
  readonly system: AdministerSystem
}

export function createAdministration({ signIn, ...rooms }: AdministrationNeeds): Administration {
  const needs: Parts = { ...rooms, confirmPresence: (by, client) => signIn.confirmPresence(by, undefined, client) }
  return {
    people: createAdministerPeople(needs),
    identities: createAdministerIdentities(needs),
    accounts: createAdministerAccounts(needs),
    providers: createAdministerProviders(needs),
    system: createAdministerSystem(needs),
  }
}
