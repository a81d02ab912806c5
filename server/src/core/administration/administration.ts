// What our own API and the console administer, put together: each half asks the rights room before it acts.
import type { SignIn } from '../sign-in/sign-in.ts'
import {
  type AdministerAccounts,
  type AdministerAccountsNeeds,
  createAdministerAccounts,
} from './administer-accounts.ts'
import { type AdministerPeople, type AdministerPeopleNeeds, createAdministerPeople } from './administer-people.ts'

export interface AdministrationNeeds
  extends AdministerAccountsNeeds,
    Omit<AdministerPeopleNeeds, 'confirmPresence' | 'profiles'> {
  readonly profiles: AdministerPeopleNeeds['profiles']
  readonly signIn: Pick<SignIn, 'confirmPresence'>
}

export interface Administration {
  readonly people: AdministerPeople
  readonly accounts: AdministerAccounts
}

export function createAdministration(needs: AdministrationNeeds): Administration {
  const confirmPresence = needs.signIn.confirmPresence
  return {
    people: createAdministerPeople({
      ...needs,
      confirmPresence: (by, client) => confirmPresence(by, undefined, client),
    }),
    accounts: createAdministerAccounts(needs),
  }
}
