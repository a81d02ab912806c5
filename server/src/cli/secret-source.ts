// Where a secret comes from: a variable, a file or standard input, never an argument, which every other user of the
// machine can read.
import { InvalidArgumentError } from 'commander'
import { secretVariable } from '../config/environment.ts'
import { Secret } from '../lib/secret.ts'
import { CommandFailure } from './failure.ts'
import { readKnown } from './input.ts'
import { readTextFile } from './text-file.ts'

export type SecretSource =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'input' }

export const secretSources = 'env:NAME, file:PATH or - (standard input)'
const variableForm = /^[A-Za-z_][A-Za-z0-9_]*$/
const longest = 2000

/** For commander. */
export function secretSource(text: string): SecretSource {
  if (text === '-') return { kind: 'input' }
  const [, kind, rest = ''] = /^(env|file):(.+)$/s.exec(text) ?? []
  if (kind === 'env' && variableForm.test(rest)) return { kind, name: rest }
  if (kind === 'file') return { kind, path: rest }
  throw new InvalidArgumentError(`It must be ${secretSources}, never the secret itself.`)
}

/** @throws CommandFailure with a sentence that has nothing of the secret. */
export async function readSecretFrom(source: SecretSource): Promise<Secret> {
  if (source.kind === 'input') return checked(await readKnown('secret', 'Secret of the provider'), 'what was typed')
  if (source.kind === 'file') {
    return checked(new Secret((await readTextFile(source.path)).replace(/\r?\n$/, '')), source.path)
  }
  const secret = variableForm.test(source.name) ? secretVariable(source.name) : undefined
  if (secret !== undefined) return checked(secret, source.name)
  throw new CommandFailure('failed', `the variable ${source.name}, which is to have the secret, is not set`)
}

function checked(secret: Secret, where: string): Secret {
  const { length } = secret.reveal()
  if (length > 0 && length <= longest) return secret
  throw new CommandFailure('failed', `a secret has 1 to ${longest} characters, and ${where} has ${length}`)
}
