// What the outside of the server tells about each request: one log line, and for a refusal one audit record.
// Lines name the route, never the path as sent, since a path may carry a token; they hold no body, no header
// and no query. A failed sign-in's line has `refused` and `address`: that is the one fail2ban reads.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuditActor, AuditEvent } from '../core/audit/audit.ts'
import type { Audits } from '../core/audit/audits.ts'
import type { Client } from '../core/client.ts'
import type { DialectName } from '../core/ids.ts'
import type { Credential } from '../core/tokens/token.ts'
import type { Problem, ProblemCode } from '../dialects/dialect.ts'

/** The part of a logger that is used here. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface Observer {
  /** Who calls, so that a later refusal of the request can say it. */
  noteCaller(request: FastifyRequest, caller: Credential): void
  noteProblem(problem: Problem, dialect: DialectName, request: FastifyRequest, error: unknown): void
  noteAnswer(request: FastifyRequest, reply: FastifyReply): void
  /** Bytes that were no request; `reason` is the parser's word for it. */
  noteUnreadable(reason: string, address: string): void
}

/** Refusals that are recorded here; sign-ins and dead tokens are recorded where they are refused, in core. */
const recorded: Partial<Record<ProblemCode, AuditEvent>> = {
  'cross-site': 'csrf.blocked',
  'not-allowed': 'authz.denied',
  'provider-off': 'auth.login.failure',
  malformed: 'input.rejected',
  'field-missing': 'input.rejected',
  'wrong-media-type': 'input.rejected',
  'field-invalid': 'input.rejected',
  'too-large': 'input.rejected',
  'foreign-host': 'input.rejected',
  'two-people': 'input.rejected',
}

interface Observed {
  refused?: ProblemCode
  dialect?: DialectName
}

export function createObserver(
  log: Log,
  audits: Audits,
  clientOf: (request: FastifyRequest, dialect: DialectName) => Client,
  now: () => number,
): Observer {
  const seen = new WeakMap<FastifyRequest, Observed>()
  const callers = new WeakMap<FastifyRequest, Credential>()

  function actorOf(problem: Problem, request: FastifyRequest): AuditActor {
    const caller = callers.get(request)
    if (caller === undefined) return problem.detail.actor ?? { kind: 'anonymous' }
    return { kind: 'person', id: caller.person.id, token: caller.id }
  }

  return {
    noteCaller(request, caller) {
      callers.set(request, caller)
    },
    noteProblem(problem, dialect, request, error) {
      seen.set(request, { refused: problem.code, dialect })
      if (problem.code === 'fault') log.error({ id: request.id, err: error, route: routeOf(request) }, 'fault')
      if (problem.code === 'overloaded') log.warn({ id: request.id, err: causeOf(error) }, 'overloaded')
      const event = recorded[problem.code]
      if (event === undefined) return
      audits.refused({
        at: now(),
        event,
        outcome: 'failure',
        reason: problem.detail.reason ?? problem.code,
        actor: actorOf(problem, request),
        client: clientOf(request, dialect),
      })
    },
    noteAnswer(request, reply) {
      const observed = reply.statusCode >= 400 ? seen.get(request) : undefined
      const line: Record<string, unknown> = {
        id: request.id,
        method: request.method,
        route: routeOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        address: clientOf(request, observed?.dialect ?? 'api').address,
      }
      if (observed?.refused !== undefined) {
        line['refused'] = observed.refused
        line['dialect'] = observed.dialect
      }
      log.info(line, 'request')
    },
    noteUnreadable(reason, address) {
      log.info({ address, reason }, 'no request')
      const client: Client = { dialect: 'api', address, agent: '', requestId: '' }
      const actor = { kind: 'anonymous' } as const
      audits.refused({ at: now(), event: 'input.rejected', outcome: 'failure', reason, actor, client })
    },
  }
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? '(none)'
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error
}
