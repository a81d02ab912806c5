// Whose the files are, who else may read them, and on what kind of file system they stand.
import { existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { embeddedDatabase, masterKeyFile } from '../../inspection.ts'
import { type Finding, saysOf } from './finding.ts'
import type { Sight } from './sight.ts'

const { ok, warn, fail, skipped } = saysOf('files')

/** Magic numbers of statfs(2): file systems on which SQLite's locks are not to be relied on. */
const networkSystems: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB2',
  1702057286: 'FUSE',
  16914839: '9P',
  12805120: 'Ceph',
  198183888: 'Lustre',
  1937076805: 'Coda',
  1397113167: 'AFS',
}

export function checkFiles({ settings: { config } }: Sight): readonly Finding[] {
  const database = embeddedDatabase(config)
  const beside = database === undefined ? [] : [database, `${database}-wal`, `${database}-shm`]
  const files = [...beside, masterKeyFile(config)].filter((file) => file !== undefined && existsSync(file))
  const directories = database === undefined ? [] : [dirname(database)].filter(existsSync)
  const paths = [...directories, ...files.filter((file) => file !== undefined)]
  if (paths.length === 0) return [skipped('There are no files to look at.')]
  const found = [...paths.flatMap(checkModes), ...checkOwners(paths), ...directories.flatMap(checkSystem)]
  return found.length > 0 ? found : [ok('Files and directory are for their owner alone, on a local file system.')]
}

function checkModes(path: string): readonly Finding[] {
  const status = statSync(path)
  const mode = status.mode & 0o777
  if ((mode & 0o077) === 0) return []
  const right = status.isDirectory() ? '700' : '600'
  return [fail(`${path} is open to others (mode ${mode.toString(8)}).`, `Run: chmod ${right} ${path}`)]
}

/** A file of another owner than its directory: somebody ran a command as another user, often as root. */
function checkOwners([first = '', ...others]: readonly string[]): readonly Finding[] {
  const { uid, gid } = statSync(first)
  return others
    .filter((path) => statSync(path).uid !== uid)
    .map((path) =>
      warn(
        `${path} belongs to user ${statSync(path).uid}, and ${first} to user ${uid}.`,
        `If the server runs as user ${uid}, run: chown ${uid}:${gid} ${path}`,
      ),
    )
}

function checkSystem(directory: string): readonly Finding[] {
  return judgeSystem(directory, statfsSync(directory).type)
}

export function judgeSystem(directory: string, type: number): readonly Finding[] {
  const name = networkSystems[type >>> 0]
  if (name === undefined) return []
  const mend = 'Move it to a local disk and set GATEHOUSE_DATA there, or use PostgreSQL by GATEHOUSE_DATABASE_URL.'
  return [fail(`${directory} is on ${name}, whose locks SQLite cannot rely on.`, mend)]
}
