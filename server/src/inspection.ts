// What a doctor may look at without opening a house: the master key, the database and the public address, each as it
// is, and none of them changed. Opening a house would migrate it, and make keys.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from './adapters/clock.ts'
import { createDirectories } from './adapters/directories.ts'
import { createGuardedFetch } from './adapters/guarded-fetch.ts'
import { type MasterKey, parseMasterKey, readMasterKey } from './adapters/master-key.ts'
import { createProviderClient } from './adapters/provider-client.ts'
import { createSealer } from './adapters/sealer.ts'
import type { Config } from './config/config.ts'
import { checkStored } from './core/federation/check-provider.ts'
import type { ProviderKind } from './core/federation/provider.ts'
import type { Finding as ProviderFinding } from './core/needs.ts'
import { type Inspected, inspectStore } from './stores/sql/inspect.ts'
import { databaseFile } from './stores/sql/open.ts'

export type DatabaseFacts = Inspected
export interface PublicAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What was found, or why it could not be. */
export type Sought<Found> = { readonly found: Found } | { readonly problem: string }

export interface InspectedMasterKey {
  /** Undefined when it is in the environment. */
  readonly file: string | undefined
  /** What the database of this key has as its check value. */
  readonly check: string
}

/** The file of the master key, when it is in one. */
export function masterKeyFile(config: Config): string | undefined {
  return config.masterKey === undefined ? (config.masterKeyFile ?? join(config.data, 'master.key')) : undefined
}

export function inspectMasterKey(config: Config): Sought<InspectedMasterKey> {
  try {
    return { found: { file: masterKeyFile(config), check: readKey(config).check } }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

/** @throws Error with a sentence. */
function readKey(config: Config): MasterKey {
  const file = masterKeyFile(config)
  if (file === undefined) return parseMasterKey(config.masterKey ?? '')
  if (!existsSync(file)) throw new Error(`The master key file ${file} is missing.`)
  return readMasterKey(file)
}

/** The file of the embedded database; undefined with PostgreSQL. */
export function embeddedDatabase({ databaseUrl, data }: Config): string | undefined {
  return databaseUrl === undefined ? databaseFile(data) : undefined
}

export async function inspectDatabase(config: Config): Promise<Sought<DatabaseFacts>> {
  const file = embeddedDatabase(config)
  if (file !== undefined && (!existsSync(file) || statSync(file).size === 0)) {
    return { problem: `There is no Gatehouse in ${config.data}.` }
  }
  try {
    const auditKey = auditKeyOf(config)
    return {
      found: await inspectStore({ url: config.databaseUrl, directory: config.data, auditKey, now: systemClock.now }),
    }
  } catch (error) {
    return { problem: `The database cannot be read: ${(error as Error).message}.` }
  }
}

function auditKeyOf(config: Config): Uint8Array | undefined {
  try {
    return readKey(config).derive('audit')
  } catch {
    // Told by whoever asks for the master key.
    return undefined
  }
}

export interface InspectedProvider {
  readonly name: string
  readonly kind: ProviderKind
  readonly findings: readonly ProviderFinding[]
}

/** What a sign-in through each enabled provider will need, looked at as "gatehouse provider test" does. */
export async function inspectProviders(
  config: Config,
  database: Sought<DatabaseFacts>,
): Promise<Sought<readonly InspectedProvider[]>> {
  if ('problem' in database || database.found.providers === undefined) {
    return { problem: 'The providers cannot be looked at before the database is right.' }
  }
  const master = readFittingKey(config, database.found)
  if (master === undefined) return { problem: 'The providers cannot be looked at without the master key.' }
  const directories = createDirectories({ clock: systemClock })
  const needs = { sealer: createSealer(master), providerClient: createProviderClient(), directories }
  const enabled = database.found.providers.filter(({ isEnabled }) => isEnabled)
  const looked = enabled.map(async (provider) => {
    const { name, kind } = provider
    return { name, kind, findings: await checkStored(needs, provider).catch(unlooked) }
  })
  return { found: await Promise.all(looked) }
}

function unlooked(error: Error): readonly ProviderFinding[] {
  const mend = 'Set its secret again: gatehouse provider secret NAME'
  return [{ what: 'check', level: 'failure', seen: error.message, mend }]
}

function readFittingKey(config: Config, { installation }: DatabaseFacts): MasterKey | undefined {
  try {
    const key = readKey(config)
    return key.check === installation?.keyCheck ? key : undefined
  } catch {
    // Told by whoever asks for the master key.
    return undefined
  }
}

const limits = { patience: 5000, mostBytes: 256 * 1024 }

/** Asks the public address, which is our own: wherever it is, and in clear where that is how it is configured. */
export async function askPublic(url: string): Promise<Sought<PublicAnswer>> {
  try {
    const ask = createGuardedFetch({ privateHosts: [new URL(url).hostname], ...limits })
    const answer = await ask(url, { headers: { accept: 'application/json' } })
    return { found: { status: answer.status, headers: answer.headers, text: await answer.text() } }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}
