// The one gate: format and lint, types, dead code, architecture. `--fix` lets the formatter and the linter's safe
// fixes write; everything else only reads.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = join(root, 'node_modules', '.bin')
// The tools are scripts that ask the PATH for Node: they get the pinned one, however this file was started.
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` }

const write = process.argv.includes('--fix') ? ['--write'] : []
const packages = ['client', 'client/test', 'console'].filter((name) => existsSync(join(root, name, 'tsconfig.json')))

const steps = [
  ['format and lint', 'biome', 'check', '--error-on-warnings', '--max-diagnostics=none', ...write],
  ['types of core', 'tsc', '-p', 'server/src/core/tsconfig.json'],
  ['types of server', 'tsc', '-p', 'server/tsconfig.json'],
  ...packages.map((name) => [`types of ${name}`, 'tsc', '-p', `${name}/tsconfig.json`]),
  ['dead code', 'knip', '--no-progress'],
  ['architecture', 'node', '--test', 'server/test/architecture.test.ts'],
]

function run([name, tool, ...args]) {
  const began = performance.now()
  const done = spawnSync(tool, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const isGood = done.status === 0
  process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds.padStart(5)} s\n`)
  if (!isGood) process.stdout.write(`${done.stdout ?? ''}${done.stderr ?? ''}${done.error?.message ?? ''}\n`)
  return isGood
}

const failed = steps.filter((step) => !run(step)).map(([name]) => name)
process.stdout.write(failed.length === 0 ? 'check: all good\n' : `check: failed in ${failed.join(', ')}\n`)
process.exitCode = failed.length === 0 ? 0 : 1
