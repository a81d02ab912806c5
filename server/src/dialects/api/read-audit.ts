// What is asked of the audit trail, in core's words.
import type { FastifyRequest } from 'fastify'
import type { TrailWish } from '../../core/administration/administer-system.ts'
import type { AuditPlace } from '../../core/audit/audit.ts'
import type { TrailPosition } from '../../core/audit/trail.ts'
import { Refusal } from '../../core/refusal.ts'
import { readInstant } from './read.ts'
import type { AuditQuery } from './wire-system.ts'

/** @throws Refusal `field-invalid` for an instant that is none. */
export function readTrailWish(request: FastifyRequest): TrailWish {
  const { event, person, from, until } = request.query as AuditQuery
  return {
    ...(event === undefined ? {} : { event }),
    ...(person === undefined ? {} : { person }),
    ...(from === undefined ? {} : { from: readInstant('from', from) }),
    ...(until === undefined ? {} : { until: readInstant('until', until) }),
  }
}

/** @throws Refusal `field-invalid` for a cursor that is none of ours. */
export function readTrailCursor(request: FastifyRequest): AuditPlace | undefined {
  const { cursor } = request.query as AuditQuery
  if (cursor === undefined) return undefined
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  const [, at, chain, seq] = /^at:(\d{1,15}):([a-z0-9]{1,16}):(\d{1,15})$/.exec(text) ?? []
  if (at !== undefined && chain !== undefined) return { at: Number(at), chain, seq: Number(seq) }
  throw new Refusal('field-invalid', { field: 'cursor', hint: 'Take "next" of the last answer.' })
}

export function trailCursorOf({ at, chain, seq }: AuditPlace): string {
  return Buffer.from(`at:${at}:${chain}:${seq}`, 'latin1').toString('base64url')
}

/** As a stream's `id` has it: `c01:12,c02:3`. @throws Refusal `field-invalid`. */
export function readLastEventId(request: FastifyRequest): TrailPosition | undefined {
  const { 'last-event-id': header } = request.headers
  if (header === undefined || header === '') return undefined
  const text = String(header)
  if (text.length <= 1024 && /^[a-z0-9]{1,16}:\d{1,15}(,[a-z0-9]{1,16}:\d{1,15})*$/.test(text)) {
    return Object.fromEntries(text.split(',').map((one) => [one.split(':')[0], Number(one.split(':')[1])]))
  }
  throw new Refusal('field-invalid', { field: 'Last-Event-ID', hint: 'Send the id of the last event.' })
}

export function lastEventIdOf(position: TrailPosition): string {
  return Object.entries(position)
    .map(([chain, seq]) => `${chain}:${seq}`)
    .join(',')
}
