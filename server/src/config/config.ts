// Reads the settings: environment first, then the file of the same names (`GATEHOUSE_CONFIG`, else
// `gatehouse.env` beside where it is started), then the defaults. Nothing starts on a setting that is wrong or
// unknown; every finding is told at once, by name.
import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { remoteNames } from './remote.ts'
import { BadSetting, type Setting } from './setting.ts'
import { dialectSettings, generalSettings, type WireDialect, wireDialects } from './settings.ts'

type ValuesOf<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer Value> ? Value | Unset<Table[Name]> : never
}
type Unset<Item> = Item extends { readonly fallback: string } ? never : undefined

export type GeneralConfig = ValuesOf<typeof generalSettings>
export type DialectConfig = ValuesOf<ReturnType<typeof dialectSettings>>

export interface Config extends GeneralConfig {
  readonly dialects: Readonly<Record<WireDialect, DialectConfig>>
  /** Every setting with its value and source, for whoever asks what is in force. */
  readonly explained: readonly Explained[]
}

export interface Explained {
  readonly name: string
  readonly summary: string
  /** `[secret]` for secrets; undefined when unset. */
  readonly value: string | undefined
  readonly source: 'environment' | 'file' | 'default' | 'unset'
}

export interface ReadConfig {
  readonly config: Config
  readonly explained: readonly Explained[]
  /** One sentence each; empty when everything is right. */
  readonly problems: readonly string[]
  /** Right, but worth a look. */
  readonly warnings: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** Names that are no settings of the server but read beside it. */
const otherNames = ['GATEHOUSE_CONFIG', ...remoteNames]

export function readConfig(environment: Environment = process.env): ReadConfig {
  const problems: string[] = []
  const explained: Explained[] = []
  const file = readFile(environment, problems)

  function value(setting: Setting<unknown>): unknown {
    const [text, source] = textOf(setting, environment, file)
    const shown = setting.isSecret === true && text !== undefined ? '[secret]' : text
    explained.push({ name: setting.name, summary: setting.summary, value: shown, source })
    if (text === undefined) return undefined
    return parsed(setting, text, problems)
  }
  const values = (table: object): object =>
    Object.fromEntries(Object.entries(table).map(([name, setting]) => [name, value(setting as Setting<unknown>)]))

  const general = values(generalSettings) as GeneralConfig
  const dialects = Object.fromEntries(
    wireDialects.map((name) => [name, values(dialectSettings(name))]),
  ) as Config['dialects']
  const config: Config = { ...general, dialects, explained }
  const known = new Set([...explained.map((one) => one.name), ...otherNames])
  for (const name of [...Object.keys(environment), ...Object.keys(file)]) {
    if (name.startsWith('GATEHOUSE_') && !known.has(name)) problems.push(`${name} is no setting of this version.`)
  }
  problems.push(...together(config))
  return { config, explained, problems: [...new Set(problems)], warnings: warningsOf(config) }
}

/** The value, or the default's with a problem noted: every other setting is looked at too. */
function parsed(setting: Setting<unknown>, text: string, problems: string[]): unknown {
  try {
    return setting.parse(text)
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error
    problems.push(`${setting.name} ${error.message}${setting.isSecret === true ? '' : `, not "${text}"`}.`)
    return setting.fallback === undefined ? undefined : setting.parse(setting.fallback)
  }
}

function textOf(
  setting: Setting<unknown>,
  environment: Environment,
  file: Environment,
): [string | undefined, Explained['source']] {
  const fromEnvironment = environment[setting.name]
  if (fromEnvironment !== undefined && fromEnvironment !== '') return [fromEnvironment, 'environment']
  const fromFile = file[setting.name]
  if (fromFile !== undefined && fromFile !== '') return [fromFile, 'file']
  return [setting.fallback, setting.fallback === undefined ? 'unset' : 'default']
}

function readFile(environment: Environment, problems: string[]): Environment {
  const named = environment['GATEHOUSE_CONFIG']
  const path = named ?? 'gatehouse.env'
  if (!existsSync(path)) {
    if (named !== undefined) problems.push(`GATEHOUSE_CONFIG names ${path}, which does not exist.`)
    return {}
  }
  return parseEnv(readFileSync(path, 'utf8'))
}

/** What is right alone and wrong together. */
function together(config: Config): readonly string[] {
  const problems: string[] = []
  if (config.masterKey !== undefined && config.masterKeyFile !== undefined) {
    problems.push('GATEHOUSE_MASTER_KEY and GATEHOUSE_MASTER_KEY_FILE are both set; set one.')
  }
  if (config.databaseUrl !== undefined && config.masterKey === undefined && config.masterKeyFile === undefined) {
    problems.push(
      'GATEHOUSE_DATABASE_URL needs GATEHOUSE_MASTER_KEY or GATEHOUSE_MASTER_KEY_FILE: all nodes on one database share the key ("openssl rand -base64 32" makes one).',
    )
  }
  if ((config.adminUsername === undefined) !== (config.adminPassword === undefined)) {
    problems.push('GATEHOUSE_ADMIN_USERNAME and GATEHOUSE_ADMIN_PASSWORD go together; one is missing.')
  }
  if (config.forwardHosts.length > 0 && config.publicUrl === undefined) {
    problems.push(
      'GATEHOUSE_FORWARD_HOSTS needs GATEHOUSE_PUBLIC_URL: people are sent there from those hosts to sign in.',
    )
  }
  const mounts = wireDialects.flatMap((name) => config.dialects[name].mount ?? [])
  if (new Set(mounts).size !== mounts.length) problems.push('Two dialects have the same _MOUNT.')
  return problems
}

function warningsOf(config: Config): readonly string[] {
  const warnings: string[] = []
  if (config.passwordMin < 15) {
    warnings.push('GATEHOUSE_PASSWORD_MIN is below 15: NIST SP 800-63B-4 allows that only with a second factor.')
  }
  if (config.passwordMemory < 19_456 || config.passwordIterations < 2) {
    warnings.push('GATEHOUSE_PASSWORD_MEMORY or _ITERATIONS is below what OWASP asks for; use it in tests only.')
  }
  if (config.forwardHosts.length > 0 && config.trustedProxies.length === 0) {
    warnings.push('GATEHOUSE_FORWARD_HOSTS does nothing without GATEHOUSE_TRUSTED_PROXIES: no proxy is believed.')
  }
  if (config.publicUrl?.startsWith('http:') === true) {
    warnings.push('GATEHOUSE_PUBLIC_URL is not https: passwords and cookies travel in clear.')
  }
  return warnings
}
