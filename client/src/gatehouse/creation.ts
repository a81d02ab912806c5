// A request that makes something, once however often it is sent, when the caller says so by a key.
import type { ApiRequest } from '../request.ts'
import type { GatehouseCreateOptions } from './administration-types.ts'

export function creation(
  path: string,
  value: object,
  { idempotencyKey, ...options }: GatehouseCreateOptions = {},
): Omit<ApiRequest, 'operation'> {
  const body = { kind: 'json', value } as const
  return { method: 'POST', path, body, headers: { 'idempotency-key': idempotencyKey }, options }
}
