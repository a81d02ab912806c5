// The desk on the database of the settings.
import type { House } from '../../compose.ts'
import type { Config } from '../../config/config.ts'
import type { Desk } from '../desk/desk.ts'
import { localAccounts, localProjects } from './accounts.ts'
import { localCredentials } from './credentials.ts'
import { localIdentities } from './identities.ts'
import { localPeople } from './people.ts'
import { localProviders } from './providers.ts'
import { localAudit, localSystem } from './system.ts'

export function localDesk(house: House, config: Config): Desk {
  return {
    people: localPeople(house),
    credentials: localCredentials(house),
    identities: localIdentities(house),
    accounts: localAccounts(house),
    projects: localProjects(house),
    audit: localAudit(house),
    system: localSystem(house, config),
    providers: localProviders(house, config),
  }
}
