// What clients of our own API send, in core's words.
import { Refusal } from '../../core/refusal.ts'
import type { ApiTokenWish } from '../../core/tokens/issue-api.ts'
import type { NewToken } from './wire.ts'

/** @throws Refusal `field-invalid` when `expiresAt` is no instant, or a scope is asked for at another door. */
export function readTokenWish({ dialect = 'api', name, scope, expiresAt }: Omit<NewToken, 'password'>): ApiTokenWish {
  if (scope !== undefined && dialect !== 'api') {
    throw new Refusal('field-invalid', { field: 'scope', hint: `Tokens of ${dialect} have no scope.` })
  }
  return {
    dialect,
    name,
    ...(scope === undefined ? {} : { scope }),
    ...(expiresAt === undefined ? {} : { expiresAt: readInstant('expiresAt', expiresAt) }),
  }
}

/** RFC 3339; `Date` alone would take 30 February for 2 March. */
export function readInstant(field: string, text: string): number {
  const [, date] = /^(\d{4}-\d\d-\d\d)[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.exec(text) ?? []
  const day = Date.parse(`${date}T00:00:00Z`)
  const instant = Date.parse(text)
  const isReal = !Number.isNaN(day) && !Number.isNaN(instant) && new Date(day).toISOString().startsWith(`${date}T`)
  if (isReal) return instant
  throw new Refusal('field-invalid', { field, hint: 'An instant is like 2027-01-31T12:00:00Z.' })
}
