// The audit trail of an installation, for its operators.
import type { CallOptions } from '../request.ts'
import type {
  GatehouseAuditEvent,
  GatehouseAuditFilter,
  GatehouseAuditQuery,
  GatehouseAuditVerification,
  GatehouseFollowedEvent,
} from './administration-types.ts'
import type { GatehouseConnection } from './connection.ts'
import { eventsOf } from './server-sent-events.ts'
import type { GatehousePage, GatehousePageQuery } from './types.ts'

const audit = '/api/v1/audit'

export class GatehouseAuditApi {
  readonly #connection: GatehouseConnection

  constructor(connection: GatehouseConnection) {
    this.#connection = connection
  }

  /** The trail, newest first: `GET /api/v1/audit`. A page may be short and have a next. */
  async listAuditEvents(
    { event, person, from, until, limit, cursor }: GatehouseAuditQuery & GatehousePageQuery = {},
    options?: CallOptions,
  ): Promise<GatehousePage<GatehouseAuditEvent>> {
    const operation = 'GatehouseAuditApi.listAuditEvents'
    const query = { event, person, from, until, limit, cursor }
    const answer = await this.#connection.send({ operation, method: 'GET', path: audit, query, options })
    return answer.json()
  }

  /** All of it as JSON lines or CSV, told as it comes, in pieces of any length: `GET /api/v1/audit/export`. */
  exportAudit(
    { event, person, from, until, format }: GatehouseAuditQuery & { readonly format?: 'jsonl' | 'csv' } = {},
    options?: CallOptions,
  ): AsyncGenerator<string, void, undefined> {
    return this.#connection.stream({
      operation: 'GatehouseAuditApi.exportAudit',
      method: 'GET',
      path: `${audit}/export`,
      query: { event, person, from, until, format },
      headers: { accept: '*/*' },
      options,
    })
  }

  /** Reads every row and says where the trail was altered or cut: `POST /api/v1/audit/verify`. */
  async verifyAudit(options?: CallOptions): Promise<GatehouseAuditVerification> {
    const operation = 'GatehouseAuditApi.verifyAudit'
    const answer = await this.#connection.send({ operation, method: 'POST', path: `${audit}/verify`, options })
    return answer.json()
  }

  /**
   * What is added to the trail, as it is added: `GET /api/v1/audit/stream`. It is over when the session is, and breaks
   * off when the connection does; `lastEventId` of the last event goes on from there.
   */
  async *followAudit(
    { event, person, lastEventId }: GatehouseAuditFilter & { readonly lastEventId?: string | undefined } = {},
    options?: CallOptions,
  ): AsyncGenerator<GatehouseFollowedEvent, void, undefined> {
    const text = this.#connection.stream({
      operation: 'GatehouseAuditApi.followAudit',
      method: 'GET',
      path: `${audit}/stream`,
      query: { event, person },
      headers: { accept: 'text/event-stream', 'last-event-id': lastEventId },
      options,
    })
    for await (const { data, id } of eventsOf(text)) yield { event: JSON.parse(data), lastEventId: id }
  }
}
