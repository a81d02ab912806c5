// What runs here, and whether it is still looked after by those who make it.
import { readFileSync } from 'node:fs'
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn, fail } = saysOf('versions')

/** The last day of each Node line that this version runs on, by the release schedule of the Node project. */
const lastDays: Readonly<Record<number, string>> = { 24: '2028-04-30', 25: '2026-06-01', 26: '2029-04-30' }
const firstLine = 24
const soon = 90 * 86_400_000

export function checkVersions({ database, now }: Sight): readonly Finding[] {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const engine = 'found' in database ? database.found.engine : undefined
  const stored = engine?.kind === 'postgres' ? `, PostgreSQL ${engine.version}` : ''
  const all = `Gatehouse ${version}, Node ${process.versions.node}, SQLite ${process.versions['sqlite']}${stored}.`
  return [ok(all), ...judgeNode(process.versions.node, now), ...(engine === undefined ? [] : judgeDatabase(engine))]
}

export function judgeNode(version: string, now: number): readonly Finding[] {
  const line = Number.parseInt(version, 10)
  const mend = 'Run it by "npx gatehouse" in the project\'s folder after "npm start", which brings its own Node.'
  if (line < firstLine) return [fail(`Node ${line} is too old.`, mend)]
  const last = lastDays[line]
  if (last === undefined) return []
  const left = Date.parse(last) - now
  if (left < 0) return [warn(`Node ${line} has had no security fixes since ${last}.`, mend)]
  return left < soon ? [warn(`Node ${line} gets its last security fixes on ${last}.`, mend)] : []
}

interface EngineVersion {
  readonly kind: 'sqlite' | 'postgres'
  readonly version: string
}

/** PostgreSQL 13 had its last release in November 2025. */
const oldestPostgres = 14

export function judgeDatabase({ kind, version }: EngineVersion): readonly Finding[] {
  const line = Number.parseInt(version, 10)
  if (kind === 'sqlite' || line >= oldestPostgres) return []
  return [warn(`PostgreSQL ${line} gets no fixes any more.`, 'Upgrade the database server with pg_upgrade.')]
}
