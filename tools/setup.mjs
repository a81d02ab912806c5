// Makes a fresh clone ready before any script runs: installs what the lockfile names when it is missing
// or outdated, and says so. Plain JavaScript for Node 20, since it runs before the pinned Node is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stamp = join(root, 'node_modules', '.gatehouse-setup')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stderr.write('gatehouse: installing dependencies (npm install), once; this takes about half a minute …\n')
  // Not npm ci: it refuses a registry that carries only the platforms it is used on. Versions and integrity are the
  // lockfile's all the same, and nothing is written to it.
  const done = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (done.status !== 0) {
    process.stderr.write('gatehouse: npm install failed; see the lines above. Is the npm registry reachable?\n')
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}

const pinned = join(root, 'node_modules', '.bin', 'node')
const major = Number(process.versions.node.split('.')[0])
if (!existsSync(pinned) && major < 24) {
  process.stderr.write(
    `gatehouse: no Node comes with the dependencies on ${process.platform}-${process.arch}; install Node 24 or newer (this is ${process.version}).\n`,
  )
  process.exit(1)
}
