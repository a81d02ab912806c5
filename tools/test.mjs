// Runs the tests: all of them, or those whose path contains one of the words given.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const words = process.argv.slice(2)
const all = globSync('{server,client,console}/**/*.test.ts', { cwd: root, exclude: ['**/node_modules'] }).sort()
const files = words.length === 0 ? all : all.filter((file) => words.some((word) => file.includes(word)))

if (files.length === 0) {
  process.stderr.write(words.length === 0 ? 'no tests found\n' : `no test file is called like ${words.join(' or ')}\n`)
  process.exit(1)
}

/** What measures time is not run beside anything that takes it: last, and then side by side, as it mostly waits. */
const isTimed = (file) => file.endsWith('-timing.test.ts')
const parts = [files.filter((file) => !isTimed(file)), files.filter(isTimed)].filter(({ length }) => length > 0)

const options = [
  '--test',
  '--test-reporter=spec',
  // Twice the cores: many tests wait for servers, and for refusals that are held back.
  `--test-concurrency=${2 * availableParallelism()}`,
  '--test-timeout=300000',
  `--import=${new URL('test-ends.mjs', import.meta.url)}`,
]
// Hundreds of processes, the files themselves and what they start, strip and compile the same sources: once is enough.
const cache = mkdtempSync(join(tmpdir(), 'gatehouse-test-cache-'))
process.on('exit', () => rmSync(cache, { recursive: true, force: true }))
const env = { ...process.env, NODE_COMPILE_CACHE: cache }
let child
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
for (const part of parts) {
  child = spawn(process.execPath, [...options, ...part], { cwd: root, stdio: 'inherit', env })
  const [code, signal] = await once(child, 'exit')
  if (signal !== null) {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  } else if (code !== 0) process.exitCode = code
}
