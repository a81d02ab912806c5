// GET /api/v1/audit/stream: what is added to the audit trail, as server-sent events. Each second it is asked anew
// whether the credential lives and its person is an operator, so a stream ends with the session it was opened by
// (attack S12); looking counts as no use, so it keeps no session awake.
import type { FastifyRequest } from 'fastify'
import type { Followed, TrailPosition, TrailRow } from '../../../core/audit/trail.ts'
import type { Credential } from '../../../core/tokens/token.ts'
import { Unavailable } from '../../../lib/unavailable.ts'
import type { Door, Route } from '../../dialect.ts'
import { presentAuditRow } from '../audit-rows.ts'
import { liveOf } from '../caller.ts'
import { forbidden, invalid, missing, unauthorized } from '../documented.ts'
import { operatorOf } from '../operator.ts'
import { lastEventIdOf, readLastEventId, readTrailWish } from '../read-audit.ts'
import { AuditFilterQuery } from '../wire-system.ts'

/** Of one process: each costs a look at the database a second. */
const mostStreams = 20
/** A line without meaning now and then, so that proxies do not take a quiet stream for a dead one. */
const silentLooks = 15
let open = 0

export const getAuditStream: Route = {
  method: 'GET',
  path: '/api/v1/audit/stream',
  signedIn: operatorOf,
  operation: {
    id: 'followAudit',
    tags: ['audit'],
    summary: 'Follow the audit trail as server-sent events',
    description: 'Goes on after Last-Event-ID, without it from now on. Ends when the session does.',
    parameters: [
      { name: 'event', type: 'string', in: 'query', description: 'The event, or what its name begins with' },
      { name: 'person', type: 'string', in: 'query', description: 'UUID of who acted or was acted upon' },
      { name: 'Last-Event-ID', type: 'string', in: 'header' },
    ],
    responses: {
      200: { description: 'Events, each with an AuditEvent as data', isText: true },
      ...unauthorized,
      ...forbidden,
      ...missing,
      ...invalid,
    },
  },
  query: AuditFilterQuery,
  async handle(door, request, reply) {
    const caller = await operatorOf(door, request)
    const { system } = door.core.administration
    const looks = await system.followTrail(caller, readTrailWish(request), readLastEventId(request))
    reply.header('content-type', 'text/event-stream; charset=utf-8').header('x-accel-buffering', 'no')
    if (request.method === 'HEAD') return reply.send()
    if (open >= mostStreams) throw new Unavailable('too many streams', { retryAfterSeconds: 30 })
    const events = eventsOf(looks, () => mayGoOn(door, request, caller))
    return reply.send(ReadableStream.from(events).pipeThrough(new TextEncoderStream()))
  },
}

async function mayGoOn(door: Door, request: FastifyRequest, caller: Credential): Promise<boolean> {
  return (
    !door.isStopping() &&
    !request.raw.socket.destroyed &&
    (await liveOf(door, request, caller))?.person.isOperator === true
  )
}

async function* eventsOf(looks: Followed, isAllowed: () => Promise<boolean>): AsyncGenerator<string> {
  open += 1
  try {
    let silent = 0
    yield ': following\n\n'
    for await (const { rows, position } of looks) {
      if (!(await isAllowed())) return
      silent = rows.length === 0 ? silent + 1 : 0
      if (rows.length > 0) yield eventsFor(rows, position)
      else if (silent % silentLooks === 0) yield ':\n\n'
    }
  } finally {
    open -= 1
  }
}

/** The position stands at the last of them: whoever is cut off before it is told all of them again, and misses none. */
function eventsFor(rows: readonly TrailRow[], position: TrailPosition): string {
  const events = rows.map((row) => `event: audit\ndata: ${JSON.stringify(presentAuditRow(row))}\n`)
  return `${events.join('\n')}id: ${lastEventIdOf(position)}\n\n`
}
