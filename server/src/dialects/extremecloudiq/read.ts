// What ExtremeCloudIQ's clients send, in core's words.
import { Refusal } from '../../core/refusal.ts'
import type { ApiTokenWish } from '../../core/tokens/issue-api.ts'
import type { TokenBody } from './wire.ts'

/** Beyond it seconds are the year 5138, and milliseconds 1973: nobody means the former. */
const mostSeconds = 100_000_000_000

/** @throws Refusal `field-invalid`: a permission that cannot be one, milliseconds. */
export function readTokenWish({ permissions, expire_time: seconds, description }: TokenBody): ApiTokenWish {
  if (permissions.some((word) => /\s/.test(word))) throw new Refusal('field-invalid', { field: 'permissions' })
  const wish = { name: description ?? '', scope: permissions.join(' ') }
  if (seconds === undefined || seconds === null) return wish
  if (seconds >= mostSeconds) {
    throw new Refusal('field-invalid', {
      field: 'expire_time',
      hint: '"expire_time" is in seconds since 1970-01-01T00:00:00Z, and this looks like milliseconds: divide it by 1000.',
    })
  }
  return { ...wish, expiresAt: seconds * 1000 }
}
