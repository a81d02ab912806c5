// What Portainer tells anybody before the sign-in (contract 3.10).
import type { CallOptions } from '../request.ts'
import type { PortainerConnection } from './connection.ts'
import type { PortainerPublicSettings } from './types.ts'

export class PortainerSettingsApi {
  readonly #connection: PortainerConnection

  constructor(connection: PortainerConnection) {
    this.#connection = connection
  }

  /** `GET /settings/public`: the way in (1 internal, 2 LDAP, 3 OAuth), and where OAuth begins; add `&state=` to it. */
  async settingsPublic(options?: CallOptions): Promise<PortainerPublicSettings> {
    const operation = 'PortainerSettingsApi.settingsPublic'
    const path = '/settings/public'
    const answer = await this.#connection.send({ operation, method: 'GET', path, isAnonymous: true, options })
    return answer.json()
  }
}
