// Refusals: the request may not proceed. One class, a closed list of codes, no HTTP status and no wire text:
// each dialect spells every code (`satisfies Record<RefusalCode, …>`), so a new code does not compile until
// all of them do. `reason` is for audit and log, and never reaches the wire.

import type { AuditActor } from './audit/audit.ts'

export const refusalCodes = [
  'malformed',
  'field-missing',
  'field-invalid',
  'wrong-credentials',
  'throttled',
  'licence-expired',
  'not-signed-in',
  'not-allowed',
  'not-found',
  'conflict',
  'provider-off',
  'provider-code',
  'overloaded',
  'cross-site',
  'two-people',
  'current-password',
  'password-refused',
] as const

export type RefusalCode = (typeof refusalCodes)[number]

export interface RefusalDetail {
  /** Who was refused, where nobody else can tell: audit only. */
  readonly actor?: AuditActor
  /** Why, exactly: audit and log only. */
  readonly reason?: string
  /** The request's own field that is missing or wrong; a dialect may name it. */
  readonly field?: string
  /** A sentence for the caller, where the code alone does not say what to do. Never holds a secret. */
  readonly hint?: string
  /** Whole seconds to wait, for `throttled` and `overloaded`. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

export class Refusal extends Error {
  readonly code: RefusalCode
  readonly detail: RefusalDetail

  constructor(code: RefusalCode, detail: RefusalDetail = {}) {
    super(detail.reason ?? detail.hint ?? code, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'Refusal'
    this.code = code
    this.detail = detail
  }
}
