// Whether the database opens, is of this version, whole, and keeps what it was told.
import type { DatabaseFacts } from '../../inspection.ts'
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn, fail } = saysOf('store')
type Engine = DatabaseFacts['engine']
type Sqlite = Extract<Engine, { kind: 'sqlite' }>
type Postgres = Extract<Engine, { kind: 'postgres' }>

/** A sign-in asks the database several times. */
const slowLatency = 20

export function checkStore({ database, settings: { config } }: Sight): readonly Finding[] {
  if ('problem' in database) {
    const mend =
      config.databaseUrl === undefined
        ? 'Set GATEHOUSE_DATA to the directory of the house, restore its backup there, or run: gatehouse serve'
        : 'Start the database server, and look at host, port, user and password in GATEHOUSE_DATABASE_URL.'
    return [fail(database.problem, mend)]
  }
  const { engine, migrations, installation } = database.found
  const kind = engine.kind === 'sqlite' ? checkSqlite(engine, config.data) : checkPostgres(engine)
  const made =
    installation === undefined
      ? [fail('The database is empty: no house was made in it.', 'Make one by starting it: gatehouse serve')]
      : []
  return [...kind, ...checkMigrations(migrations), ...made]
}

function checkMigrations({ newest, missing, problem }: DatabaseFacts['migrations']): readonly Finding[] {
  if (problem !== undefined) return [fail(problem, 'Start the version that wrote it, or restore a backup made before.')]
  if (missing.length === 0) return [ok(`The migrations are those of this version (${newest}).`)]
  const mend = 'Make a backup and run the new version: gatehouse serve'
  return [warn(`The next start runs ${missing.length} migrations: ${missing.join(', ')}.`, mend)]
}

function checkSqlite({ version, damage, isWal }: Sqlite, data: string): readonly Finding[] {
  const broken = damage.map((one) =>
    fail(`The database is damaged: ${one}.`, `Stop the server and put a backup of ${data}/gatehouse.db back.`),
  )
  const mode = isWal
    ? ok(`SQLite ${version} in WAL mode; every commit waits for the disk (synchronous=full).`)
    : warn('The database is not in WAL mode, so reading waits for writing.', 'The next start sets it: gatehouse serve')
  return [...(broken.length > 0 ? broken : [ok('The quick check finds no damage.')]), mode]
}

export function checkPostgres(facts: Postgres): readonly Finding[] {
  const { version, fsync, synchronousCommit, connections, mostConnections, latency } = facts
  const findings = [ok(`PostgreSQL ${version} answers in ${latency.toFixed(1)} ms.`)]
  if (latency > slowLatency) {
    const mend = 'Bring server and database nearer to each other, or look at the load of the database.'
    findings.push(warn(`The database takes ${latency.toFixed(1)} ms for a question.`, mend))
  }
  if (fsync !== 'on') {
    findings.push(fail('fsync is off: a power cut loses the database.', `Run: alter system set fsync = on; ${reload}`))
  }
  if (synchronousCommit === 'off') {
    const mend = `Run: alter system set synchronous_commit = on; ${reload}`
    findings.push(fail('synchronous_commit is off: a crash undoes sign-outs that were answered.', mend))
  }
  if (connections > mostConnections * 0.8) {
    const mend = 'Raise max_connections, or run fewer nodes; each process takes up to 20.'
    findings.push(warn(`${connections} of ${mostConnections} connections are taken.`, mend))
  }
  return findings
}

const reload = 'select pg_reload_conf();'
