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
  /** A server page says it, instead of the dialect. */
  readonly page?: Page | undefined
  /** The browser is sent there and told nothing. */
  readonly location?: string | undefined
}

export function problemOf(error: unknown, request: FastifyRequest): Problem {
  return { ...judge(error), requestId: request.id }
}

export function answerProblem(
  dialect: Dialect,
  observer: Observer,
  { error, request, reply, page, location }: Failed,
): FastifyReply {
  const problem = problemOf(error, request)
  const { code, detail } = problem
  observer.noteProblem(problem, dialect.name, request, error)
  if (location !== undefined) return reply.redirect(location, 302)
  const { status, body } = dialect.refusals[code]
  if (error instanceof BorderRefusal && error.detail.allow !== undefined) reply.header('allow', error.detail.allow)
  if (detail.retryAfterSeconds !== undefined) reply.header('retry-after', String(detail.retryAfterSeconds))
  else if (status === 503) reply.header('retry-after', '1')
  // RFC 9110 §11.6.1: a 401 names a scheme; RFC 6750 §3 what was wrong with the token.
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  reply.code(status)
  // A caller that has gone hears nothing, so no hook tells of the answer; the line is written all the same.
  if (request.raw.socket.destroyed) observer.noteAnswer(request, reply)
  if (page !== undefined) {
    const { html, headers } = page
    return reply.headers(headers).serializer(String).send(html)
  }
  const answer = body?.(problem)
  if (typeof answer === 'string') return reply.type('text/plain; charset=utf-8').serializer(String).send(answer)
  reply.header('content-type', dialect.problemType ?? dialect.jsonType)
  return reply.serializer(String).send(answer === undefined ? '' : JSON.stringify(answer))
}
