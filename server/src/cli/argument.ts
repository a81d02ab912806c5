// Arguments that become values: checked as the settings are, and refused by commander, which names the argument.
import { InvalidArgumentError } from 'commander'
import { BadSetting } from '../config/setting.ts'

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
