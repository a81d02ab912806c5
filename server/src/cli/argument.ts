// Arguments that become values: checked as the settings are, and refused by commander, which names the argument.
import { InvalidArgumentError } from 'commander'
import { BadSetting, duration } from '../config/setting.ts'
import type { Instant } from '../core/ids.ts'

/** A setting's parser for an argument or option. */
export function parsedBy<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text)
    } catch (error) {
      throw error instanceof BadSetting ? new InvalidArgumentError(`It ${error.message}.`) : error
    }
  }
}

/** The number of a row, as a list shows it. */
export function rowId(text: string): number {
  const id = Number(text)
  if (/^\d{1,15}$/.test(text) && id > 0) return id
  throw new InvalidArgumentError('It must be the number that the list shows as ID.')
}

/** A time, or how long ago it is, as ISO 8601. */
export function timeOrAgo(text: string): string {
  const ago = /^\d+(ms|s|m|h|d)$/.test(text) ? parsedBy(duration)(text) : undefined
  const instant: Instant = ago === undefined ? Date.parse(text) : Date.now() - ago
  if (!Number.isNaN(instant) && (ago !== undefined || /^\d{4}-\d\d-\d\d/.test(text)))
    return new Date(instant).toISOString()
  throw new InvalidArgumentError('It must be a time such as 2027-01-31T12:00:00Z, or how long ago, such as 2h or 7d.')
}
