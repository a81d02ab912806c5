// /api/v1/audit: the audit trail, for operators: by pages, whole as a file, verified.
import type { FastifyRequest } from 'fastify'
import type { TrailRow } from '../../../core/audit/trail.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Credential } from '../../../core/tokens/token.ts'
import type { Door, Route } from '../../dialect.ts'
import { csvHead, presentAuditRow, toCsvLine, toJsonLine } from '../audit-rows.ts'
import { liveOf } from '../caller.ts'
import { forbidden, invalid, missing, pageParameters, unauthorized } from '../documented.ts'
import { operatorOf } from '../operator.ts'
import { readPage } from '../page.ts'
import { readTrailCursor, readTrailWish, trailCursorOf } from '../read-audit.ts'
import { AuditEventList, AuditExportQuery, AuditQuery, AuditVerification } from '../wire-system.ts'

const path = '/api/v1/audit'
const tags = ['audit'] as const
const filterParameters = [
  { name: 'event', type: 'string', in: 'query', description: 'The event, or what its name begins with' },
  { name: 'person', type: 'string', in: 'query', description: 'UUID of who acted or was acted upon' },
  { name: 'from', type: 'string', in: 'query', description: 'RFC 3339' },
  { name: 'until', type: 'string', in: 'query', description: 'RFC 3339' },
] as const

export const getAudit: Route = {
  method: 'GET',
  path,
  signedIn: operatorOf,
  operation: {
    id: 'listAuditEvents',
    tags,
    summary: 'The audit trail, newest first',
    description: 'Each page looks at so many rows at most: one with few or none may have a next.',
    parameters: [...filterParameters, ...pageParameters],
    responses: {
      200: { description: 'A page', model: 'AuditEventList' },
      ...unauthorized,
      ...forbidden,
      ...missing,
      ...invalid,
    },
  },
  query: AuditQuery,
  response: { 200: AuditEventList },
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const before = readTrailCursor(request)
    const { limit } = readPage({ query: { ...(request.query as AuditQuery), cursor: undefined } })
    const { system } = door.core.administration
    const { rows, next } = await system.trail(caller, readTrailWish(request), before, limit)
    return { items: rows.map(presentAuditRow), ...(next === undefined ? {} : { next: trailCursorOf(next) }) }
  },
}

export const getAuditExport: Route = {
  method: 'GET',
  path: `${path}/export`,
  signedIn: operatorOf,
  operation: {
    id: 'exportAudit',
    tags,
    summary: 'The whole trail, newest first, as JSON lines or CSV',
    description: 'Cells of the CSV that begin like a formula begin with an apostrophe. Taking it is recorded.',
    parameters: [...filterParameters, { name: 'format', type: 'string', in: 'query', description: 'jsonl or csv' }],
    responses: {
      200: { description: 'A line an event', isText: true },
      ...unauthorized,
      ...forbidden,
      ...missing,
      ...invalid,
    },
  },
  query: AuditExportQuery,
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    const { format = 'jsonl' } = request.query as AuditExportQuery
    const isCsv = format === 'csv'
    const { system } = door.core.administration
    const chunks = await system.exportTrail(caller, readTrailWish(request), format, door.clientOf(request))
    const mayGoOn = () => isWanted(door, request, caller)
    const lines = linesOf(chunks, isCsv ? toCsvLine : toJsonLine, isCsv ? csvHead : '', mayGoOn)
    return reply
      .header('content-type', isCsv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
      .header('content-disposition', `attachment; filename="audit.${format}"`)
      .send(ReadableStream.from(lines).pipeThrough(new TextEncoderStream()))
  },
}

/** Whether whoever asked is still there, and still may know. */
async function isWanted(door: Door, request: FastifyRequest, caller: Credential): Promise<boolean> {
  return !request.raw.socket.destroyed && (await liveOf(door, request, caller))?.person.isOperator === true
}

/** Breaks off, so that nobody takes it for whole, when the one who asked may not any more. */
async function* linesOf(
  chunks: AsyncIterable<readonly TrailRow[]>,
  toLine: (row: TrailRow) => string,
  head: string,
  isAllowed: () => Promise<boolean>,
): AsyncGenerator<string> {
  if (head !== '') yield head
  for await (const rows of chunks) {
    if (!(await isAllowed())) throw new Error('the export outlived the right to it')
    if (rows.length > 0) yield rows.map(toLine).join('')
  }
}

export const postAuditVerify: Route = {
  method: 'POST',
  path: `${path}/verify`,
  signedIn: operatorOf,
  operation: {
    id: 'verifyAudit',
    tags,
    summary: 'Read every row and say where the trail was altered or cut',
    responses: {
      200: { description: 'What was found', model: 'AuditVerification' },
      ...unauthorized,
      ...forbidden,
    },
  },
  response: { 200: AuditVerification },
  ignoresBody: true,
  async handle(door, request) {
    const caller = await operatorOf(door, request)
    const mayGoOn = async (): Promise<void> => {
      if (!(await isWanted(door, request, caller))) throw new Refusal('not-signed-in', { reason: 'gone meanwhile' })
    }
    return door.core.administration.system.verifyTrail(caller, mayGoOn, door.clientOf(request))
  },
}
