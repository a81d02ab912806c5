// Common and leaked passwords: the list that zxcvbn carries (49 000, gathered from leaks), loaded when the first
// password is set and not at start, since a running server rarely needs it.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

interface CommonLists {
  readonly dictionary: Readonly<Record<'passwords-common', readonly string[]>>
}

let known: ReadonlySet<string> | undefined

/** Whether the list holds this password, compared whole and case folded. */
export function isCommonPassword(folded: string): boolean {
  if (known === undefined) {
    const lists = require('@zxcvbn-ts/language-common') as CommonLists
    known = new Set(lists.dictionary['passwords-common'].map((password) => password.toLowerCase()))
  }
  return known.has(folded)
}
