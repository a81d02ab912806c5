// Spells a problem in a dialect's own shape: status, body, and the headers that the status asks for.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dialect, Problem } from '../dialects/dialect.ts'
import { BorderRefusal, judge } from '../dialects/problem.ts'
import type { Page } from '../http/html.ts'
import type { Observer } from './observe.ts'

export interface Failed {
  readonly error: unknown
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** How a server page says it, instead of the dialect. */
  readonly page?: ((problem: Problem) => Page | undefined) | undefined
}

export function answerProblem(
  dialect: Dialect,
  observer: Observer,
  { error, request, reply, page }: Failed,
): FastifyReply {
  const { code, detail } = judge(error)
  const problem: Problem = { code, detail, requestId: request.id }
  observer.noteProblem(problem, dialect.name, request, error)
  const { status, body } = dialect.refusals[code]
  if (error instanceof BorderRefusal && error.detail.allow !== undefined) reply.header('allow', error.detail.allow)
  if (detail.retryAfterSeconds !== undefined) reply.header('retry-after', String(detail.retryAfterSeconds))
  else if (status === 503) reply.header('retry-after', '1')
  // RFC 9110 §11.6.1: a 401 names a scheme; RFC 6750 §3 what was wrong with the token.
  if (status === 401) reply.header('www-authenticate', dialect.challenge?.(request, problem) ?? 'Bearer')
  reply.code(status)
  // A caller that has gone hears nothing, so no hook tells of the answer; the line is written all the same.
  if (request.raw.socket.destroyed) observer.noteAnswer(request, reply)
  const shown = page?.(problem)
  if (shown !== undefined) return reply.headers(shown.headers).serializer(String).send(shown.html)
  const answer = body?.(problem)
  if (typeof answer === 'string') return reply.type('text/plain; charset=utf-8').serializer(String).send(answer)
  reply.header('content-type', dialect.problemType ?? dialect.jsonType)
  return reply.serializer(String).send(answer === undefined ? '' : JSON.stringify(answer))
}
