// What a file for "gatehouse apply" wishes: every provider whole, with its secret read from where the file says. All that
// is wrong is gathered, since nothing is written before all of it is right.
import { dirname, resolve } from 'node:path'
import type { ProviderWish } from '../../core/federation/provider.ts'
import type { Secret } from '../../lib/secret.ts'
import { CommandFailure } from '../failure.ts'
import { readSecretFrom, type SecretSource } from '../secret-source.ts'
import { type Problem, readDocument, type WrittenDocument } from '../written/document.ts'
import { checkProvider } from '../written/provider.ts'

export interface Wished {
  readonly wish: ProviderWish
  /** Undefined = as it is; null = none any more. */
  readonly secret: Secret | null | undefined
  readonly place: string
}

export type ReadWishes = { readonly wished: readonly Wished[] } | { readonly problems: readonly Problem[] }

/** @throws CommandFailure when there is nothing to read. */
export async function readWishes(file: string): Promise<ReadWishes> {
  const read = await readDocument(file)
  if ('problems' in read) return read
  const entries = entriesOf(read.value)
  if (typeof entries === 'string') return { problems: [{ place: read.placeOf(['providers']), says: entries }] }
  const folder = file === '-' ? '.' : dirname(file)
  const found = await Promise.all(entries.map((entry, index) => readEntry(entry, index, read, folder)))
  const problems = [...found.flatMap((one) => ('problems' in one ? one.problems : [])), ...sameNames(entries, read)]
  return problems.length > 0 ? { problems } : { wished: found.flatMap((one) => ('wish' in one ? [one] : [])) }
}

/** Or what is wrong with the whole. */
function entriesOf(value: unknown): readonly unknown[] | string {
  if (!isRecord(value) || !('providers' in value)) return 'the file is to have "providers:", a list'
  const other = Object.keys(value).find((name) => name !== 'providers')
  if (other !== undefined) return `there is no "${other}" to apply; providers are all there is`
  const { providers } = value
  return Array.isArray(providers) ? providers : 'providers must be a list'
}

interface Failed {
  readonly problems: readonly Problem[]
}

async function readEntry(
  entry: unknown,
  index: number,
  document: WrittenDocument,
  folder: string,
): Promise<Wished | Failed> {
  const at = ['providers', String(index)]
  if (!isRecord(entry)) return { problems: [{ place: document.placeOf(at), says: 'a provider is fields with values' }] }
  const { secret: source, ...written } = entry
  const checked = checkProvider(written)
  const secret = await readSecret(source, folder)
  const own = 'problems' in checked ? checked.problems : []
  const problems = [...own, ...('says' in secret ? [{ path: ['secret'], says: secret.says }] : [])]
  if ('wish' in checked && 'value' in secret)
    return { wish: checked.wish, secret: secret.value, place: document.placeOf(at) }
  return { problems: problems.map(({ path, says }) => ({ place: document.placeOf([...at, ...path]), says })) }
}

type ReadSecret = { readonly value: Secret | null | undefined } | { readonly says: string }

async function readSecret(source: unknown, folder: string): Promise<ReadSecret> {
  if (source === undefined || source === null) return { value: source }
  const from = sourceOf(source, folder)
  if (from === undefined) return { says: 'secret is {env: NAME}, {file: PATH} or null, never the secret itself' }
  try {
    return { value: await readSecretFrom(from) }
  } catch (error) {
    if (error instanceof CommandFailure) return { says: `secret: ${error.message}` }
    throw error
  }
}

/** Files are named as seen from the file that names them. */
function sourceOf(source: unknown, folder: string): SecretSource | undefined {
  if (!isRecord(source)) return undefined
  const [[kind, value] = [], ...more] = Object.entries(source)
  if (more.length > 0 || typeof value !== 'string' || value === '') return undefined
  if (kind === 'env') return { kind, name: value }
  return kind === 'file' ? { kind, path: resolve(folder, value) } : undefined
}

function sameNames(entries: readonly unknown[], document: WrittenDocument): readonly Problem[] {
  const names = entries.map((entry) => (isRecord(entry) ? entry['name'] : undefined))
  return names.flatMap((name, index) => {
    if (name === undefined || names.indexOf(name) === index) return []
    return [{ place: document.placeOf(['providers', String(index), 'name']), says: `name "${name}" is there twice` }]
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
