// What the document says alike of many operations.
import type { OperationParameter, OperationResponse } from '../dialect.ts'

const problem = (description: string): OperationResponse => ({
  description,
  model: 'Problem',
  contentTypes: ['application/problem+json'],
})

export const unauthorized = { 401: problem('Not signed in') } as const
export const forbidden = { 403: problem('Not allowed, or from another site') } as const
export const missing = { 404: problem('There is none, or it is somebody else’s') } as const
export const invalid = { 422: problem('A field is missing or not valid') } as const
export const throttled = { 429: problem('Too many attempts; come back after Retry-After') } as const

export const idParameter: OperationParameter = { name: 'id', type: 'integer' }
export const pageParameters: readonly OperationParameter[] = [
  { name: 'limit', type: 'integer', in: 'query', description: '1 to 200; 50 when absent' },
  { name: 'cursor', type: 'string', in: 'query', description: '"next" of the page before' },
]
export const conflict = { 409: problem('It would be there twice, or cannot be now') } as const
