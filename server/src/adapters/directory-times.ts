// The times that directories tell: GeneralizedTime (RFC 4517 §3.3.13), and the file times of Active Directory.
import type { Instant } from '../core/ids.ts'

const generalizedForm = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?(?:Z|([+-])(\d\d)(\d\d)?)$/
const minute = 60_000

/** Undefined for what is none. */
export function generalizedTime(text: string): Instant | undefined {
  const parts = generalizedForm.exec(text)
  if (parts === null) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minutes = 0, seconds = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const [sign, hours = '0', rest = '0'] = parts.slice(7)
  const ahead = (Number(hours) * 60 + Number(rest)) * minute * (sign === '-' ? -1 : 1)
  return Date.UTC(year, month - 1, day, hour, minutes, seconds) - ahead
}

/** Tenths of microseconds since 1601; undefined for never, which is 0 or the largest number there is. */
export function fileTime(text: string): Instant | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined
  const ticks = BigInt(text)
  const never = ticks === 0n || ticks === 0x7fff_ffff_ffff_ffffn
  return never ? undefined : Number(ticks / 10_000n) - 11_644_473_600_000
}
