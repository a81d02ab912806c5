// Implements the password port on the table `passwords`, which people.ts writes.
import type { PasswordStore } from '../../core/passwords/password-store.ts'
import { textOf } from './codecs.ts'
import type { Engine } from './engine.ts'

// passwords: index passwords_by_scheme
const selectSchemes = 'select distinct scheme from passwords'

export function sqlPasswords(engine: Engine): PasswordStore {
  return {
    async schemes() {
      return (await engine.reader.rows(selectSchemes, [])).map((row) => textOf(row, 'scheme'))
    },
  }
}
