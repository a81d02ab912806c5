// A variable that an operator names, for a secret that is to be in no file and no argument.
import { Secret } from '../lib/secret.ts'

/** Undefined when it is not set, or empty. */
export function secretVariable(name: string): Secret | undefined {
  const value = process.env[name] ?? ''
  return value === '' ? undefined : new Secret(value)
}
