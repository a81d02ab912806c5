// From a thrown error to a problem of the closed list. Refusals keep their code; a dependency that cannot now
// is `overloaded`; what Fastify found wrong with the request is one of the border's; anything else is our fault.
import type { FastifyError } from 'fastify'
import { Refusal, type RefusalDetail } from '../core/refusal.ts'
import { BadJson } from '../http/json.ts'
import { Unavailable } from '../lib/unavailable.ts'
import type { BorderCode, ProblemCode } from './dialect.ts'

/** A refusal of the border, thrown like core's. */
export class BorderRefusal extends Error {
  readonly code: BorderCode
  readonly detail: RefusalDetail & { readonly allow?: string }

  constructor(code: BorderCode, detail: RefusalDetail & { readonly allow?: string } = {}) {
    super(detail.hint ?? code)
    this.code = code
    this.detail = detail
  }
}

export interface Judged {
  readonly code: ProblemCode
  readonly detail: RefusalDetail
}

export function judge(error: unknown): Judged {
  if (error instanceof Refusal || error instanceof BorderRefusal) return { code: error.code, detail: error.detail }
  if (error instanceof Unavailable) {
    return { code: 'overloaded', detail: { reason: error.message, retryAfterSeconds: error.retryAfterSeconds } }
  }
  if (error instanceof BadJson) return { code: 'malformed', detail: { reason: error.message } }
  const fastify = error as Partial<FastifyError>
  if (fastify.validation !== undefined) return judgeValidation(fastify)
  return { code: borderCodeOf(fastify), detail: { reason: fastify.code ?? 'unknown' } }
}

function judgeValidation(error: Partial<FastifyError>): Judged {
  const [first] = error.validation ?? []
  const missing = first?.params['missingProperty']
  if (typeof missing === 'string') return { code: 'field-missing', detail: { field: missing } }
  const field = first?.instancePath.replace(/^\//, '') ?? ''
  if (first?.keyword === 'minLength') return { code: 'field-missing', detail: { field } }
  return { code: 'malformed', detail: { field, reason: first?.message ?? 'does not fit' } }
}

function borderCodeOf(error: Partial<FastifyError>): ProblemCode {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'too-large'
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'wrong-media-type'
  const status = error.statusCode
  return status !== undefined && status >= 400 && status < 500 ? 'malformed' : 'fault'
}
