// The audit trail, signing keys and settings of the local database, for the commands. Taking the trail away and
// verifying it are recorded, as they are when a server is asked.
import { auditLines, type House } from '../../compose.ts'
import type { Config } from '../../config/config.ts'
import type { AuditRecord } from '../../core/audit/audit.ts'
import type { TrailFilter } from '../../core/audit/trail.ts'
import type { AuditDesk, AuditFilter, SystemDesk } from '../desk/desk.ts'
import type { EventValue, KeyValue } from '../desk/values.ts'
import { CommandFailure } from '../failure.ts'
import { byCommand } from '../house.ts'
import { isoTime } from '../output.ts'
import { timeAs } from './credentials.ts'
import { personNamed } from './people.ts'

export function localAudit(house: House): AuditDesk {
  const { trail, audits } = house.core

  function record(event: 'audit.exported' | 'audit.verified', detail: NonNullable<AuditRecord['detail']>) {
    return audits.record({ at: Date.now(), event, outcome: 'success', actor: byCommand, detail })
  }

  return {
    async *events(wish) {
      for await (const rows of trail.all(await filterOf(house, wish)))
        yield* rows.map(auditLines.present) as EventValue[]
    },
    async *follow(wish, signal) {
      for await (const { rows } of await trail.follow(await filterOf(house, wish), undefined)) {
        if (signal.aborted) return
        yield* rows.map(auditLines.present) as EventValue[]
      }
    },
    async *export(wish, format) {
      const filter = await filterOf(house, wish)
      await record('audit.exported', { format, ...filter })
      const toLine = format === 'csv' ? auditLines.toCsvLine : auditLines.toJsonLine
      if (format === 'csv') yield auditLines.csvHead
      for await (const rows of trail.all(filter)) yield rows.map(toLine).join('')
    },
    async verify(kept) {
      const found = await audits.verify({ kept })
      const { rows, chains, findings } = found
      await record('audit.verified', { rows, chains, findings: findings.length })
      return found
    },
  }
}

async function filterOf(house: House, { event, person, from, until }: AuditFilter): Promise<TrailFilter> {
  return {
    ...(event === undefined ? {} : { event }),
    ...(person === undefined ? {} : { personId: (await personNamed(house, person)).id }),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
  }
}

export function localSystem({ core }: House, config: Config): SystemDesk {
  const { keys } = core

  async function listed(): Promise<readonly KeyValue[]> {
    return (await keys.list()).map(({ kid, state, createdAt, removedAt }) => {
      return { kid, state, createdAt: isoTime(createdAt), ...timeAs('removedAt', removedAt) }
    })
  }

  return {
    keys: listed,
    async rotateKeys() {
      if (await keys.rotate(byCommand)) return listed()
      throw new CommandFailure('failed', 'the keys were rotated by somebody else just now')
    },
    settings: async () =>
      config.explained.map(({ value, ...rest }) => ({ ...rest, ...(value === undefined ? {} : { value }) })),
  }
}
