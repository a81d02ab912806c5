// What the document says alike of several operations.
import type { OperationResponse } from '../dialect.ts'

const refused = (description: string): OperationResponse => ({ description, model: 'XiqError' })

/** The refusals that every operation behind a Bearer token declares. */
export const refusedResponses = {
  401: refused('Unauthorized'),
  400: refused('Bad Request'),
  503: refused('Service Unavailable'),
  500: refused('Internal Server Error'),
} as const

export const loginRefusedResponses = {
  ...refusedResponses,
  401: refused('UNAUTHORIZED'),
  400: refused('Bad request'),
} as const

export const bearer = ['Bearer'] as const
