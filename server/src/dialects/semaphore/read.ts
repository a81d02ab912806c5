// What Semaphore's clients send, in core's words.
import { Refusal } from '../../core/refusal.ts'
import type { TokenWish } from './wire.ts'

/** @throws Refusal `field-invalid` when `expires_at` is no instant of RFC 3339. */
export function readWish(body: TokenWish | undefined): { name: string; expiresAt?: number } {
  const wish = body ?? {}
  const name = wish.name ?? ''
  if (wish.expires_at === undefined || wish.expires_at === null) return { name }
  const expiresAt = instantOf(wish.expires_at)
  if (expiresAt === undefined) throw new Refusal('field-invalid', { field: 'expires_at' })
  return { name, expiresAt }
}

/** By RFC 3339; `Date` alone would take 30 February for 2 March. */
function instantOf(text: string): number | undefined {
  const [, date] = /^(\d{4}-\d\d-\d\d)[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.exec(text) ?? []
  const day = Date.parse(`${date}T00:00:00Z`)
  const instant = Date.parse(text)
  if (Number.isNaN(day) || Number.isNaN(instant)) return undefined
  return new Date(day).toISOString().startsWith(`${date}T`) ? instant : undefined
}
