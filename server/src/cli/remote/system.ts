// The audit trail, signing keys and settings of a server, for the commands.
import { setTimeout as pause } from 'node:timers/promises'
import {
  ConnectionError,
  GatehouseAuditApi,
  type GatehouseAuditQuery,
  type GatehouseConnection,
  GatehousePeopleApi,
  GatehouseSystemApi,
} from '../../../../client/src/index.ts'
import type { AuditDesk, AuditFilter, SystemDesk } from '../desk/desk.ts'
import type { EventValue } from '../desk/values.ts'
import { CommandFailure } from '../failure.ts'
import { personNamed } from './people.ts'

/** Reading every row of a long trail takes its time, and nothing comes until it is done. */
const verifyPatience = 15 * 60_000
const pageSize = 200

export function remoteAudit(connection: GatehouseConnection): AuditDesk {
  const audit = new GatehouseAuditApi(connection)
  const people = new GatehousePeopleApi(connection)

  async function queryOf({ person, ...filter }: AuditFilter): Promise<GatehouseAuditQuery> {
    return person === undefined ? filter : { ...filter, person: (await personNamed(people, person)).id }
  }

  return {
    async *events(filter) {
      const query = await queryOf(filter)
      let cursor: string | undefined
      do {
        const { items, next } = await audit.listAuditEvents({
          ...query,
          limit: pageSize,
          ...(cursor === undefined ? {} : { cursor }),
        })
        yield* items
        cursor = next
      } while (cursor !== undefined)
    },
    async *follow(filter, signal) {
      yield* followed(audit, await queryOf(filter), signal)
    },
    async *export(filter, format) {
      yield* audit.exportAudit({ ...(await queryOf(filter)), format })
    },
    async verify(kept) {
      if (kept.length > 0) throw new CommandFailure('usage', '--heads is compared with the local database only')
      return audit.verifyAudit({ timeoutMs: verifyPatience })
    },
  }
}

/** Goes on where it broke off; a server that is gone, or lets nobody in any more, says so at the next try. */
async function* followed(
  audit: GatehouseAuditApi,
  filter: GatehouseAuditQuery,
  signal: AbortSignal,
): AsyncGenerator<EventValue> {
  let lastEventId: string | undefined
  while (!signal.aborted) {
    const before = lastEventId
    try {
      for await (const told of audit.followAudit({ ...filter, lastEventId }, { signal })) {
        lastEventId = told.lastEventId
        yield told.event
      }
    } catch (error) {
      const goesOn = signal.aborted || (error instanceof ConnectionError && lastEventId !== before)
      if (!goesOn) throw error
    }
    await pause(1000, undefined, { signal }).catch(() => {})
  }
}

export function remoteSystem(connection: GatehouseConnection): SystemDesk {
  const system = new GatehouseSystemApi(connection)
  return {
    keys: async () => (await system.listKeys()).items,
    rotateKeys: async () => (await system.rotateKeys()).items,
    settings: async () => (await system.listSettings()).items,
  }
}
