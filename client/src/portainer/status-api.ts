// What Portainer tells anybody of itself (contract 3.10).
import type { CallOptions } from '../request.ts'
import type { PortainerConnection } from './connection.ts'
import type { PortainerSystemStatus } from './types.ts'

export class PortainerStatusApi {
  readonly #connection: PortainerConnection

  constructor(connection: PortainerConnection) {
    this.#connection = connection
  }

  /** `GET /status`, which new versions know as `/system/status`. */
  async statusInspect(options?: CallOptions): Promise<PortainerSystemStatus> {
    return this.#ask('PortainerStatusApi.statusInspect', '/status', options)
  }

  /** `GET /system/status`. */
  async systemStatus(options?: CallOptions): Promise<PortainerSystemStatus> {
    return this.#ask('PortainerStatusApi.systemStatus', '/system/status', options)
  }

  async #ask(operation: string, path: string, options: CallOptions | undefined): Promise<PortainerSystemStatus> {
    const answer = await this.#connection.send({ operation, method: 'GET', path, isAnonymous: true, options })
    return answer.json()
  }
}
