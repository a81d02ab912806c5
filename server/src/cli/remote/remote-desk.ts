// The desk at a server, by its own API.
import type { GatehouseConnection } from '../../../../client/src/index.ts'
import type { Desk } from '../desk/desk.ts'
import { remoteAccounts, remoteProjects } from './accounts.ts'
import { remoteCredentials } from './credentials.ts'
import { remoteIdentities } from './identities.ts'
import { remotePeople } from './people.ts'
import { remoteProviders } from './providers.ts'
import { remoteAudit, remoteSystem } from './system.ts'

export function remoteDesk(connection: GatehouseConnection): Desk {
  return {
    people: remotePeople(connection),
    credentials: remoteCredentials(connection),
    identities: remoteIdentities(connection),
    accounts: remoteAccounts(connection),
    projects: remoteProjects(connection),
    audit: remoteAudit(connection),
    system: remoteSystem(connection),
    providers: remoteProviders(connection),
  }
}
